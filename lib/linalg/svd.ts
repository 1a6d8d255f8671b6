import { MatrixBatch } from '../core/batch.ts'
import { checkOptions, oneOf } from '../core/check.ts'
import type { FloatArray } from '../core/dtype.ts'
import { readDense } from '../core/input.ts'
import type { Matrix, MatrixLike } from '../core/matrix.ts'
import { type RunOptions, runAsync, runSync, type Steps } from '../core/run.ts'
import { decompose } from '../core/singular.ts'

/** Options of {@link svd}. */
export interface SvdOptions extends RunOptions {
  /** 'thin': U (m×k) and Vt (k×n); 'full': U (m×m) and Vt (n×n). @default 'thin' */
  readonly mode?: 'thin' | 'full' | undefined
}

/** A = U · diag(singularValues) · Vt, k = min(m, n). */
export interface SvdResult<T extends FloatArray = FloatArray> {
  /** The left singular vectors, as columns (m×k). */
  readonly U: Matrix<T>
  /** k values, descending. */
  readonly singularValues: T
  /** The right singular vectors, as rows (k×n). */
  readonly Vt: Matrix<T>
}

/** {@link SvdResult} of each member of a batch. */
export interface SvdBatchResult<T extends FloatArray = FloatArray> {
  readonly U: MatrixBatch<T>
  /** A row for each member (count×k). */
  readonly singularValues: Matrix<T>
  readonly Vt: MatrixBatch<T>
}

const routine = 'svd'

function* steps(A: unknown, options: SvdOptions | undefined): Steps<unknown> {
  const { mode = 'thin' } = checkOptions(routine, options, ['mode', 'signal'])
  oneOf(routine, 'mode', mode, ['thin', 'full'])
  const a = readDense(routine, 'A', A)
  const { U, values, Vt } = yield* decompose(routine, a, mode)
  return { U, singularValues: a instanceof MatrixBatch ? values : values.data, Vt }
}

/**
 * The singular value decomposition A = U·diag(s)·Vt of A (m×n): UᵀU = VtVtᵀ = I, s descending. Unique up to equal
 * singular values: the entry of largest magnitude in each left vector is positive. A batch is decomposed in one call.
 *
 * By divide and conquer (gesdd), for tall and wide matrices after a QR factorization; errors of s are of order ε·s₀.
 *
 * @throws {ArgumentError} where A holds NaN or Infinity or an option is wrong, {@link ConvergenceError} where the
 * iteration fails
 * @see Golub, Van Loan, Matrix Computations, 4th edition, section 8.6
 *
 * @example
 * ```ts
 * import { svd } from 'lowrank'
 * const { singularValues } = svd([[3, 0], [0, 4]])
 * console.log(singularValues) // Float64Array(2) [ 4, 3 ]
 * ```
 */
export function svd<T extends FloatArray>(A: MatrixBatch<T>, options?: SvdOptions): SvdBatchResult<T>
export function svd<T extends FloatArray>(A: Matrix<T> | T, options?: SvdOptions): SvdResult<T>
export function svd(A: MatrixLike, options?: SvdOptions): SvdResult
export function svd(A: MatrixLike | MatrixBatch, options?: SvdOptions): unknown {
  return runSync(routine, steps(A, options), options)
}

/** {@link svd} off the JavaScript thread: same arguments, a promise. The input is read at the call. */
export function svdAsync<T extends FloatArray>(A: MatrixBatch<T>, options?: SvdOptions): Promise<SvdBatchResult<T>>
export function svdAsync<T extends FloatArray>(A: Matrix<T> | T, options?: SvdOptions): Promise<SvdResult<T>>
export function svdAsync(A: MatrixLike, options?: SvdOptions): Promise<SvdResult>
export function svdAsync(A: MatrixLike | MatrixBatch, options?: SvdOptions): Promise<unknown> {
  return runAsync(routine, steps(A, options), options)
}
