import { checkOptions } from '../core/check.ts'
import type { FloatArray } from '../core/dtype.ts'
import { readMatrix } from '../core/input.ts'
import type { Matrix, MatrixLike } from '../core/matrix.ts'
import { runAsync, runSync, type Steps } from '../core/run.ts'
import { checkRtol, decompose, type RankOptions, rankOf } from '../core/singular.ts'

const routine = 'orth'

function* steps(A: unknown, options: RankOptions | undefined): Steps<Matrix> {
  const { rtol } = checkOptions(routine, options, ['rtol', 'signal'])
  const a = readMatrix(routine, 'A', A)
  const tolerance = checkRtol(routine, rtol, a)
  const { U, values } = yield* decompose(routine, a)
  return U.view(undefined, [0, rankOf(values.data, tolerance)]).copy()
}

/**
 * An orthonormal basis of the column space of A (m×n), as the columns of an m×r matrix, r the numerical rank: the left
 * singular vectors whose values exceed `rtol` times the largest, in their order, the largest entry of each positive.
 *
 * @throws {ArgumentError} where A holds NaN or Infinity or `rtol` is negative, {@link ConvergenceError} where the
 * iteration fails
 * @see Golub, Van Loan, Matrix Computations, 4th edition, section 2.4.2
 *
 * @example
 * ```ts
 * import { orth } from 'lowrank'
 * console.log(orth([[0, 0], [0, 3]]).toArray()) // [[0], [1]]
 * ```
 */
export function orth<T extends FloatArray>(A: Matrix<T> | T, options?: RankOptions): Matrix<T>
export function orth(A: MatrixLike, options?: RankOptions): Matrix
export function orth(A: MatrixLike, options?: RankOptions): Matrix {
  return runSync(routine, steps(A, options), options)
}

/** {@link orth} off the JavaScript thread: same arguments, a promise. The input is read at the call. */
export function orthAsync<T extends FloatArray>(A: Matrix<T> | T, options?: RankOptions): Promise<Matrix<T>>
export function orthAsync(A: MatrixLike, options?: RankOptions): Promise<Matrix>
export function orthAsync(A: MatrixLike, options?: RankOptions): Promise<Matrix> {
  return runAsync(routine, steps(A, options), options)
}
