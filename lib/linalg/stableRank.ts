import { checkOptions } from '../core/check.ts'
import { readMatrix } from '../core/input.ts'
import type { MatrixLike } from '../core/matrix.ts'
import { type RunOptions, runAsync, runSync, type Steps } from '../core/run.ts'
import { singularValuesOf } from '../core/singular.ts'

const routine = 'stableRank'

function* steps(A: unknown, options: RunOptions | undefined): Steps<number> {
  checkOptions(routine, options, ['signal'])
  const { data: values } = yield* singularValuesOf(routine, readMatrix(routine, 'A', A))
  const largest = values[0]
  if (largest === undefined || largest === 0) return 0
  let sum = 0
  for (const s of values) sum += (s / largest) ** 2
  return sum
}

/**
 * The stable rank ‖A‖²_F / ‖A‖²₂ = Σ (sᵢ/s₀)² of A (m×n): between 1 and the rank, and near the number of directions
 * that matter; small values of s add little, where they count fully in the rank. 0 for a zero or empty matrix.
 *
 * @throws {ArgumentError} where A holds NaN or Infinity, {@link ConvergenceError} where the iteration fails
 * @see Rudelson, Vershynin, Sampling from large matrices, Journal of the ACM 54 (2007)
 *
 * @example
 * ```ts
 * import { stableRank } from 'lowrank'
 * console.log(stableRank([[2, 0], [0, 1]])) // 1.25
 * ```
 */
export function stableRank(A: MatrixLike, options?: RunOptions): number {
  return runSync(routine, steps(A, options), options)
}

/** {@link stableRank} off the JavaScript thread: same arguments, a promise. The input is read at the call. */
export function stableRankAsync(A: MatrixLike, options?: RunOptions): Promise<number> {
  return runAsync(routine, steps(A, options), options)
}
