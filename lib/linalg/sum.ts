import type { FloatArray } from '../core/dtype.ts'
import type { Matrix, MatrixLike } from '../core/matrix.ts'
import { total } from '../core/total.ts'

/**
 * The sum of the entries of A (m×n), 0 of none; with `axis` 0 over the rows, one number a column, with 1 over the
 * columns, one number a row. Taken pairwise in double precision, so that the error grows with the logarithm of their
 * number. NaN and infinities are carried on.
 *
 * @throws {ArgumentError} where `axis` is neither 0 nor 1
 * @see Higham, Accuracy and Stability of Numerical Algorithms, 2nd edition, chapter 4
 *
 * @example
 * ```ts
 * import { sum } from 'lowrank'
 * console.log(sum([[1, 2], [3, 4]])) // 10
 * console.log(sum([[1, 2], [3, 4]], 0)) // Float64Array(2) [ 4, 6 ]
 * ```
 */
export function sum(A: MatrixLike, axis?: undefined): number
export function sum<T extends FloatArray>(A: Matrix<T> | T, axis: 0 | 1): T
export function sum(A: MatrixLike, axis: 0 | 1): FloatArray
export function sum(A: MatrixLike, axis?: 0 | 1): FloatArray | number {
  return total('sum', A, axis)
}
