/** Reading what users call a matrix: nested arrays, typed arrays, ndarray-likes. Every property is read once. */
import { describe } from './check.ts'
import { type DType, dtypeOf, type FloatArray, isFloatArray, zeros } from './dtype.ts'
import { ArgumentError, ShapeError, sentence } from './errors.ts'

/**
 * Anything shaped like an ndarray: npm `ndarray`, `@stdlib/ndarray`, or a plain object. `stride` and `strides` count
 * elements.
 */
export interface NDArrayLike {
  readonly data: ArrayLike<number>
  readonly shape: ArrayLike<number>
  readonly stride?: ArrayLike<number>
  readonly strides?: ArrayLike<number>
  readonly offset?: number
}

/** Extents and strides over an array, of one dimension (a vector), two (a matrix) or three (a batch). */
interface Strided {
  data: FloatArray
  shape: number[]
  strides: number[]
  offset: number
}

type NumberArray = ArrayLike<number> & { readonly buffer: ArrayBufferLike; readonly byteLength: number }

/** Typed arrays of plain numbers; BigInt arrays and DataView are not. */
export function isNumberArray(value: unknown): value is NumberArray {
  return (
    ArrayBuffer.isView(value) &&
    !(value instanceof DataView) &&
    !(value instanceof BigInt64Array) &&
    !(value instanceof BigUint64Array)
  )
}

/** Whether another thread may write the array at any time. */
export function isShared(array: { readonly buffer: ArrayBufferLike }): boolean {
  return array.buffer instanceof SharedArrayBuffer
}

/**
 * Float arrays stay as they are; shared memory is copied, since another thread may write it; integers become float64.
 */
export function ownFloats(routine: string, name: string, array: NumberArray, dtype?: DType): FloatArray {
  const shared = isShared(array)
  const wanted = dtype ?? (isFloatArray(array) ? dtypeOf(array) : 'float64')
  if (isFloatArray(array) && !shared && dtypeOf(array) === wanted) return array
  try {
    const copy = zeros(wanted, array.length)
    copy.set(array)
    return copy
  } catch (cause) {
    if (cause instanceof ArgumentError) throw cause
    throw new ArgumentError(sentence(routine, `${name} to be readable`, 'a detached array'), { cause })
  }
}

function numbers(routine: string, name: string, source: readonly unknown[], into: FloatArray, at: number): void {
  for (let j = 0; j < source.length; j++) {
    const value = source[j]
    if (typeof value !== 'number')
      throw new ArgumentError(sentence(routine, `${name} to hold numbers`, `${describe(value)} at position ${j}`))
    into[at + j] = value
  }
}

/** Nested arrays: numbers give a vector, rows a matrix. `like` is the dtype that plain numbers take. */
function fromNested(routine: string, name: string, source: readonly unknown[], dtype: DType): Strided {
  const first = source[0]
  if (!Array.isArray(first) && !isNumberArray(first)) {
    const data = zeros(dtype, source.length)
    numbers(routine, name, source, data, 0)
    return { data, shape: [source.length], strides: [1], offset: 0 }
  }
  const rows = source.length
  const columns = first.length
  const data = zeros(dtype, rows * columns)
  for (let i = 0; i < rows; i++) {
    const row = source[i]
    if (!Array.isArray(row) && !isNumberArray(row))
      throw new ArgumentError(sentence(routine, `${name} as an array of rows`, `${describe(row)} as row ${i}`))
    if (row.length !== columns)
      throw new ShapeError(
        sentence(routine, `every row of ${name} with ${columns} entries like the first`, `${row.length} in row ${i}`),
      )
    if (Array.isArray(row)) numbers(routine, name, row, data, i * columns)
    else data.set(row, i * columns)
  }
  return { data, shape: [rows, columns], strides: [columns, 1], offset: 0 }
}

function extents(routine: string, name: string, what: string, list: unknown): number[] {
  if (list === null || typeof list !== 'object' || !('length' in list))
    throw new ArgumentError(sentence(routine, `${name}.${what} to be an array of integers`, describe(list)))
  const values = Array.from(list as ArrayLike<unknown>)
  for (const value of values)
    if (!Number.isSafeInteger(value) || (what === 'shape' && (value as number) < 0))
      throw new ArgumentError(sentence(routine, `${name}.${what} to hold integers`, describe(value)))
  return values as number[]
}

/** The contiguous copy of strided numbers. */
function contiguous(
  routine: string,
  name: string,
  source: ArrayLike<number>,
  dtype: DType,
  shape: number[],
  strides: number[],
  offset: number,
): Strided {
  const [count, rows, columns] = [1, 1, 1, ...shape].slice(-3) as [number, number, number]
  const [a, b, c] = [0, 0, 0, ...strides].slice(-3) as [number, number, number]
  const data = zeros(dtype, count * rows * columns)
  let at = 0
  for (let k = 0; k < count; k++)
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < columns; j++) {
        const value: unknown = source[offset + k * a + i * b + j * c]
        if (typeof value !== 'number')
          throw new ArgumentError(sentence(routine, `${name}.data to hold numbers`, describe(value)))
        data[at++] = value
      }
  const packed = shape.map((_, d) => shape.slice(d + 1).reduce((x, y) => x * y, 1))
  return { data, shape, strides: packed, offset: 0 }
}

function fromNDArray(routine: string, name: string, source: NDArrayLike, dtype: DType | undefined): Strided {
  const { data: given, shape: givenShape, stride, strides: givenStrides, offset = 0 } = source
  if (!isNumberArray(given) && !Array.isArray(given))
    throw new ArgumentError(sentence(routine, `${name}.data to be a typed array`, describe(given)))
  const shape = extents(routine, name, 'shape', givenShape)
  if (shape.length < 1 || shape.length > 3)
    throw new ShapeError(sentence(routine, `${name} of one to three dimensions`, `${shape.length}`))
  const size = shape.reduce((x, y) => x * y, 1)
  const rowMajor = shape.map((_, d) => shape.slice(d + 1).reduce((x, y) => x * y, 1))
  const strides =
    stride === undefined && givenStrides === undefined
      ? rowMajor
      : extents(routine, name, 'strides', stride ?? givenStrides)
  if (strides.length !== shape.length)
    throw new ShapeError(
      sentence(routine, `${name} with a stride for each of its ${shape.length} dimensions`, `${strides.length}`),
    )
  if (!Number.isSafeInteger(offset) || offset < 0)
    throw new ArgumentError(sentence(routine, `${name}.offset to be a non-negative integer`, describe(offset)))
  if (size === 0)
    return {
      data: zeros(dtype ?? (isFloatArray(given) ? dtypeOf(given) : 'float64'), 0),
      shape,
      strides: rowMajor,
      offset: 0,
    }
  let low = offset
  let high = offset
  for (const [d, extent] of shape.entries()) {
    const reach = (extent - 1) * (strides[d] as number)
    if (reach < 0) low += reach
    else high += reach
  }
  if (low < 0 || high >= given.length)
    throw new ShapeError(
      sentence(
        routine,
        `${name} to lie inside its array of ${given.length}`,
        `a shape and strides that reach from ${low} to ${high}`,
      ),
    )
  // Kernels address one entry once and go forwards, so views that fold or turn round are copied. Where there is one row
  // or column, its stride leads nowhere, and may be anything.
  const plain = strides.every((s, d) => s > 0 || shape[d] === 1)
  if (plain && isFloatArray(given) && (dtype === undefined || dtype === dtypeOf(given)))
    return {
      data: ownFloats(routine, name, given),
      shape,
      strides: strides.map((s, d) => (shape[d] === 1 ? 1 : s)),
      offset,
    }
  const target = dtype ?? (isFloatArray(given) ? dtypeOf(given) : 'float64')
  return contiguous(routine, name, given, target, shape, strides, offset)
}

/**
 * Reads a user's array: copies only where it must. `dtype` forces the element type, `like` is that of plain numbers.
 */
export function strided(
  routine: string,
  name: string,
  source: unknown,
  { dtype, like }: { dtype?: DType | undefined; like?: DType | undefined } = {},
): Strided {
  if (isNumberArray(source)) {
    const data = ownFloats(routine, name, source, dtype)
    return { data, shape: [data.length], strides: [1], offset: 0 }
  }
  if (Array.isArray(source)) return fromNested(routine, name, source, dtype ?? like ?? 'float64')
  if (source !== null && typeof source === 'object' && 'data' in source && 'shape' in source)
    return fromNDArray(routine, name, source as NDArrayLike, dtype)
  throw new ArgumentError(
    sentence(routine, `${name} to be a Matrix, nested arrays, a typed array or an ndarray`, describe(source)),
  )
}
