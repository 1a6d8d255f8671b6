import { type FloatArray, uninitialized } from '../core/dtype.ts'
import { type ConvergenceError, ShapeError, sentence } from '../core/errors.ts'
import { Matrix, type MatrixLike } from '../core/matrix.ts'
import { runAsync, runSync, type Steps } from '../core/run.ts'
import type { SparseMatrix } from '../core/sparse.ts'
import { openSource } from './largeOperand.ts'
import { inType, readPlan, type TruncatedSVDOptions, truncate } from './truncatedSVD.ts'

/** Options of {@link pca}: those of {@link truncatedSVD}, of the centred matrix. */
export interface PcaOptions extends TruncatedSVDOptions {}

/** A ≈ 1·mean + scores · components. */
export interface PcaResult<T extends FloatArray = FloatArray> {
  /** The principal directions as rows (k×n), orthonormal. */
  readonly components: Matrix<T>
  /** The means of A's columns (n). */
  readonly mean: T
  /** The variance along each direction, over m − 1 (k), descending. */
  readonly explainedVariance: T
  /** The same as shares of the whole variance. */
  readonly explainedVarianceRatio: T
  /** The coordinates of A's rows along the directions (m×k). */
  readonly scores: Matrix<T>
}

const routine = 'pca'

function* steps(A: unknown, options: PcaOptions | undefined, own: boolean): Steps<PcaResult> {
  const plan = readPlan(routine, options)
  const source = yield* openSource(routine, A, { centred: true, own })
  const { rows, dtype, means } = source
  if (rows < 2)
    throw new ShapeError(sentence(routine, 'A with at least two rows, the observations', `${rows}×${source.columns}`))
  const { U, values, Vt } = yield* truncate(routine, source, plan)
  const k = values.length
  const scores = uninitialized(dtype, rows * k)
  for (let i = 0, at = 0; i < rows; i++)
    for (let c = 0; c < k; c++, at++) scores[at] = (U.data[at] as number) * (values[c] as number)
  return {
    components: Vt,
    mean: inType(dtype, means as Float64Array),
    explainedVariance: inType(
      dtype,
      values.map((s) => s ** 2 / (rows - 1)),
    ),
    explainedVarianceRatio: inType(
      dtype,
      values.map((s) => (source.squares === 0 ? 0 : (s * source.scale) ** 2 / source.squares)),
    ),
    scores: new Matrix(scores, rows, k),
  }
}

/**
 * Principal component analysis of A (m×n, a row for each observation, dense or sparse): the singular triplets of A less
 * the means of its columns, which is neither formed nor stored. components are its right singular vectors, scores =
 * U·diag(s), explainedVariance = s²/(m − 1). The entry of largest magnitude in each column of the scores is positive.
 *
 * @throws {ArgumentError} where A holds NaN or Infinity, rank exceeds min(m, n), or an option is wrong;
 * {@link ShapeError} where A has fewer than two rows; {@link ConvergenceError} as truncatedSVD
 * @see Halko, Martinsson, Tropp, Finding Structure with Randomness, SIAM Review 53 (2011)
 *
 * @example
 * ```ts
 * import { pca } from 'lowrank'
 * const { mean, explainedVariance } = pca([[1, 2], [3, 6]], { rank: 1 })
 * console.log(mean, explainedVariance) // Float64Array(2) [ 2, 4 ] Float64Array(1) [ 10 ]
 * ```
 */
export function pca<T extends FloatArray>(A: Matrix<T> | SparseMatrix<T>, options: PcaOptions): PcaResult<T>
export function pca(A: MatrixLike | SparseMatrix, options: PcaOptions): PcaResult
export function pca(A: MatrixLike | SparseMatrix, options: PcaOptions): unknown {
  return runSync(routine, steps(A, options, false), options)
}

/** {@link pca} off the JavaScript thread: same arguments, a promise. The input is read at the call. */
export function pcaAsync<T extends FloatArray>(
  A: Matrix<T> | SparseMatrix<T>,
  options: PcaOptions,
): Promise<PcaResult<T>>
export function pcaAsync(A: MatrixLike | SparseMatrix, options: PcaOptions): Promise<PcaResult>
export function pcaAsync(A: MatrixLike | SparseMatrix, options: PcaOptions): Promise<unknown> {
  return runAsync(routine, steps(A, options, true), options)
}
