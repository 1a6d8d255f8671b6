/** From triplets in any order to compressed rows, in time proportional to their number. */
import { describe } from './check.ts'
import { type DType, type FloatArray, integers, zeros } from './dtype.ts'
import { ArgumentError, ShapeError, sentence } from './errors.ts'
import { isNumberArray, ownFloats } from './from.ts'

/** Compressed sparse rows: row i has entries rowPointers[i] … rowPointers[i + 1] − 1, columns ascending. */
export interface CompressedRows<T extends FloatArray = FloatArray> {
  readonly rowPointers: Int32Array
  readonly columnIndices: Int32Array
  readonly values: T
}

/** What becomes of entries given more than once. */
export type Duplicates = 'error' | 'sum' | 'last'

/** Native sizes count in 32 bits. */
export const maximumNonZeros = 2 ** 31 - 1

/** A copy of 32-bit integers from 0 to `limit` − 1; the first that is none is named. */
export function readIndices(routine: string, name: string, source: unknown, limit: number): Int32Array {
  if (!Array.isArray(source) && !isNumberArray(source))
    throw new ArgumentError(sentence(routine, `${name} to be an array of integers`, describe(source)))
  const length = source.length
  const result = integers(length)
  const refuse = (k: number, value: unknown) => {
    const expected = limit > 0 ? `${name} to hold integers from 0 to ${limit - 1}` : `${name} to be empty`
    return new ArgumentError(sentence(routine, expected, `${describe(value)} at position ${k}`))
  }
  if (isSmallInteger(source)) result.set(source)
  else {
    // One loop over one kind of array each: the engine compiles each for its kind.
    const numbers = Array.isArray(source) ? source : Float64Array.from(source)
    for (let k = 0; k < length; k++) {
      const value = numbers[k] as number
      if (!(Number.isInteger(value) && value >= 0 && value < limit)) throw refuse(k, value)
      result[k] = value
    }
    return result
  }
  for (let k = 0; k < length; k++) {
    const value = result[k] as number
    if (value < 0 || value >= limit) throw refuse(k, value)
  }
  return result
}

function isSmallInteger(source: unknown): source is Int32Array | Int16Array | Int8Array | Uint16Array | Uint8Array {
  return (
    source instanceof Int32Array ||
    source instanceof Int16Array ||
    source instanceof Int8Array ||
    source instanceof Uint16Array ||
    source instanceof Uint8Array
  )
}

/** A copy of the values, in `dtype` or their own (plain numbers are float64). */
export function readValues(routine: string, name: string, source: unknown, dtype: DType | undefined): FloatArray {
  if (isNumberArray(source)) {
    const values = ownFloats(routine, name, source, dtype)
    return (values as unknown) === source ? values.slice() : values
  }
  if (!Array.isArray(source))
    throw new ArgumentError(sentence(routine, `${name} to be an array of numbers`, describe(source)))
  const result = zeros(dtype ?? 'float64', source.length)
  for (let k = 0; k < source.length; k++) {
    const value: unknown = source[k]
    if (typeof value !== 'number')
      throw new ArgumentError(sentence(routine, `${name} to hold numbers`, `${describe(value)} at position ${k}`))
    result[k] = value
  }
  return result
}

/** Whether the entries come row by row with ascending columns, each once. */
function isOrdered(row: Int32Array, column: Int32Array): boolean {
  for (let k = 1; k < row.length; k++) {
    const step = (row[k] as number) - (row[k - 1] as number)
    if (step < 0 || (step === 0 && (column[k] as number) <= (column[k - 1] as number))) return false
  }
  return true
}

/** Where each index begins when entries are sorted by it: counts, summed up. */
export function startsOf(index: Int32Array, extent: number): Int32Array {
  const starts = integers(extent + 1)
  for (let k = 0; k < index.length; k++) (starts[(index[k] as number) + 1] as number)++
  for (let i = 0; i < extent; i++) starts[i + 1] = (starts[i + 1] as number) + (starts[i] as number)
  return starts
}

/**
 * The order in which entries lie row by row, columns ascending; entries given twice stay in their order. Two counting
 * sorts, unless there are far more columns to count than entries.
 */
function sortedOrder(row: Int32Array, column: Int32Array, rowStarts: Int32Array, columns: number): Int32Array {
  const length = row.length
  if (columns > 1024 + 16 * length) {
    const at = (of: Int32Array, k: number) => of[k] as number
    return Int32Array.from(row.keys()).sort((k, l) => at(row, k) - at(row, l) || at(column, k) - at(column, l) || k - l)
  }
  const byColumn = integers(length)
  const columnNext = startsOf(column, columns)
  for (let k = 0; k < length; k++) byColumn[(columnNext[column[k] as number] as number)++] = k
  const order = integers(length)
  const rowNext = rowStarts.slice()
  for (let p = 0; p < length; p++) {
    const k = byColumn[p] as number
    order[(rowNext[row[k] as number] as number)++] = k
  }
  return order
}

/** The error for an entry (i, j) given at two positions. */
type RefuseDuplicate = (i: number, j: number, first: number, second: number) => Error

/** Compressed rows of checked triplets, whose arrays it keeps. */
export function compress<T extends FloatArray>(
  routine: string,
  [rows, columns]: readonly [number, number],
  { row, column, value }: { readonly row: Int32Array; readonly column: Int32Array; readonly value: T },
  duplicates: Duplicates,
  refuse: RefuseDuplicate = duplicateOf(routine),
): CompressedRows<T> {
  const length = row.length
  const rowPointers = startsOf(row, rows)
  if (isOrdered(row, column)) return { rowPointers, columnIndices: column, values: value }
  const order = sortedOrder(row, column, rowPointers, columns)
  const columnIndices = integers(length)
  const values = new (value.constructor as new (length: number) => T)(length)
  let at = 0
  for (let i = 0, p = 0; i < rows; i++) {
    const end = rowPointers[i + 1] as number
    const start = at
    rowPointers[i] = at
    for (; p < end; p++) {
      const k = order[p] as number
      const j = column[k] as number
      if (at > start && columnIndices[at - 1] === j) {
        if (duplicates === 'error') throw refuse(i, j, order[p - 1] as number, k)
        values[at - 1] = duplicates === 'sum' ? (values[at - 1] as number) + (value[k] as number) : (value[k] as number)
      } else {
        columnIndices[at] = j
        values[at++] = value[k] as number
      }
    }
  }
  rowPointers[rows] = at
  if (at === length) return { rowPointers, columnIndices, values }
  return { rowPointers, columnIndices: columnIndices.slice(0, at), values: values.slice(0, at) as T }
}

function duplicateOf(routine: string): RefuseDuplicate {
  return (i, j, first, second) =>
    new ArgumentError(
      sentence(
        routine,
        'every entry once',
        `(${i}, ${j}) at positions ${first} and ${second}`,
        "pass duplicates: 'sum' or 'last' to merge them",
      ),
    )
}

/** Row pointers as given: from 0 to the number of entries, never descending. */
export function checkRowPointers(routine: string, pointers: Int32Array, rows: number, length: number): void {
  if (pointers.length !== rows + 1)
    throw new ShapeError(sentence(routine, `rowPointers with ${rows + 1} elements`, `${pointers.length}`))
  if (pointers[0] !== 0) throw new ArgumentError(sentence(routine, 'rowPointers to begin with 0', `${pointers[0]}`))
  for (let i = 0; i < rows; i++)
    if ((pointers[i + 1] as number) < (pointers[i] as number))
      throw new ArgumentError(
        sentence(
          routine,
          'rowPointers never to descend',
          `${pointers[i + 1]} after ${pointers[i]} at position ${i + 1}`,
        ),
      )
  if (pointers[rows] !== length)
    throw new ShapeError(sentence(routine, `rowPointers to end with the ${length} entries`, `${pointers[rows]}`))
}
