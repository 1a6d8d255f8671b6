import type { FloatArray } from '../core/dtype.ts'
import { elementwise } from '../core/elementwise.ts'
import type { Matrix, MatrixLike } from '../core/matrix.ts'

/**
 * The difference of A and B (both m×n): (A − B)ᵢⱼ = Aᵢⱼ − Bᵢⱼ. NaN and infinities are carried on.
 *
 * @returns m×n; a vector where both are vectors
 * @throws {ShapeError} where the shapes differ, {@link ArgumentError} where dtypes differ
 * @see Horn, Johnson, Matrix Analysis, 2nd edition, section 0.2
 *
 * @example
 * ```ts
 * import { subtract } from 'lowrank'
 * console.log(subtract([[1, 2], [3, 4]], [[5, 6], [7, 8]]).toArray()) // [[-4, -4], [-4, -4]]
 * ```
 */
export function subtract<T extends FloatArray>(A: T | readonly number[], B: T | readonly number[]): T
export function subtract<T extends FloatArray>(A: Matrix<T>, B: MatrixLike<T>): Matrix<T>
export function subtract<T extends FloatArray>(A: MatrixLike<T>, B: Matrix<T>): Matrix<T>
export function subtract(A: MatrixLike, B: MatrixLike): Matrix
export function subtract(A: unknown, B: unknown): unknown {
  return elementwise('subtract', A, B)
}
