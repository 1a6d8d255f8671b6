import { checkOptions, finite, integer, oneOf } from '../core/check.ts'
import { type DType, epsilonOf, type FloatArray, zeros } from '../core/dtype.ts'
import { ArgumentError, type ConvergenceError, sentence } from '../core/errors.ts'
import { Matrix, type MatrixLike } from '../core/matrix.ts'
import { checkInfo, noConvergence } from '../core/outcome.ts'
import { checkSeed } from '../core/random.ts'
import { fresh, freshVectors } from '../core/result.ts'
import { call, type RunOptions, runAsync, runSync, type Steps } from '../core/run.ts'
import { SparseMatrix } from '../core/sparse.ts'
import { buildBasis } from './krylov.ts'
import { densified, openSource, type Source } from './largeOperand.ts'

/** Options of {@link truncatedSVD}. */
export interface TruncatedSVDOptions extends RunOptions {
  /** The number of singular triplets, from 0 to min(m, n). */
  readonly rank?: number | undefined
  /**
   * The relative error ‖A − U·diag(s)·Vt‖/‖A‖ (Frobenius) that is small enough: the smallest rank that reaches it is
   * taken. With both, whichever stops first.
   */
  readonly targetError?: number | undefined
  /**
   * 'svd': the whole decomposition, cut off. 'randomized': a Krylov space of random start, unless it would be more than
   * half of the whole space. 'auto': the cheaper one.
   *
   * @default 'auto'
   */
  readonly method?: 'auto' | 'svd' | 'randomized' | undefined
  /** Columns of the space beyond the rank. @default 10 */
  readonly oversampling?: number | undefined
  /** How far the space is extended: it has (rank + oversampling)·(iterations + 1) columns. @default 2 */
  readonly iterations?: number | undefined
  /**
   * Go on until ‖Av − σu‖ and ‖Aᵀu − σv‖ are at most tolerance·σ₁ for each triplet, however many iterations that takes.
   * Needs rank.
   *
   * @default none: iterations decide
   */
  readonly tolerance?: number | undefined
  /** Seed of the random start, a 32-bit integer. @default 0 */
  readonly seed?: number | undefined
}

/** A ≈ U · diag(singularValues) · Vt. */
export interface TruncatedSVDResult<T extends FloatArray = FloatArray> {
  /** Left singular vectors as columns (m×rank). */
  readonly U: Matrix<T>
  /** `rank` values, descending. */
  readonly singularValues: T
  /** Right singular vectors as rows (rank×n). */
  readonly Vt: Matrix<T>
  /** The number of triplets. */
  readonly rank: number
  /** ‖A − U·diag(singularValues)·Vt‖/‖A‖ in the Frobenius norm; 0 for a zero matrix. */
  readonly relativeError: number
}

/** What {@link truncatedSVD} and pca have in common, checked. */
interface Plan {
  readonly rank: number | undefined
  readonly targetError: number | undefined
  readonly method: 'auto' | 'svd' | 'randomized'
  readonly oversampling: number
  readonly iterations: number
  readonly tolerance: number | undefined
  readonly seed: number
}

const planOptions = [
  'rank',
  'targetError',
  'method',
  'oversampling',
  'iterations',
  'tolerance',
  'seed',
  'signal',
] as const

/** Checks the options that do not depend on the matrix. */
export function readPlan(routine: string, options: TruncatedSVDOptions | undefined): Plan {
  const given = checkOptions(routine, options, planOptions)
  const { rank, targetError, method = 'auto', oversampling = 10, iterations = 2, tolerance, seed = 0 } = given
  if (rank === undefined && targetError === undefined)
    throw new ArgumentError(sentence(routine, 'rank or targetError among the options', 'neither', 'pass one of them'))
  if (targetError !== undefined) finite(routine, 'targetError', targetError, { least: 0 })
  oneOf(routine, 'method', method, ['auto', 'svd', 'randomized'])
  integer(routine, 'oversampling', oversampling, 0, 2 ** 20)
  integer(routine, 'iterations', iterations, 0, 1000)
  if (tolerance !== undefined) {
    finite(routine, 'tolerance', tolerance, { least: 0, exclusive: true })
    if (rank === undefined)
      throw new ArgumentError(
        sentence(routine, 'rank where tolerance is given', 'none', 'pass rank, or leave tolerance out'),
      )
  }
  return { rank, targetError, method, oversampling, iterations, tolerance, seed: checkSeed(routine, seed) }
}

/** Triplets of a source, in plain numbers: what both functions build their results from. */
export interface Triplets {
  readonly U: Matrix
  readonly values: Float64Array
  readonly Vt: Matrix
  readonly relativeError: number
}

/** The triplets of a source that was opened. */
export function* truncate(routine: string, source: Source, plan: Plan): Steps<Triplets> {
  const { rows, columns, squares, dtype } = source
  const limit = Math.min(rows, columns)
  if (plan.rank !== undefined) integer(routine, 'rank', plan.rank, 0, limit)
  const rank = plan.rank ?? limit
  if (squares === 0 || rank === 0 || (plan.targetError ?? 0) >= 1)
    return unitTriplets(source, plan.targetError === undefined ? rank : 0)

  const space = (k: number) => (k + plan.oversampling) * (plan.iterations + 1)
  const least = rank + plan.oversampling
  const wholePays = plan.rank === undefined ? limit <= 128 : space(rank) > limit / 2 || limit <= 64
  // An error near √ε drowns in the rounding of ‖A‖² − Σσ².
  const tooSmall = plan.rank === undefined && (plan.targetError ?? 0) < 1e-6
  const impossible = plan.rank === undefined ? limit <= 64 : 2 * least + 32 > limit
  const whole = plan.method === 'svd' || impossible || tooSmall || (plan.method === 'auto' && wholePays)
  if (whole) return yield* wholeTriplets(routine, source, plan, rank)

  const most = Math.floor(limit / 2)
  const width = rows * columns > 4e6 && !(source.A instanceof SparseMatrix) ? 16 : 8
  const squaredError = (plan.targetError ?? 0) ** 2
  const goal = { rank, squaredError, space, tolerance: plan.tolerance, seed: plan.seed }
  const basis = yield* buildBasis(source, goal, width, most)
  if (basis.rank === undefined) return yield* wholeTriplets(routine, source, plan, rank)
  const k = basis.rank
  if (k === 0) return unitTriplets(source, 0)
  // Squares hide what is below √ε·σ₁: there the subspace is improved by multiplying with A and Aᵀ again.
  const p = basis.graded ? Math.min(basis.columns, k + plan.oversampling) : k
  const U = fresh(dtype, rows, k)
  const Vt = fresh(dtype, k, columns)
  const values = new Float64Array(k)
  const info = yield* call(
    'truncatedFinish',
    ...source.operand,
    source.transposed,
    basis.state,
    p,
    basis.graded ? 2 : 0,
    U,
    values,
    Vt,
  )
  checkInfo(routine, 'A', Int32Array.of(info), undefined, noConvergence(routine, 'A'))
  return { U, values, Vt, relativeError: yield* errorOf(source, U, values, Vt) }
}

/** U, Vt of a matrix whose triplets do not matter: unit vectors, with values of 0. */
function unitTriplets({ rows, columns, dtype, squares }: Source, rank: number): Triplets {
  const U = Matrix.zeros(rows, rank, { dtype })
  const Vt = Matrix.zeros(rank, columns, { dtype })
  for (let i = 0; i < rank; i++) U.data[i * rank + i] = Vt.data[i * columns + i] = 1
  return { U: U as Matrix, values: new Float64Array(rank), Vt: Vt as Matrix, relativeError: squares === 0 ? 0 : 1 }
}

/** ‖A − USVt‖² is ‖A‖² − Σσ²; where little is left of that difference it is computed by itself. */
function* errorOf(source: Source, U: Matrix, values: Float64Array, Vt: Matrix): Steps<number> {
  const { operand, transposed, scale, squares, dtype } = source
  let left = squares
  for (const value of values) left -= (scale * value) ** 2
  // Rounded vectors leave ε‖A‖ of their own.
  if (left > 1e6 * epsilonOf(dtype) ** 2 * squares && left > 1e-9 * squares) return Math.sqrt(left / squares)
  const residual = yield* call('truncatedResidual', ...operand, transposed, scale, U, values, Vt)
  return Math.sqrt(residual / squares)
}

/** The whole decomposition, cut off. */
function* wholeTriplets(routine: string, source: Source, plan: Plan, rank: number): Steps<Triplets> {
  const { rows, columns, dtype } = source
  const limit = Math.min(rows, columns)
  const left = fresh(dtype, rows, limit)
  const right = fresh(dtype, limit, columns)
  const values = freshVectors(dtype, limit)
  const info = new Int32Array(1)
  yield* call('svd', densified(source), 0, left, values, right, info)
  checkInfo(routine, 'A', info, undefined, noConvergence(routine, 'A'))
  // tails[k]: what the values from k on leave of the squared norm; summed from the smallest, so no digits are lost.
  const tails = new Float64Array(limit + 1)
  const largest = values.data[0] as number
  for (let k = limit - 1; k >= 0; k--) tails[k] = (tails[k + 1] as number) + ((values.data[k] as number) / largest) ** 2
  const allowed = (plan.targetError ?? 0) ** 2 * (tails[0] as number)
  let k = rank
  if (plan.targetError !== undefined)
    k = Math.min(
      rank,
      tails.findIndex((tail) => tail <= allowed),
    )
  const U = k === limit ? left : left.view(undefined, [0, k]).copy()
  const Vt = k === limit ? right : right.view([0, k]).copy()
  return {
    U,
    values: Float64Array.from(values.data.subarray(0, k)),
    Vt,
    relativeError: Math.sqrt((tails[k] as number) / (tails[0] as number)),
  }
}

const routine = 'truncatedSVD'

/** Values in the dtype of a result. */
export function inType(dtype: DType, values: Float64Array): FloatArray {
  if (dtype === 'float64') return values
  const result = zeros(dtype, values.length)
  result.set(values)
  return result
}

function* steps(A: unknown, options: TruncatedSVDOptions | undefined, own: boolean): Steps<TruncatedSVDResult> {
  const plan = readPlan(routine, options)
  const source = yield* openSource(routine, A, { centred: false, own })
  const { U, values, Vt, relativeError } = yield* truncate(routine, source, plan)
  return { U, singularValues: inType(source.dtype, values), Vt, rank: values.length, relativeError }
}

/**
 * The leading singular triplets A ≈ U·diag(s)·Vt of A (m×n), dense or sparse: UᵀU = VtVtᵀ = I, s descending, the best
 * approximation of its rank. The entry of largest magnitude in each left vector is positive.
 *
 * By block Lanczos on AᵀA (or AAᵀ) from a random start, reorthogonalized in full, in double but for the products with a
 * large dense float32 A; A is read in place, transposed views too. The same seed gives the same triplets, whatever the
 * number of threads. Where that pays less than the whole decomposition (rank more than a sixth of min(m, n), small
 * matrices, targetError below 1e-6), the latter is cut off.
 *
 * @throws {ArgumentError} where A holds NaN or Infinity, rank exceeds min(m, n), or an option is wrong;
 * {@link ConvergenceError} where a small eigenvalue or singular value problem does not converge
 * @see Musco, Musco, Randomized Block Krylov Methods for Stronger and Faster Approximate Singular Value Decomposition,
 * NeurIPS 2015; Meyer, Musco, Musco, On the Unreasonable Effectiveness of Single Vector Krylov Methods for Low-Rank
 * Approximation, SODA 2024, for why narrow blocks do as well
 *
 * @example
 * ```ts
 * import { truncatedSVD } from 'lowrank'
 * const { singularValues, relativeError } = truncatedSVD([[3, 0], [0, 4]], { rank: 1 })
 * console.log(singularValues, relativeError) // Float64Array(1) [ 4 ] 0.6
 * ```
 */
export function truncatedSVD<T extends FloatArray>(
  A: Matrix<T> | SparseMatrix<T>,
  options: TruncatedSVDOptions,
): TruncatedSVDResult<T>
export function truncatedSVD(A: MatrixLike | SparseMatrix, options: TruncatedSVDOptions): TruncatedSVDResult
export function truncatedSVD(A: MatrixLike | SparseMatrix, options: TruncatedSVDOptions): unknown {
  return runSync(routine, steps(A, options, false), options)
}

/** {@link truncatedSVD} off the JavaScript thread: same arguments, a promise. The input is read at the call. */
export function truncatedSVDAsync<T extends FloatArray>(
  A: Matrix<T> | SparseMatrix<T>,
  options: TruncatedSVDOptions,
): Promise<TruncatedSVDResult<T>>
export function truncatedSVDAsync(
  A: MatrixLike | SparseMatrix,
  options: TruncatedSVDOptions,
): Promise<TruncatedSVDResult>
export function truncatedSVDAsync(A: MatrixLike | SparseMatrix, options: TruncatedSVDOptions): Promise<unknown> {
  return runAsync(routine, steps(A, options, true), options)
}
