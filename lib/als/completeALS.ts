import { boolean, checkOptions, integer, oneOf } from '../core/check.ts'
import { type ArrayOf, checkDtype, type DType, type FloatArray } from '../core/dtype.ts'
import { ArgumentError, type ConvergenceError, type ShapeError, sentence } from '../core/errors.ts'
import { checkSeed } from '../core/random.ts'
import { runAsync, runSync, type Steps } from '../core/run.ts'
import type { SparseMatrix } from '../core/sparse.ts'
import { Iteration, type IterationOptions, iterationOptions } from '../core/stopping.ts'
import { accelerations } from './acceleration.ts'
import {
  type InitialFactors,
  type RatingsLike,
  randomStart,
  readInitial,
  readTraining,
  readValidation,
} from './fitInput.ts'
import { fitModel } from './fitModel.ts'
import type { CompletionModel, SweepReport } from './model.ts'
import type { Ratings } from './ratings.ts'
import { type Regularization, readRegularization } from './regularization.ts'
import { chooseSolver } from './solverChoice.ts'

/** Options of {@link completeALS}. */
export interface CompleteALSOptions<D extends DType = DType> extends IterationOptions<SweepReport> {
  /** k, the columns of W and rows of Z; it may exceed m and n. @default 32 */
  readonly rank?: number | undefined
  /** λ: one number for both sides, or one each. @default 0.1, 10 where weighting is 'ridge' */
  readonly regularization?: Regularization | undefined
  /** λᵢ is λ times the ratings of row i, or λ itself. @default 'weighted' */
  readonly weighting?: 'weighted' | 'ridge' | undefined
  /** Whether the mean of the ratings is taken off first, μ of the model. @default true, false where nonnegative */
  readonly center?: boolean | undefined
  /**
   * Whether rows and columns have biases, solved for together with the factors. @default true, false where nonnegative
   */
  readonly biases?: boolean | undefined
  /** Whether the entries of W and Z must not be negative; without centring and biases. @default false */
  readonly nonnegative?: boolean | undefined
  /**
   * How each row's normal equations are solved: by 'cholesky', or approximately by a few steps of conjugate gradients,
   * 'cg', from the factors of the sweep before. 'auto' takes what a model of their costs says is cheaper, by the rank
   * and the number of entries; the model's settings name it. @default 'auto'
   */
  readonly solver?: 'auto' | 'cholesky' | 'cg' | undefined
  /**
   * What is done beyond sweeping: 'extrapolation' of whole sweeps by Nesterov's rule, taken back where it does not pay;
   * 'ncg', nonlinear conjugate gradients preconditioned by a sweep; or 'none'. @default 'extrapolation'
   */
  readonly acceleration?: (typeof accelerations)[number] | undefined
  /**
   * A fraction of the ratings that is not fitted but measured after each sweep, or other ratings to measure.
   *
   * @default none
   */
  readonly validation?: number | Ratings | undefined
  /** Stops after so many sweeps that brought no smaller error on the validation ratings. @default 3 */
  readonly patience?: number | undefined
  /** Where the fit begins. @default W random, normal with deviation 0.1/√k */
  readonly initial?: InitialFactors | undefined
  /** Seed of the random start and of the fraction for validation. @default 0 */
  readonly seed?: number | undefined
  /** The precision to compute in. @default that of the ratings */
  readonly dtype?: D | undefined
  /** @default 30 */
  readonly maxIterations?: number | undefined
  /** @default 1e-4 */
  readonly tolerance?: number | undefined
}

const routine = 'completeALS'

const names = [
  'rank',
  'regularization',
  'weighting',
  'center',
  'biases',
  'nonnegative',
  'solver',
  'acceleration',
  'validation',
  'patience',
  'initial',
  'seed',
  'dtype',
  ...iterationOptions,
] as const

/** What cannot be had together with non-negative factors. */
function checkNonnegative({ center, biases, solver, acceleration }: CompleteALSOptions): void {
  const refused = [
    ['center', center === true],
    ['biases', biases === true],
    ["solver 'cg'", solver === 'cg'],
    ["acceleration 'ncg'", acceleration === 'ncg'],
  ] as const
  for (const [name, given] of refused)
    if (given)
      throw new ArgumentError(
        sentence(routine, `no ${name} where nonnegative is true`, 'both', 'leave one of them out'),
      )
}

function readSettings(given: CompleteALSOptions) {
  const { nonnegative = false, weighting = 'weighted', solver = 'auto', acceleration = 'extrapolation' } = given
  boolean(routine, 'nonnegative', nonnegative)
  const { center = !nonnegative, biases = !nonnegative } = given
  oneOf(routine, 'weighting', weighting, ['weighted', 'ridge'])
  const { rank = 32, regularization = weighting === 'weighted' ? 0.1 : 10, seed = 0 } = given
  oneOf(routine, 'solver', solver, ['auto', 'cholesky', 'cg'])
  oneOf(routine, 'acceleration', acceleration, accelerations)
  if (nonnegative) checkNonnegative(given)
  return {
    rank: integer(routine, 'rank', rank, 1, 2 ** 20 - 1),
    regularization: readRegularization(routine, regularization),
    weighting,
    alpha: 0,
    center: boolean(routine, 'center', center),
    biases: boolean(routine, 'biases', biases),
    nonnegative,
    solver,
    acceleration,
    seed: checkSeed(routine, seed),
  } as const
}

function meanOf(values: FloatArray): number {
  let sum = 0
  for (const value of values) sum += value
  return sum / values.length
}

// Of ratings that are all smaller the squares, and the objective with them, would vanish.
const leastRating = { float64: 2 ** -500, float32: 2 ** -63 } as const

/** Refuses what no λ could be rescaled for: factors, which come in pairs, and biases would each ask for another. */
function checkSquares({ dtype, matrix }: Ratings): void {
  let largest = 0
  for (const value of matrix.values) largest = Math.max(largest, Math.abs(value))
  const least = leastRating[dtype]
  if (largest === 0 || largest >= least) return
  const expected = `ratings whose squares ${dtype} can hold, the largest of at least ${least.toExponential(1)}`
  const received = `one of ${largest.toExponential(1)}`
  throw new ArgumentError(sentence(routine, expected, received, 'scale them up, and choose λ for what they are then'))
}

function* steps(source: unknown, options: CompleteALSOptions | undefined): Steps<CompletionModel> {
  const given = checkOptions(routine, options, names)
  const checked = readSettings(given)
  const { dtype, patience = 3, initial } = given
  if (dtype !== undefined) checkDtype(routine, dtype)
  integer(routine, 'patience', patience, 1)
  if (given.patience !== undefined && given.validation === undefined)
    throw new ArgumentError(sentence(routine, 'validation where patience is given', 'none', 'pass a fraction, say 0.1'))
  const loop = new Iteration<SweepReport, 'validation'>(routine, given, { maxIterations: 30, tolerance: 1e-4 })
  const all = readTraining(routine, source, dtype)
  checkSquares(all)
  const { train: ratings, validation } = readValidation(routine, all, given.validation, checked.seed)
  const choose = () => chooseSolver(ratings.matrix, 'explicit', checked.rank + (checked.biases ? 1 : 0))
  // Non-negative rows have a method of their own, around Cholesky.
  const solver = checked.nonnegative ? 'cholesky' : checked.solver === 'auto' ? choose() : checked.solver
  const settings = { ...checked, solver }
  const start =
    initial === undefined
      ? { W: randomStart(ratings, settings, 0.1 / Math.sqrt(settings.rank)), Zt: undefined }
      : readInitial(routine, initial, ratings, settings)
  const globalMean = settings.center ? meanOf(ratings.matrix.values) : 0
  const measured = validation && { matrix: validation, patience }
  return yield* fitModel({ kind: 'explicit', ratings, globalMean, settings, start, validation: measured }, loop)
}

/**
 * Completes a matrix of which some entries are known (m×n): x̂ᵢⱼ = μ + bᵢ + cⱼ + wᵢᵀzⱼ, where μ is the mean of the
 * ratings and biases and factors minimize Σ_Ω (aᵢⱼ − x̂ᵢⱼ)² + Σᵢ λᵢ(‖wᵢ‖² + bᵢ²) + Σⱼ λⱼ(‖zⱼ‖² + cⱼ²). A sweep solves
 * for all zⱼ and cⱼ, then for all wᵢ and bᵢ, exactly, so that no sweep increases the objective; between sweeps it is
 * accelerated. Rows and columns without ratings get factors and biases of zero. The same bits for any number of
 * threads.
 *
 * With `validation`, the factors of the sweep with the smallest error on those ratings are returned: a lower objective
 * does not mean better predictions.
 *
 * @param ratings - `Ratings`, a `SparseMatrix` whose stored entries are what is known, or a dense matrix with NaN where
 * nothing is
 * @throws {ArgumentError} where there is no rating at all, one is infinite (or NaN in sparse ones), all are so small that
 * their squares vanish (below 2⁻⁵⁰⁰, 2⁻⁶³ in float32), λ is negative or an option is wrong; {@link ShapeError} where
 * initial does not fit; {@link ConvergenceError} where the objective overflows
 * @see Zhou, Wilkinson, Schreiber, Pan, Large-scale Parallel Collaborative Filtering for the Netflix Prize, AAIM 2008;
 * Mitchell, Ye, De Sterck, Nesterov Acceleration of Alternating Least Squares, Numer. Linear Algebra Appl. 27 (2020)
 *
 * @example
 * ```ts
 * import { completeALS, ratings } from 'lowrank/als'
 * const seen = ratings(['ann', 'ann', 'bob', 'bob', 'cid'], ['up', 'heat', 'up', 'heat', 'up'], [5, 1, 4, 2, 5])
 * const model = completeALS(seen, { rank: 2 })
 * console.log(model.predict('cid', 'up') > model.predict('cid', 'heat')) // true
 * ```
 */
export function completeALS<D extends DType>(
  ratings: RatingsLike,
  options: CompleteALSOptions<D> & { dtype: D },
): CompletionModel<ArrayOf<D>>
export function completeALS<T extends FloatArray>(
  ratings: Ratings<T> | SparseMatrix<T>,
  options?: CompleteALSOptions & { dtype?: undefined },
): CompletionModel<T>
export function completeALS(ratings: RatingsLike, options?: CompleteALSOptions): CompletionModel
export function completeALS(ratings: RatingsLike, options?: CompleteALSOptions): unknown {
  return runSync(routine, steps(ratings, options), options)
}

/** {@link completeALS} off the JavaScript thread: same arguments, a promise. The ratings are read at the call. */
export function completeALSAsync<D extends DType>(
  ratings: RatingsLike,
  options: CompleteALSOptions<D> & { dtype: D },
): Promise<CompletionModel<ArrayOf<D>>>
export function completeALSAsync<T extends FloatArray>(
  ratings: Ratings<T> | SparseMatrix<T>,
  options?: CompleteALSOptions & { dtype?: undefined },
): Promise<CompletionModel<T>>
export function completeALSAsync(ratings: RatingsLike, options?: CompleteALSOptions): Promise<CompletionModel>
export function completeALSAsync(ratings: RatingsLike, options?: CompleteALSOptions): Promise<unknown> {
  return runAsync(routine, steps(ratings, options), options)
}
