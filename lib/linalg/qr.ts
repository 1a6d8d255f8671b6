import { MatrixBatch } from '../core/batch.ts'
import { boolean, checkOptions, checkSize, oneOf } from '../core/check.ts'
import { type FloatArray, integers } from '../core/dtype.ts'
import { type Dense, readDense } from '../core/input.ts'
import type { Matrix, MatrixLike } from '../core/matrix.ts'
import { checkInfo, overflow } from '../core/outcome.ts'
import { fresh } from '../core/result.ts'
import { call, type RunOptions, runAsync, runSync, type Steps } from '../core/run.ts'
import type { MatricesLike } from '../core/system.ts'

/** In the order in which the kernel counts them. */
const modes = ['thin', 'full', 'r'] as const

/** Options of {@link qr}. */
export interface QrOptions extends RunOptions {
  /** 'thin': Q (m×k), R (k×n); 'full': Q (m×m), R (m×n); 'r': R (k×n) alone. @default 'thin' */
  readonly mode?: (typeof modes)[number] | undefined
  /** Permutes columns so that |Rᵢᵢ| descend, which reveals the rank. @default false */
  readonly pivoting?: boolean | undefined
}

/** R of A = Q R, or of A P = Q R; `M` is a `Matrix`, or a `MatrixBatch` where A is one. */
export interface QrFactorR<M extends Dense = Matrix> {
  /** Upper triangular, or trapezoidal, with a diagonal that is not negative. */
  readonly R: M
  /** With pivoting: column j of A P is column permutation[j] of A; n numbers, for a batch n for each member. */
  readonly permutation?: Int32Array
}

/** A = Q R, or A P = Q R. */
export interface QrResult<M extends Dense = Matrix> extends QrFactorR<M> {
  /** Orthonormal columns. */
  readonly Q: M
}

const routine = 'qr'

function* steps(A: unknown, options: QrOptions | undefined): Steps<unknown> {
  const { mode = 'thin', pivoting = false } = checkOptions(routine, options, ['mode', 'pivoting', 'signal'])
  oneOf(routine, 'mode', mode, modes)
  boolean(routine, 'pivoting', pivoting)
  const a = readDense(routine, 'A', A)
  const { rows: m, columns: n, dtype } = a
  const k = mode === 'full' ? m : Math.min(m, n)
  checkSize(routine, 'A', m, n)
  if (mode !== 'r') checkSize(routine, 'Q', m, k)
  const count = a instanceof MatrixBatch ? a.count : undefined
  const Q = mode === 'r' ? fresh(dtype, 0, 0) : fresh(dtype, m, k, count)
  const R = fresh(dtype, k, n, count)
  const permutation = integers(pivoting ? a.count * n : 0)
  const info = integers(a.count)
  yield* call('qr', a, modes.indexOf(mode), Q, R, permutation, info)
  checkInfo(routine, 'A', info, a, overflow(routine, 'A', 'R'))
  return { ...(mode !== 'r' && { Q }), R, ...(pivoting && { permutation }) }
}

/**
 * The factorization A = Q R of A (m×n, k = min(m, n)): QᵀQ = I, R upper triangular with a diagonal that is not
 * negative, so unique where A has full column rank. With pivoting A P = Q R. A batch is factored in one call.
 *
 * A tall A of good condition by Cholesky-QR in two passes, others by blocked Householder reflections: ‖A − QR‖ of order
 * ε‖A‖, ‖QᵀQ − I‖ of order ε.
 *
 * @throws {@link ArgumentError} where A holds NaN or Infinity, a column is so long that R overflows, or an option is
 * wrong
 * @see Golub, Van Loan, Matrix Computations, 4th edition, sections 5.2 and 5.4
 * @see Yamamoto, Nakatsukasa, Yanagisawa, Fukaya, Roundoff error analysis of the CholeskyQR2 algorithm, ETNA 44 (2015)
 *
 * @example
 * ```ts
 * import { qr } from 'lowrank'
 * const { Q, R } = qr([[0, 2], [3, 4]])
 * console.log(Q.toArray(), R.toArray()) // [ [ 0, 1 ], [ 1, 0 ] ] [ [ 3, 4 ], [ 0, 2 ] ]
 * ```
 */
export function qr<T extends FloatArray>(
  A: MatrixBatch<T>,
  options: QrOptions & { mode: 'r' },
): QrFactorR<MatrixBatch<T>>
export function qr<T extends FloatArray>(A: Matrix<T> | T, options: QrOptions & { mode: 'r' }): QrFactorR<Matrix<T>>
export function qr(A: MatrixLike, options: QrOptions & { mode: 'r' }): QrFactorR
export function qr<T extends FloatArray>(A: MatrixBatch<T>, options?: QrOptions): QrResult<MatrixBatch<T>>
export function qr<T extends FloatArray>(A: Matrix<T> | T, options?: QrOptions): QrResult<Matrix<T>>
export function qr(A: MatrixLike, options?: QrOptions): QrResult
export function qr(A: MatricesLike, options?: QrOptions): unknown {
  return runSync(routine, steps(A, options), options)
}

/** {@link qr} off the JavaScript thread: same arguments, a promise. The input is read at the call. */
export function qrAsync<T extends FloatArray>(
  A: MatrixBatch<T>,
  options: QrOptions & { mode: 'r' },
): Promise<QrFactorR<MatrixBatch<T>>>
export function qrAsync<T extends FloatArray>(
  A: Matrix<T> | T,
  options: QrOptions & { mode: 'r' },
): Promise<QrFactorR<Matrix<T>>>
export function qrAsync(A: MatrixLike, options: QrOptions & { mode: 'r' }): Promise<QrFactorR>
export function qrAsync<T extends FloatArray>(A: MatrixBatch<T>, options?: QrOptions): Promise<QrResult<MatrixBatch<T>>>
export function qrAsync<T extends FloatArray>(A: Matrix<T> | T, options?: QrOptions): Promise<QrResult<Matrix<T>>>
export function qrAsync(A: MatrixLike, options?: QrOptions): Promise<QrResult>
export function qrAsync(A: MatricesLike, options?: QrOptions): Promise<unknown> {
  return runAsync(routine, steps(A, options), options)
}
