import { checkOptions, integer, oneOf } from '../core/check.ts'
import { epsilonOf, type FloatArray } from '../core/dtype.ts'
import { ArgumentError, type ConvergenceError, ShapeError, sentence } from '../core/errors.ts'
import { readMatrix } from '../core/input.ts'
import { Matrix, type MatrixLike } from '../core/matrix.ts'
import { checkSeed } from '../core/random.ts'
import { fresh } from '../core/result.ts'
import { call, runAsync, runSync, type Steps } from '../core/run.ts'
import { SparseMatrix } from '../core/sparse.ts'
import {
  Iteration,
  type IterationOptions,
  type IterationReport,
  type IterationResult,
  iterationOptions,
  type StopReason,
} from '../core/stopping.ts'
import { openSource, type Source } from '../linalg/largeOperand.ts'
import { readPlan, truncate } from '../linalg/truncatedSVD.ts'
import { type Approximation, approximation, checkFinite, closedForm } from './approximation.ts'
import { alternate, scaledProblem } from './factorizeALS.ts'
import { type Regularization, readRegularization } from './regularization.ts'

/** Options of {@link factorize}. The last four are for the method 'als'. */
export interface FactorizeOptions extends IterationOptions {
  /** The columns of W and rows of Z, from 1 to min(m, n). */
  readonly rank: number
  /** λw and λz: one number for both, or one each. @default 0 */
  readonly regularization?: Regularization | undefined
  /** 'closedForm': by a truncated SVD. 'als': by the iteration. @default 'closedForm' */
  readonly method?: 'closedForm' | 'als' | undefined
  /**
   * Where the iteration begins: W (m×k). Z, which is computed first, may be there too and is not looked at.
   *
   * @default random, normal with a deviation of about √‖A‖
   */
  readonly initial?: { readonly W: MatrixLike; readonly Z?: MatrixLike | undefined } | undefined
  /** Seed of what is random: the start, or the Krylov space of a large SVD. @default 0 */
  readonly seed?: number | undefined
  /** @default 500 */
  readonly maxIterations?: number | undefined
  /** @default 1e-12, 1e-6 for float32 */
  readonly tolerance?: number | undefined
}

/** A ≈ W Z; `apply` multiplies with Z, then W. */
export interface Factorization<T extends FloatArray = FloatArray>
  extends Approximation<T>,
    IterationResult<IterationReport, StopReason | 'closedForm'> {
  /** m×k */
  readonly W: Matrix<T>
  /** k×n */
  readonly Z: Matrix<T>
}

interface Factors {
  readonly W: Matrix
  readonly Z: Matrix
  readonly relativeError: number
  readonly iteration: IterationResult<IterationReport, StopReason | 'closedForm'>
}

const routine = 'factorize'

/** d = max(σ − √(λwλz), 0), shared out so that λw‖W‖² = λz‖Z‖². */
function* bySVD(
  source: Source,
  rank: number,
  lambda: { readonly W: number; readonly Z: number },
  seed: number,
): Steps<Factors> {
  const began = performance.now()
  const { rows, columns, dtype, scale } = source
  const plan = readPlan(routine, { rank, seed, tolerance: dtype === 'float64' ? 1e-8 : 1e-5 })
  const { U, values, Vt, relativeError } = yield* truncate(routine, source, plan)
  const threshold = Math.sqrt(lambda.W) * Math.sqrt(lambda.Z)
  const d = values.map((sigma) => Math.max(sigma - threshold, 0))
  const sum = d.reduce((total, value) => total + value, 0)
  // Of the sum, ε‖A‖² is this part; the square by itself may be out of range.
  const negligible = sum === 0 ? 0 : (epsilonOf(dtype) * source.squares) / (sum * scale) / scale
  const share = shareOf(lambda, negligible)
  const W = fresh(dtype, rows, rank)
  const Z = fresh(dtype, rank, columns)
  const roots = d.map(Math.sqrt)
  for (let i = 0, at = 0; i < rows; i++)
    for (let c = 0; c < rank; c++, at++) W.data[at] = (U.data[at] as number) * (roots[c] as number) * share
  for (let c = 0, at = 0; c < rank; c++)
    for (let j = 0; j < columns; j++, at++) Z.data[at] = ((roots[c] as number) * (Vt.data[at] as number)) / share
  // Of scale·A, whose squares are in range.
  let residual = relativeError ** 2 * source.squares
  for (let c = 0; c < rank; c++) residual += (((values[c] as number) - (d[c] as number)) * scale) ** 2
  const penalty = sum === 0 ? 0 : (lambda.W * share * share + lambda.Z / share / share) * sum
  const objective = residual / scale / scale + penalty
  checkFinite(routine, [W.data, Z.data])
  const iteration = closedForm(objective, began)
  return { W, Z, relativeError: source.squares === 0 ? 0 : Math.sqrt(residual / source.squares), iteration }
}

/**
 * W takes this share of √d, Z its inverse. With one λ alone the infimum is attained by no W and Z: the penalty vanishes
 * as the factor that is penalized does. There the penalty is brought to `negligible` times the λ's own.
 */
function shareOf({ W, Z }: { readonly W: number; readonly Z: number }, negligible: number): number {
  if (W > 0 && Z > 0) return Z ** 0.25 / W ** 0.25
  // Of a zero matrix there is no penalty, whatever the share.
  if (W > 0) return Math.min(1, Math.sqrt(negligible / W)) || 1
  if (Z > 0) return 1 / (Math.min(1, Math.sqrt(negligible / Z)) || 1)
  return 1
}

/** Wᵀ where the iteration begins, in memory of its own, and whether it is random: of no scale. */
interface Start {
  readonly Wt: Matrix
  readonly random: boolean
}

function startOf(
  { rows, dtype }: Matrix | SparseMatrix,
  rank: number,
  initial: FactorizeOptions['initial'],
  seed: number,
): Start {
  if (initial === undefined) return { Wt: Matrix.random(rank, rows, { seed, dtype }), random: true }
  const { W } = checkOptions(`${routine}, initial`, initial, ['W', 'Z'])
  const start = readMatrix(routine, 'initial.W', W, dtype)
  if (start.rows !== rows || start.columns !== rank)
    throw new ShapeError(sentence(routine, `initial.W of ${rows}×${rank}`, `${start.rows}×${start.columns}`))
  if (start.dtype !== dtype)
    throw new ArgumentError(
      sentence(routine, `initial.W in ${dtype} like A`, start.dtype, `convert it with toType('${dtype}')`),
    )
  const copy = start.transpose.copy()
  if (!copy.data.every(Number.isFinite))
    throw new ArgumentError(sentence(routine, 'initial.W with finite entries', 'NaN or Infinity'))
  return { Wt: copy, random: false }
}

function* iterate(
  given: Source,
  { Wt, random }: Start,
  weights: { readonly W: number; readonly Z: number },
  loop: Iteration,
): Steps<Factors> {
  const { source, lambda, root, deviation } = yield* scaledProblem(given, weights)
  multiply(Wt.data, random ? deviation : root)
  const { Z, residual } = yield* alternate(source, lambda, Wt, loop, root * root)
  const W = Wt.transpose.copy()
  for (const { data } of [W, Z]) multiply(data, 1 / root)
  const { squares } = source
  return { W, Z, relativeError: squares === 0 ? 0 : Math.sqrt(residual / squares), iteration: loop.result() }
}

function multiply(data: FloatArray, factor: number): void {
  if (factor === 1) return
  for (let e = 0; e < data.length; e++) data[e] = (data[e] as number) * factor
}

const forIteration = ['initial', 'maxIterations', 'tolerance', 'timeLimitMs', 'onIteration'] as const

function* steps(A: unknown, options: FactorizeOptions | undefined, own: boolean): Steps<Factorization> {
  const given = checkOptions(routine, options, [
    'rank',
    'regularization',
    'method',
    'initial',
    'seed',
    ...iterationOptions,
  ])
  const { rank, regularization = 0, method = 'closedForm', seed = 0, initial } = given
  oneOf(routine, 'method', method, ['closedForm', 'als'])
  const lambda = readRegularization(routine, regularization)
  checkSeed(routine, seed)
  const idle = method === 'closedForm' && forIteration.find((name) => given[name] !== undefined)
  if (idle)
    throw new ArgumentError(
      sentence(
        routine,
        `${idle} only where method is 'als'`,
        "method 'closedForm'",
        "leave it out, or pass method: 'als'",
      ),
    )
  const a = A instanceof SparseMatrix ? A : readMatrix(routine, 'A', A)
  integer(routine, 'rank', rank, 1, Math.min(a.rows, a.columns))
  const loop = new Iteration(routine, given, { maxIterations: 500, tolerance: a.dtype === 'float64' ? 1e-12 : 1e-6 })
  // Read before anything is waited for, as A is.
  const start = method === 'als' ? startOf(a, rank, initial, seed) : undefined
  const source = yield* openSource(routine, a, { centred: false, own })
  const { W, Z, relativeError, iteration } =
    start === undefined ? yield* bySVD(source, rank, lambda, seed) : yield* iterate(source, start, lambda, loop)
  const { rows, columns, dtype } = a
  const means = {
    columns,
    dtype,
    relativeError,
    parameters: rank * (rows + columns),
    *reconstruct(): Steps<Matrix> {
      const product = fresh(dtype, rows, columns)
      yield* call('gemm', 1, W, Z, 0, product)
      return product
    },
    *apply(X: Matrix): Steps<Matrix> {
      const inner = fresh(dtype, rank, X.columns)
      yield* call('gemm', 1, Z, X, 0, inner)
      const product = fresh(dtype, rows, X.columns)
      yield* call('gemm', 1, W, inner, 0, product)
      return product
    },
  }
  return { W, Z, ...approximation(routine, means), ...iteration }
}

/**
 * A ≈ WZ for a whole matrix A (m×n), dense or sparse: W (m×k) and Z (k×n) minimize ‖A − WZ‖² + λw‖W‖² + λz‖Z‖².
 *
 * The closed form is the singular value decomposition, cut off and soft-thresholded: with d = max(σ − √(λwλz), 0), W =
 * U√d·(λz/λw)^¼ and Z = √d·Vᵀ·(λw/λz)^¼; without λ, W = U√σ and Z = √σ·Vᵀ. With one λ alone the infimum is that of the
 * truncated SVD, Σσ² of the values cut off, and no W and Z attain it, because the penalized factor can always be made
 * smaller and the other one larger: returned are factors of the truncated SVD with a penalty of ε‖A‖².
 *
 * The iteration solves (WᵀW + λz·I)Z = WᵀA and (ZZᵀ + λw·I)Wᵀ = ZAᵀ in turn, by Cholesky, and reaches the same
 * objective; without λ it is subspace iteration, whose error falls by (σₖ₊₁/σₖ)² a sweep. It is there to be watched,
 * stopped and started anywhere. Where squares of A leave the range of its type, it is done on sA with sλ, s a power of
 * two, and only the objectives that are reported may be 0 or Infinity.
 *
 * @throws {ArgumentError} where A holds NaN or Infinity, rank is not from 1 to min(m, n), a λ is negative or an option
 * is wrong; {@link ShapeError} where initial does not fit; {@link ConvergenceError} where a small eigenvalue or
 * singular value problem does not converge, or a factor or a λ overflows
 * @see Jun Lu, Low-Rank Approximation, Adaptation, and Other Tales, arXiv 2408.05883; Udell, Horn, Zadeh, Boyd,
 * Generalized Low Rank Models, Foundations and Trends in Machine Learning 9 (2016), section 2, for the closed form
 *
 * @example
 * ```ts
 * import { factorize } from 'lowrank/als'
 * const A = [[3, 0], [0, 4]]
 * console.log(factorize(A, { rank: 1 }).reconstruct().toArray()) // [[0, 0], [0, 4]]
 * console.log(factorize(A, { rank: 1, regularization: 1 }).objective) // 16
 * console.log(factorize(A, { rank: 1, method: 'als' }).stopReason) // tolerance
 * ```
 */
export function factorize<T extends FloatArray>(
  A: Matrix<T> | SparseMatrix<T>,
  options: FactorizeOptions,
): Factorization<T>
export function factorize(A: MatrixLike | SparseMatrix, options: FactorizeOptions): Factorization
export function factorize(A: MatrixLike | SparseMatrix, options: FactorizeOptions): unknown {
  return runSync(routine, steps(A, options, false), options)
}

/** {@link factorize} off the JavaScript thread: same arguments, a promise. The input is read at the call. */
export function factorizeAsync<T extends FloatArray>(
  A: Matrix<T> | SparseMatrix<T>,
  options: FactorizeOptions,
): Promise<Factorization<T>>
export function factorizeAsync(A: MatrixLike | SparseMatrix, options: FactorizeOptions): Promise<Factorization>
export function factorizeAsync(A: MatrixLike | SparseMatrix, options: FactorizeOptions): Promise<unknown> {
  return runAsync(routine, steps(A, options, true), options)
}
