import type { FloatArray } from '../core/dtype.ts'
import type { Matrix, MatrixLike } from '../core/matrix.ts'
import { total } from '../core/total.ts'

/**
 * The mean of the entries of A (m×n), NaN of none; with `axis` 0 over the rows, one number a column, with 1 over the
 * columns, one number a row. Taken summed pairwise in double precision.
 * NaN and infinities are carried on.
 *
 * @throws {ArgumentError} where `axis` is neither 0 nor 1
 * @see Higham, Accuracy and Stability of Numerical Algorithms, 2nd edition, chapter 4
 *
 * @example
 * ```ts
 * import { mean } from 'lowrank'
 * console.log(mean([[1, 2], [3, 4]])) // 2.5
 * console.log(mean([[1, 2], [3, 4]], 0)) // Float64Array(2) [ 2, 3 ]
 * ```
 */
export function mean(A: MatrixLike, axis?: undefined): number
export function mean<T extends FloatArray>(A: Matrix<T> | T, axis: 0 | 1): T
export function mean(A: MatrixLike, axis: 0 | 1): FloatArray
export function mean(A: MatrixLike, axis?: 0 | 1): FloatArray | number {
  return total('mean', A, axis)
}
