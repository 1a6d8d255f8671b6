/** What an approximation is fitted to: A without what is missing, in memory of its own, scaled. */
import { describe } from '../core/check.ts'
import { checkSparse } from '../core/checkSparse.ts'
import { type DType, type FloatArray, uninitialized } from '../core/dtype.ts'
import { ArgumentError, ShapeError, sentence } from '../core/errors.ts'
import { readMatrix, shapeOf } from '../core/input.ts'
import { Matrix, type MatrixLike } from '../core/matrix.ts'
import { SparseMatrix } from '../core/sparse.ts'

/** Where a dense A is known: 1 where an entry is, 0 where it is missing; m·n numbers, row by row, or m×n. */
export type Mask = Uint8Array | MatrixLike

/** A (m×n) as it is fitted to. */
export interface Observed {
  readonly rows: number
  readonly columns: number
  readonly dtype: DType
  /** scale·A: row-major with NaN where an entry is missing, or sparse, with everything known. */
  readonly values: Matrix | SparseMatrix
  /** The number of entries that are known. */
  readonly known: number
  /** A power of two that brings the largest entry to [1, 2); 1 for a zero matrix. */
  readonly scale: number
  /** Σ (scale·a)² over what is known. */
  readonly squares: number
}

/** Whether anything is missing. */
export function isMasked({ rows, columns, known }: Observed): boolean {
  return known < rows * columns
}

/** How a mask is asked: is entry (i, j) known? */
function readMask(routine: string, mask: unknown, rows: number, columns: number): (i: number, j: number) => boolean {
  const value = (entry: number): boolean => {
    if (entry === 0 || entry === 1) return entry === 1
    throw new ArgumentError(sentence(routine, 'mask of 1 where A is known and 0 where it is not', describe(entry)))
  }
  if (mask instanceof Uint8Array) {
    if (mask.length !== rows * columns)
      throw new ShapeError(sentence(routine, `mask of ${rows * columns} entries to match A`, `${mask.length}`))
    return (i, j) => value(mask[i * columns + j] as number)
  }
  const matrix = readMatrix(routine, 'mask', mask)
  if (matrix.rows !== rows || matrix.columns !== columns)
    throw new ShapeError(sentence(routine, `mask of ${rows}×${columns} to match A`, shapeOf(matrix)))
  const { data, offset, rowStride, columnStride } = matrix
  return (i, j) => value(data[offset + i * rowStride + j * columnStride] as number)
}

/** A copy with NaN for what is missing. */
function copyKnown(routine: string, a: Matrix, mask: unknown): FloatArray {
  const { data, rows, columns, rowStride, columnStride, offset, dtype } = a
  const known = mask === undefined ? undefined : readMask(routine, mask, rows, columns)
  const copy = uninitialized(dtype, rows * columns)
  for (let i = 0, at = 0; i < rows; i++)
    for (let j = 0; j < columns; j++, at++) {
      const value = data[offset + i * rowStride + j * columnStride] as number
      copy[at] = known === undefined || known(i, j) ? value : NaN
    }
  return copy
}

/** Σ v², the largest magnitude, and the number of what is not NaN; Infinity is refused. */
function measure(routine: string, values: FloatArray): { largest: number; known: number } {
  let largest = 0
  let known = 0
  for (let k = 0; k < values.length; k++) {
    const size = Math.abs(values[k] as number)
    if (size > largest) largest = size
    if (!Number.isNaN(size)) known++
  }
  if (largest === Infinity)
    throw new ArgumentError(sentence(routine, 'A with finite entries', 'Infinity', 'remove or replace it first'))
  return { largest, known }
}

/** 2^−⌊log₂ largest⌋, exactly, and such that it and its inverse are normal numbers. */
function scaleFor(largest: number): number {
  if (largest === 0) return 1
  return 2 ** Math.max(-1000, Math.min(1000, -Math.floor(Math.log2(largest))))
}

/** Multiplies by a power of two in place and returns the sum of the squares of what is not NaN. */
function rescale(values: FloatArray, scale: number): number {
  let squares = 0
  for (let k = 0; k < values.length; k++) {
    const value = (values[k] as number) * scale
    values[k] = value
    if (!Number.isNaN(value)) squares += value * value
  }
  return squares
}

/** Reads A and what of it is known. A mask makes a sparse A dense. */
export function readObserved(routine: string, A: unknown, mask: unknown): Observed {
  const given = A instanceof SparseMatrix ? A : readMatrix(routine, 'A', A)
  const { rows, columns, dtype } = given
  if (given instanceof SparseMatrix) checkSparse(routine, 'A', given)
  if (rows === 0 || columns === 0)
    throw new ShapeError(sentence(routine, 'A with at least one entry', `${rows}×${columns}`))
  if (given instanceof SparseMatrix && mask === undefined) {
    const values = given.values.slice() as FloatArray
    const { largest, known } = measure(routine, values)
    if (known < values.length)
      throw new ArgumentError(
        sentence(routine, 'a sparse A with finite entries', 'NaN', 'pass A dense where entries are missing'),
      )
    const scale = scaleFor(largest)
    const squares = rescale(values, scale)
    const arrays = { rowPointers: given.rowPointers, columnIndices: given.columnIndices, values }
    const scaled = SparseMatrix.trusted(rows, columns, arrays)
    return { rows, columns, dtype, values: scaled, known: rows * columns, scale, squares }
  }
  const copy = copyKnown(routine, given instanceof SparseMatrix ? given.toDense() : given, mask)
  const { largest, known } = measure(routine, copy)
  if (known === 0)
    throw new ArgumentError(sentence(routine, 'A with at least one known entry', 'none', 'check the mask'))
  const scale = scaleFor(largest)
  const squares = rescale(copy, scale)
  return { rows, columns, dtype, values: new Matrix(copy, rows, columns), known, scale, squares }
}

/** The values with what is missing filled in: the mean, plus by how much its row and its column are above it. */
export function filled({ values, rows, columns, known }: Observed): Matrix | SparseMatrix {
  if (values instanceof SparseMatrix || known === rows * columns) return values
  const copy = values.copy()
  const { data } = copy
  const sums = { rows: new Float64Array(rows), columns: new Float64Array(columns) }
  const counts = { rows: new Float64Array(rows), columns: new Float64Array(columns) }
  let total = 0
  for (let i = 0, at = 0; i < rows; i++)
    for (let j = 0; j < columns; j++, at++) {
      const value = data[at] as number
      if (Number.isNaN(value)) continue
      total += value
      sums.rows[i] = (sums.rows[i] as number) + value
      sums.columns[j] = (sums.columns[j] as number) + value
      counts.rows[i] = (counts.rows[i] as number) + 1
      counts.columns[j] = (counts.columns[j] as number) + 1
    }
  const mean = total / known
  const above = (side: 'rows' | 'columns') =>
    sums[side].map((sum, k) => (counts[side][k] ? sum / (counts[side][k] as number) - mean : 0))
  const [row, column] = [above('rows'), above('columns')]
  for (let i = 0, at = 0; i < rows; i++)
    for (let j = 0; j < columns; j++, at++) {
      const value = data[at] as number
      if (Number.isNaN(value)) data[at] = mean + (row[i] as number) + (column[j] as number)
    }
  return copy
}

/** Which rows and columns of a dense matrix hold nothing that is known. */
export function emptyLines({ values, rows, columns }: Observed): { rows: boolean[]; columns: boolean[] } {
  const { data } = values as Matrix
  const empty = { rows: Array<boolean>(rows).fill(true), columns: Array<boolean>(columns).fill(true) }
  for (let i = 0, at = 0; i < rows; i++)
    for (let j = 0; j < columns; j++, at++) if (!Number.isNaN(data[at])) empty.rows[i] = empty.columns[j] = false
  return empty
}
