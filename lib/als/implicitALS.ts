import { checkOptions, finite, integer, oneOf } from '../core/check.ts'
import { type ArrayOf, checkDtype, type DType, type FloatArray } from '../core/dtype.ts'
import { ArgumentError, type ConvergenceError, type ShapeError, sentence } from '../core/errors.ts'
import { checkSeed } from '../core/random.ts'
import { runAsync, runSync, type Steps } from '../core/run.ts'
import type { SparseMatrix } from '../core/sparse.ts'
import { Iteration, type IterationOptions, iterationOptions } from '../core/stopping.ts'
import { type InitialFactors, type RatingsLike, randomStart, readInitial, readTraining } from './fitInput.ts'
import { fitModel } from './fitModel.ts'
import type { CompletionModel, SweepReport } from './model.ts'
import type { Ratings } from './ratings.ts'
import { type Regularization, readRegularization } from './regularization.ts'
import { chooseSolver } from './solverChoice.ts'

/** Options of {@link implicitALS}. */
export interface ImplicitALSOptions<D extends DType = DType> extends IterationOptions<SweepReport> {
  /** k, the columns of W and rows of Z; it may exceed m and n. @default 32 */
  readonly rank?: number | undefined
  /** λ: one number for both sides, or one each. @default 0.01 */
  readonly regularization?: Regularization | undefined
  /** α: how much more an entry r is trusted than one that is not there, 1 + α|r| times. @default 40 */
  readonly alpha?: number | undefined
  /**
   * How each row's normal equations are solved: by 'cholesky', or approximately by a few steps of conjugate gradients,
   * 'cg', from the factors of the sweep before. 'auto' takes what a model of their costs says is cheaper, by the rank
   * and the number of entries; the model's settings name it. @default 'auto'
   */
  readonly solver?: 'auto' | 'cholesky' | 'cg' | undefined
  /**
   * What is done beyond sweeping: 'extrapolation' of whole sweeps by Nesterov's rule, taken back where it does not pay,
   * or 'none'. @default 'extrapolation'
   */
  readonly acceleration?: 'extrapolation' | 'none' | undefined
  /** Where the fit begins. @default W random, normal with deviation 0.1/√k */
  readonly initial?: InitialFactors | undefined
  /** Seed of the random start. @default 0 */
  readonly seed?: number | undefined
  /** The precision to compute in. @default that of the ratings */
  readonly dtype?: D | undefined
  /** @default 15 */
  readonly maxIterations?: number | undefined
  /** @default 1e-4 */
  readonly tolerance?: number | undefined
}

const routine = 'implicitALS'

const names = [
  'rank',
  'regularization',
  'alpha',
  'solver',
  'acceleration',
  'initial',
  'seed',
  'dtype',
  ...iterationOptions,
] as const

function readSettings(given: ImplicitALSOptions) {
  const { rank = 32, regularization = 0.01, alpha = 40, solver = 'auto' } = given
  const { acceleration = 'extrapolation', seed = 0 } = given
  oneOf(routine, 'solver', solver, ['auto', 'cholesky', 'cg'])
  return {
    rank: integer(routine, 'rank', rank, 1, 2 ** 20 - 1),
    regularization: readRegularization(routine, regularization),
    weighting: 'ridge',
    alpha: finite(routine, 'alpha', alpha, { least: 0 }),
    center: false,
    biases: false,
    nonnegative: false,
    solver,
    acceleration: oneOf(routine, 'acceleration', acceleration, ['extrapolation', 'none']),
    seed: checkSeed(routine, seed),
  } as const
}

/** Errors on choices held out say little of the lists that a model is for; those are judged once it is fitted. */
function refuseValidation(options: unknown): void {
  if (typeof options !== 'object' || options === null) return
  for (const name of ['validation', 'patience'])
    if (name in options)
      throw new ArgumentError(
        sentence(
          routine,
          `no ${name}, which is for completeALS`,
          'it',
          "hold choices out by split(ratings, { by: 'row' }) and judge the model by evaluate()",
        ),
      )
}

function* steps(source: unknown, options: ImplicitALSOptions | undefined): Steps<CompletionModel> {
  refuseValidation(options)
  const given = checkOptions(routine, options, names)
  const checked = readSettings(given)
  const { dtype, initial } = given
  if (dtype !== undefined) checkDtype(routine, dtype)
  const loop = new Iteration<SweepReport, 'validation'>(routine, given, { maxIterations: 15, tolerance: 1e-4 })
  const ratings = readTraining(routine, source, dtype)
  const solver = checked.solver === 'auto' ? chooseSolver(ratings.matrix, 'implicit', checked.rank) : checked.solver
  const settings = { ...checked, solver }
  const start =
    initial === undefined
      ? { W: randomStart(ratings, settings, 0.1 / Math.sqrt(settings.rank)), Zt: undefined }
      : readInitial(routine, initial, ratings, settings)
  return yield* fitModel({ kind: 'implicit', ratings, globalMean: 0, settings, start, validation: undefined }, loop)
}

/**
 * Fits implicit feedback (m×n): where r only says how often, or how much, something was chosen. All entries are known
 * then, preferences p = [r > 0], in which one trusts by c = 1 + α|r|: W and Z minimize Σ cᵢⱼ(pᵢⱼ − wᵢᵀzⱼ)² over all i
 * and j, plus λw‖W‖² + λz‖Z‖². A negative r is a choice against: p = 0 with the confidence of its size. A sweep solves
 * for Z, then for W, and costs no more than the entries that are there, as what all rows have in common, ZZᵀ, is
 * computed once. Rows and columns without entries get factors of zero. The same bits for any number of threads.
 *
 * There is no `validation`: hold choices out by `split(ratings, { by: 'row' })`, and compare models by `evaluate`.
 *
 * @param ratings - `Ratings`, a `SparseMatrix`, or a dense matrix with NaN where nothing is known
 * @throws {ArgumentError} where there is no entry at all, one is infinite (or NaN in sparse ones), λ or α is negative
 * or an option is wrong; {@link ShapeError} where initial does not fit; {@link ConvergenceError} where the objective
 * overflows
 * @see Hu, Koren, Volinsky, Collaborative Filtering for Implicit Feedback Datasets, ICDM 2008
 *
 * @example
 * ```ts
 * import { implicitALS, ratings } from 'lowrank/als'
 * const seen = ratings(['ann', 'ann', 'bob', 'bob', 'cid'], ['tea', 'milk', 'tea', 'milk', 'tea'], [3, 1, 2, 2, 5])
 * const model = implicitALS(seen, { rank: 1 })
 * console.log(model.predict('cid', 'milk') > 0.5) // true
 * ```
 */
export function implicitALS<D extends DType>(
  ratings: RatingsLike,
  options: ImplicitALSOptions<D> & { dtype: D },
): CompletionModel<ArrayOf<D>>
export function implicitALS<T extends FloatArray>(
  ratings: Ratings<T> | SparseMatrix<T>,
  options?: ImplicitALSOptions & { dtype?: undefined },
): CompletionModel<T>
export function implicitALS(ratings: RatingsLike, options?: ImplicitALSOptions): CompletionModel
export function implicitALS(ratings: RatingsLike, options?: ImplicitALSOptions): unknown {
  return runSync(routine, steps(ratings, options), options)
}

/** {@link implicitALS} off the JavaScript thread: same arguments, a promise. The ratings are read at the call. */
export function implicitALSAsync<D extends DType>(
  ratings: RatingsLike,
  options: ImplicitALSOptions<D> & { dtype: D },
): Promise<CompletionModel<ArrayOf<D>>>
export function implicitALSAsync<T extends FloatArray>(
  ratings: Ratings<T> | SparseMatrix<T>,
  options?: ImplicitALSOptions & { dtype?: undefined },
): Promise<CompletionModel<T>>
export function implicitALSAsync(ratings: RatingsLike, options?: ImplicitALSOptions): Promise<CompletionModel>
export function implicitALSAsync(ratings: RatingsLike, options?: ImplicitALSOptions): Promise<unknown> {
  return runAsync(routine, steps(ratings, options), options)
}
