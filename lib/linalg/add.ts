import type { FloatArray } from '../core/dtype.ts'
import { elementwise } from '../core/elementwise.ts'
import type { Matrix, MatrixLike } from '../core/matrix.ts'

/**
 * The sum of A and B (both m×n): (A + B)ᵢⱼ = Aᵢⱼ + Bᵢⱼ. NaN and infinities are carried on.
 *
 * @returns m×n; a vector where both are vectors
 * @throws {ShapeError} where the shapes differ, {@link ArgumentError} where dtypes differ
 * @see Horn, Johnson, Matrix Analysis, 2nd edition, section 0.2
 *
 * @example
 * ```ts
 * import { add } from 'lowrank'
 * console.log(add([[1, 2], [3, 4]], [[5, 6], [7, 8]]).toArray()) // [[6, 8], [10, 12]]
 * ```
 */
export function add<T extends FloatArray>(A: T | readonly number[], B: T | readonly number[]): T
export function add<T extends FloatArray>(A: Matrix<T>, B: MatrixLike<T>): Matrix<T>
export function add<T extends FloatArray>(A: MatrixLike<T>, B: Matrix<T>): Matrix<T>
export function add(A: MatrixLike, B: MatrixLike): Matrix
export function add(A: unknown, B: unknown): unknown {
  return elementwise('add', A, B)
}
