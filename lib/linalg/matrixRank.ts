import { checkOptions } from '../core/check.ts'
import { readMatrix } from '../core/input.ts'
import type { MatrixLike } from '../core/matrix.ts'
import { runAsync, runSync, type Steps } from '../core/run.ts'
import { checkRtol, type RankOptions, rankOf, singularValuesOf } from '../core/singular.ts'

const routine = 'matrixRank'

function* steps(A: unknown, options: RankOptions | undefined): Steps<number> {
  const { rtol } = checkOptions(routine, options, ['rtol', 'signal'])
  const a = readMatrix(routine, 'A', A)
  const tolerance = checkRtol(routine, rtol, a)
  const values = yield* singularValuesOf(routine, a)
  return rankOf(values.data, tolerance)
}

/**
 * The numerical rank of A (m×n): how many singular values exceed `rtol` times the largest. 0 for a zero or empty
 * matrix.
 *
 * @throws {ArgumentError} where A holds NaN or Infinity or `rtol` is negative, {@link ConvergenceError} where the
 * iteration fails
 * @see Golub, Van Loan, Matrix Computations, 4th edition, section 5.4.1
 *
 * @example
 * ```ts
 * import { matrixRank } from 'lowrank'
 * console.log(matrixRank([[1, 2], [2, 4], [3, 6]])) // 1
 * ```
 */
export function matrixRank(A: MatrixLike, options?: RankOptions): number {
  return runSync(routine, steps(A, options), options)
}

/** {@link matrixRank} off the JavaScript thread: same arguments, a promise. The input is read at the call. */
export function matrixRankAsync(A: MatrixLike, options?: RankOptions): Promise<number> {
  return runAsync(routine, steps(A, options), options)
}
