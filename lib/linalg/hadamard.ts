import type { FloatArray } from '../core/dtype.ts'
import { elementwise } from '../core/elementwise.ts'
import type { Matrix, MatrixLike } from '../core/matrix.ts'

/**
 * The Hadamard (entry-wise) product of A and B (both m×n): (A ∘ B)ᵢⱼ = Aᵢⱼ·Bᵢⱼ. NaN and infinities are carried on.
 *
 * @returns m×n; a vector where both are vectors
 * @throws {ShapeError} where the shapes differ, {@link ArgumentError} where dtypes differ
 * @see Horn, Johnson, Topics in Matrix Analysis, chapter 5
 *
 * @example
 * ```ts
 * import { hadamard } from 'lowrank'
 * console.log(hadamard([[1, 2], [3, 4]], [[5, 6], [7, 8]]).toArray()) // [[5, 12], [21, 32]]
 * ```
 */
export function hadamard<T extends FloatArray>(A: T | readonly number[], B: T | readonly number[]): T
export function hadamard<T extends FloatArray>(A: Matrix<T>, B: MatrixLike<T>): Matrix<T>
export function hadamard<T extends FloatArray>(A: MatrixLike<T>, B: Matrix<T>): Matrix<T>
export function hadamard(A: MatrixLike, B: MatrixLike): Matrix
export function hadamard(A: unknown, B: unknown): unknown {
  return elementwise('hadamard', A, B)
}
