import { checkOptions, describe, integer, oneOf } from '../core/check.ts'
import { type FloatArray, zeros } from '../core/dtype.ts'
import { ArgumentError, ShapeError, sentence } from '../core/errors.ts'
import { readMatrix, shapeOf } from '../core/input.ts'
import type { Matrix, MatrixLike } from '../core/matrix.ts'
import { checkSeed } from '../core/random.ts'
import { runAsync, runSync, type Steps } from '../core/run.ts'
import type { SparseMatrix } from '../core/sparse.ts'
import { Iteration, type IterationOptions, type IterationResult, iterationOptions } from '../core/stopping.ts'
import { type Approximation, approximation } from './approximation.ts'
import { Climb, openProblem, type Problem } from './climb.ts'
import { applyFactors, type HadamardFactor, lengthOf, multiplyOut, rebalance, viewsOf } from './hadamardFactors.ts'
import { makeStarts } from './hadamardStarts.ts'
import { type Mask, readObserved } from './observed.ts'

/** Options of {@link hadamardALS}. */
export interface HadamardOptions extends IterationOptions {
  /** The ranks of the factors, two of them or more. */
  readonly ranks: readonly number[]
  /**
   * Where A is known: a `Uint8Array` of m·n numbers, row by row, or m×n; 1 where an entry is, 0 where it is missing.
   *
   * @default where A is not NaN
   */
  readonly mask?: Mask | undefined
  /**
   * How many starts are tried: from the SVD of A, from a decomposition of rank ∏r projected to such products, from the
   * roots of |A|, from noise; then more of the first kind with other noise. The worse half is dropped after a few
   * sweeps, and so on.
   *
   * @default 8
   */
  readonly starts?: number | undefined
  /** Factors to begin with instead: { C, D } for each rank, C m×r and D n×r. */
  readonly initial?: readonly { readonly C: MatrixLike; readonly D: MatrixLike }[] | undefined
  /** 'extrapolation': sweeps begin beyond the last point, as far as the objective falls. @default 'extrapolation' */
  readonly acceleration?: 'extrapolation' | 'none' | undefined
  /** Seed of the noise, a 32-bit integer. @default 0 */
  readonly seed?: number | undefined
  /** @default 200 */
  readonly maxIterations?: number | undefined
  /** @default 1e-6 */
  readonly tolerance?: number | undefined
}

/** A ≈ (C₁D₁ᵀ) ∘ (C₂D₂ᵀ) ∘ … */
export interface HadamardDecomposition<T extends FloatArray = FloatArray> extends Approximation<T>, IterationResult {
  /** C (m×r) and D (n×r) for each rank; all factors of one norm, and so are the columns of C and D by pairs. */
  readonly factors: readonly HadamardFactor<T>[]
}

const routine = 'hadamardALS'

function readRanks(ranks: unknown): number[] {
  if (!Array.isArray(ranks) || ranks.length < 2)
    throw new ArgumentError(
      sentence(routine, 'ranks of two factors or more, such as [4, 4]', describe(ranks), 'for one, use factorize'),
    )
  return Array.from(ranks, (rank: unknown, t) => integer(routine, `ranks[${t}]`, rank, 1, 2 ** 15))
}

/** The caller's factors in one array, divided by what A was multiplied by. */
function readInitial({ observed, ranks }: Problem, initial: unknown): FloatArray {
  const { rows, columns, dtype, scale } = observed
  if (!Array.isArray(initial) || initial.length !== ranks.length)
    throw new ArgumentError(
      sentence(routine, `initial with { C, D } for each of ${ranks.length} ranks`, describe(initial)),
    )
  const read = (name: string, value: unknown, extent: number, rank: number): Matrix => {
    const matrix = readMatrix(routine, name, value, dtype)
    if (matrix.rows !== extent || matrix.columns !== rank)
      throw new ShapeError(sentence(routine, `${name} of ${extent}×${rank}`, shapeOf(matrix)))
    const copy = matrix.toType(dtype, true)
    if (!copy.data.every(Number.isFinite))
      throw new ArgumentError(sentence(routine, `${name} with finite entries`, 'NaN or Infinity'))
    return copy
  }
  const parts = initial.flatMap((factor, t) => {
    const { C, D } = checkOptions(`${routine}, initial[${t}]`, factor as { C: unknown; D: unknown }, ['C', 'D'])
    const rank = ranks[t] as number
    return [read(`initial[${t}].C`, C, rows, rank), read(`initial[${t}].D`, D, columns, rank)]
  })
  const flat = zeros(dtype, lengthOf(rows, columns, ranks))
  let at = 0
  for (const { data } of parts) {
    flat.set(data, at)
    at += data.length
  }
  rebalance(viewsOf(flat, rows, columns, ranks), scale)
  return flat
}

function checkSettings(given: Partial<HadamardOptions>) {
  const { starts = 8, acceleration = 'extrapolation', seed = 0, initial } = given
  integer(routine, 'starts', starts, 1, 1000)
  oneOf(routine, 'acceleration', acceleration, ['extrapolation', 'none'])
  checkSeed(routine, seed)
  if (initial !== undefined && given.starts !== undefined)
    throw new ArgumentError(sentence(routine, 'starts or initial', 'both', 'pass one of them'))
  return { starts, accelerated: acceleration === 'extrapolation', seed, initial }
}

// Sweeps until the worse half of the starts is dropped for the first time; then twice as many, and so on.
const firstPruning = 8

/** Sweeps from all starts, of which fewer and fewer remain, until the iteration ends; returns the best. */
function* climb(problem: Problem, starts: readonly FloatArray[], accelerated: boolean, loop: Iteration): Steps<Climb> {
  let climbs = starts.map((start) => new Climb(problem, start, accelerated))
  let pruning = firstPruning
  const { scale } = problem.observed
  for (let sweep = 1; ; sweep++) {
    let settled = climbs.length === 1
    for (const climb of climbs) settled = (yield* climb.sweep()) && settled
    if (sweep === pruning) {
      climbs.sort((a, b) => a.error - b.error)
      climbs = climbs.slice(0, Math.ceil(climbs.length / 2))
      pruning *= 2
    }
    const best = climbs.reduce((best, climb) => (climb.error < best.error ? climb : best))
    if (!loop.next({ objective: best.error }, { settled, scale })) return best
  }
}

function* steps(A: unknown, options: HadamardOptions | undefined): Steps<HadamardDecomposition> {
  const known = ['ranks', 'mask', 'starts', 'initial', 'acceleration', 'seed', ...iterationOptions] as const
  const given = checkOptions(routine, options as Partial<HadamardOptions> | undefined, known)
  const ranks = readRanks(given.ranks)
  const { starts, accelerated, seed, initial } = checkSettings(given)
  const loop = new Iteration(routine, given, { maxIterations: 200, tolerance: 1e-6 })
  const observed = readObserved(routine, A, given.mask)
  const problem = openProblem(observed, ranks)
  const { rows, columns, dtype, scale, squares } = observed

  const begin =
    initial === undefined ? yield* makeStarts(routine, problem, starts, seed) : [readInitial(problem, initial)]
  const best = yield* climb(problem, begin, accelerated, loop)

  const factors = viewsOf(best.factors, rows, columns, ranks)
  rebalance(factors, 1 / scale)
  const own = factors.map(({ C, D }) => ({ C: C.copy(), D: D.copy() }))
  return {
    factors: own,
    ...approximation(routine, {
      columns,
      dtype,
      relativeError: squares === 0 ? 0 : Math.sqrt(best.error / squares),
      parameters: lengthOf(rows, columns, ranks),
      reconstruct: () => multiplyOut(own),
      apply: (X) => applyFactors(own, X),
    }),
    ...loop.result(),
  }
}

/**
 * The Hadamard decomposition A ≈ (C₁D₁ᵀ) ∘ (C₂D₂ᵀ) ∘ … of A (m×n), each factor of its own rank: ‖A − Â‖² over what is
 * known of A is minimized. With two factors of rank r it holds as many numbers as a matrix of rank 2r, and its rank is
 * up to r².
 *
 * With all but one matrix fixed it is a linear least-squares problem for each of that matrix's rows; a sweep solves D₁,
 * C₁, D₂, C₂, … in turn, and never increases the objective. There are many local minima, so that several starts are
 * tried; the same seed gives the same answer, whatever the number of threads. Where A is sparse its zeros count as
 * known, the m×n matrix is never formed, and memory is proportional to its entries and (m + n)∏r; errors below 10⁻⁸ of
 * ‖A‖ drown in rounding there. A mask makes it dense.
 *
 * @throws {ArgumentError} where A holds Infinity or nothing that is known, a rank is below 1 or an option is wrong;
 * {@link ShapeError} where A is empty, or the mask or the initial factors do not fit
 * @see Jun Lu, Low-Rank Approximation, Adaptation, and Other Tales, arXiv 2408.05883; Ciaperoni, Gionis, Mannila, The
 * Hadamard decomposition problem, Data Mining and Knowledge Discovery 38 (2024)
 *
 * @example
 * ```ts
 * import { hadamardALS } from 'lowrank/als'
 * // A rank of 4 in 2·2·(5 + 5) numbers, though no matrix of rank 1 is near.
 * const A = Array.from({ length: 5 }, (_, i) => Array.from({ length: 5 }, (_, j) => (i + j + 1) * (i * j + 2)))
 * const { relativeError, parameters, factors } = hadamardALS(A, { ranks: [2, 2] })
 * console.log(relativeError < 1e-3, parameters, factors.length) // true 40 2
 * ```
 */
export function hadamardALS<T extends FloatArray>(
  A: Matrix<T> | SparseMatrix<T>,
  options: HadamardOptions,
): HadamardDecomposition<T>
export function hadamardALS(A: MatrixLike | SparseMatrix, options: HadamardOptions): HadamardDecomposition
export function hadamardALS(A: MatrixLike | SparseMatrix, options: HadamardOptions): unknown {
  return runSync(routine, steps(A, options), options)
}

/** {@link hadamardALS} off the JavaScript thread: same arguments, a promise. The input is read at the call. */
export function hadamardALSAsync<T extends FloatArray>(
  A: Matrix<T> | SparseMatrix<T>,
  options: HadamardOptions,
): Promise<HadamardDecomposition<T>>
export function hadamardALSAsync(A: MatrixLike | SparseMatrix, options: HadamardOptions): Promise<HadamardDecomposition>
export function hadamardALSAsync(A: MatrixLike | SparseMatrix, options: HadamardOptions): Promise<unknown> {
  return runAsync(routine, steps(A, options), options)
}
