/** Fresh results for kernels to fill: a matrix, or a batch where the input was one. */
import { MatrixBatch } from './batch.ts'
import { type DType, type FloatArray, uninitialized } from './dtype.ts'
import type { Dense } from './input.ts'
import { Matrix } from './matrix.ts'

/** rows×columns uninitialised entries, `count` times where a batch is asked for. */
export function fresh(dtype: DType, rows: number, columns: number): Matrix
export function fresh(dtype: DType, rows: number, columns: number, count: number | undefined): Dense
export function fresh(dtype: DType, rows: number, columns: number, count?: number): Dense {
  const data = uninitialized(dtype, (count ?? 1) * rows * columns)
  return count === undefined ? new Matrix(data, rows, columns) : new MatrixBatch(data, count, rows, columns)
}

/** A member's vectors: one typed array for a matrix, a matrix with a row for each member of a batch. */
export function freshVectors(dtype: DType, length: number, count?: number): Matrix {
  return new Matrix(uninitialized(dtype, (count ?? 1) * length), count ?? 1, length)
}

/**
 * What a result of one column is to the caller who passed a vector: a vector, or a matrix with a row for each member.
 */
export function unwrapVector(result: Dense, vector: boolean): Dense | FloatArray {
  if (!vector) return result
  return result instanceof MatrixBatch ? new Matrix(result.data, result.count, result.rows) : result.data
}
