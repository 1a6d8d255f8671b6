/** From what a user passes to what a kernel takes: matrices, vectors and batches of one dtype, checked. */

import { MatrixBatch } from './batch.ts'
import { describe } from './check.ts'
import { type DType, type FloatArray, isFloatArray } from './dtype.ts'
import { ArgumentError, ShapeError, sentence } from './errors.ts'
import { isNumberArray, isShared, ownFloats, strided } from './from.ts'
import { Matrix, type MatrixLike } from './matrix.ts'

/** What a dense function takes: one matrix, or a batch of them. */
export type Dense<T extends FloatArray = FloatArray> = Matrix<T> | MatrixBatch<T>

/** An operand and whether it came as a vector (it is then a matrix of one column). */
interface Operand<M = Dense> {
  readonly value: M
  readonly vector: boolean
}

/** 'm×n', with the count before it for a batch. */
export function shapeOf(value: Dense): string {
  return value instanceof MatrixBatch
    ? `${value.count} of ${value.rows}×${value.columns}`
    : `${value.rows}×${value.columns}`
}

function isPlain(value: unknown): boolean {
  return Array.isArray(value)
}

// What is seldom is in functions of its own here, so that the rest is small enough to be inlined: 30 ns of a small
// product.

// A Matrix was checked when it was made, but its buffer may have been detached, shrunk or replaced since.
export function checkAlive(routine: string, name: string, value: Dense): void {
  const { data, count, memberStride, rows, columns, rowStride, columnStride, offset } = value
  if (count === 0 || rows === 0 || columns === 0) return
  const end = offset + (count - 1) * memberStride + (rows - 1) * rowStride + (columns - 1) * columnStride + 1
  if (!isFloatArray(data) || !(end <= data.length)) refuseDead(routine, name, data, end)
}

function refuseDead(routine: string, name: string, data: unknown, end: number): never {
  throw new ArgumentError(
    sentence(
      routine,
      `${name} with the ${end} elements that it was made with`,
      describe(data),
      'its buffer was detached, shrunk or tampered with',
    ),
  )
}

/** Reads one operand; `like` is the dtype that plain numbers take. */
export function readOperand(routine: string, name: string, value: unknown, like?: DType): Operand {
  if (value instanceof Matrix || value instanceof MatrixBatch) {
    checkAlive(routine, name, value)
    return isShared(value) ? readShared(routine, name, value) : { value, vector: false }
  }
  return readForeign(routine, name, value, like)
}

function readShared(routine: string, name: string, value: Dense): Operand {
  const data = ownFloats(routine, name, value.data)
  if (value instanceof MatrixBatch) return { value: ownBatch(data, value), vector: false }
  const { rowStride, columnStride, offset } = value
  return { value: new Matrix(data, value.rows, value.columns, { rowStride, columnStride, offset }), vector: false }
}

function readForeign(routine: string, name: string, value: unknown, like?: DType): Operand {
  const { data, shape, strides, offset } = strided(routine, name, value, { like })
  if (shape.length === 1) {
    if (data.length === 0 && isNumberArray(value) && isGone(value))
      throw new ArgumentError(
        sentence(routine, `${name} with its elements`, 'an array whose buffer was detached or shrunk'),
      )
    return { value: new Matrix(data, shape[0] as number, 1, { rowStride: strides[0] as number, offset }), vector: true }
  }
  if (shape.length === 2) {
    const [rows, columns] = shape as [number, number]
    const [rowStride, columnStride] = strides as [number, number]
    return { value: new Matrix(data, rows, columns, { rowStride, columnStride, offset }), vector: false }
  }
  const [count, rows, columns] = shape as [number, number, number]
  const packed =
    strides[2] === 1 &&
    strides[1] === columns &&
    strides[0] === rows * columns &&
    offset === 0 &&
    data.length === count * rows * columns
  if (packed) return { value: new MatrixBatch(data, count, rows, columns), vector: false }
  const copy = new (data.constructor as new (length: number) => FloatArray)(count * rows * columns)
  for (let b = 0, at = 0; b < count; b++)
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < columns; j++)
        copy[at++] = data[
          offset + b * (strides[0] as number) + i * (strides[1] as number) + j * (strides[2] as number)
        ] as number
  return { value: new MatrixBatch(copy, count, rows, columns), vector: false }
}

/** A batch on a copy of its numbers, which may have more at the end: shared memory can grow. */
function ownBatch(data: FloatArray, { count, rows, columns }: MatrixBatch): MatrixBatch {
  return new MatrixBatch(data.subarray(0, count * rows * columns), count, rows, columns)
}

// What has no elements any more looks like what never had any; but its methods throw.
function isGone(array: object): boolean {
  try {
    Object.getPrototypeOf(Uint8Array.prototype).keys.call(array)
    return false
  } catch {
    return true
  }
}

/** Reads one matrix or batch. */
export function readDense(routine: string, name: string, value: unknown): Dense {
  return readOperand(routine, name, value).value
}

/** Reads one matrix, where a batch makes no sense. */
export function readMatrix(routine: string, name: string, value: unknown, like?: DType): Matrix {
  return refuseBatch(routine, name, readOperand(routine, name, value, like)).value
}

export function refuseBatch(routine: string, name: string, { value, vector }: Operand): Operand<Matrix> {
  if (value instanceof Matrix) return { value, vector }
  throw new ShapeError(
    sentence(routine, `${name} to be one matrix`, `a batch of ${value.count}`, 'call it for each member'),
  )
}

/** Reads two operands of one dtype: plain numbers take that of the other. */
export function readPair(routine: string, nameA: string, A: unknown, nameB: string, B: unknown): [Operand, Operand] {
  if (isPlain(A) && !isPlain(B)) {
    const b = readOperand(routine, nameB, B)
    return [readOperand(routine, nameA, A, b.value.dtype), b]
  }
  const a = readOperand(routine, nameA, A)
  const b = readOperand(routine, nameB, B, a.value.dtype)
  checkSameDtype(routine, nameA, a.value, nameB, b.value)
  return [a, b]
}

/** Reads A and B of one dtype, where a batch makes no sense. */
export function readMatrices(routine: string, A: unknown, B: unknown): [Operand<Matrix>, Operand<Matrix>] {
  const [a, b] = readPair(routine, 'A', A, 'B', B)
  return [refuseBatch(routine, 'A', a), refuseBatch(routine, 'B', b)]
}

export function checkSameDtype(
  routine: string,
  nameA: string,
  A: { dtype: DType },
  nameB: string,
  B: { dtype: DType },
): void {
  if (A.dtype !== B.dtype) refuseDtype(routine, nameA, A, nameB, B)
}

function refuseDtype(routine: string, nameA: string, A: { dtype: DType }, nameB: string, B: { dtype: DType }): never {
  throw new ArgumentError(
    sentence(routine, `${nameB} in ${A.dtype} like ${nameA}`, B.dtype, `convert one of them with toType('${A.dtype}')`),
  )
}

/** Square matrices only. */
export function checkSquare(routine: string, name: string, value: Pick<Matrix, 'rows' | 'columns'>): void {
  if (value.rows !== value.columns)
    throw new ShapeError(sentence(routine, `${name} to be square`, `${value.rows}×${value.columns}`))
}

/** The number of members that a call has for operands of which some are batches: they must agree. */
export function countOf(routine: string, nameA: string, A: Dense, nameB: string, B: Dense): number | undefined {
  if (A instanceof MatrixBatch && B instanceof MatrixBatch && A.count !== B.count)
    throw new ShapeError(sentence(routine, `${nameB} with ${A.count} members to match ${nameA}`, `${B.count}`))
  return A instanceof MatrixBatch ? A.count : B instanceof MatrixBatch ? B.count : undefined
}

export type { MatrixLike }
