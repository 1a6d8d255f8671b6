import { MatrixBatch } from '../core/batch.ts'
import { checkOptions, checkSize } from '../core/check.ts'
import { type FloatArray, integers, uninitialized } from '../core/dtype.ts'
import { checkSquare, readDense } from '../core/input.ts'
import type { MatrixLike } from '../core/matrix.ts'
import { checkInfo } from '../core/outcome.ts'
import { call, type RunOptions, runAsync, runSync, type Steps } from '../core/run.ts'
import type { MatricesLike } from '../core/system.ts'

/** det A = sign · exp(logAbsDet); `V` is a number, or a typed array with one for each member of a batch. */
export interface SlogdetResult<V = number> {
  /** 1, −1, or 0 for a singular matrix. */
  readonly sign: V
  /** log |det A|, −Infinity for a singular matrix. */
  readonly logAbsDet: V
}

const routine = 'slogdet'

function* steps(A: unknown, options: RunOptions | undefined): Steps<unknown> {
  checkOptions(routine, options, ['signal'])
  const a = readDense(routine, 'A', A)
  checkSquare(routine, 'A', a)
  checkSize(routine, 'A', a.rows, a.columns)
  const sign = uninitialized(a.dtype, a.count)
  const logAbsDet = uninitialized(a.dtype, a.count)
  const info = integers(a.count)
  yield* call('logDeterminant', a, sign, logAbsDet, info)
  checkInfo(routine, 'A', info, a)
  return a instanceof MatrixBatch ? { sign, logAbsDet } : { sign: sign[0], logAbsDet: logAbsDet[0] }
}

/**
 * Sign and logarithm of the determinant of a square matrix, where {@link det} itself would overflow or underflow:
 * det A = sign · exp(logAbsDet). A singular matrix gives 0 and −Infinity, 0×0 gives 1 and 0.
 *
 * @throws {@link ShapeError} where A is not square, {@link ArgumentError} where A holds NaN or Infinity or an option is
 * wrong
 * @see Golub, Van Loan, Matrix Computations, 4th edition, section 3.2
 *
 * @example
 * ```ts
 * import { slogdet } from 'lowrank'
 * console.log(slogdet([[-1e200, 0], [0, 1e200]])) // { sign: -1, logAbsDet: 921.0340371976183 }
 * ```
 */
export function slogdet<T extends FloatArray>(A: MatrixBatch<T>, options?: RunOptions): SlogdetResult<T>
export function slogdet(A: MatrixLike, options?: RunOptions): SlogdetResult
export function slogdet(A: MatricesLike, options?: RunOptions): unknown {
  return runSync(routine, steps(A, options), options)
}

/** {@link slogdet} off the JavaScript thread: same arguments, a promise. The input is read at the call. */
export function slogdetAsync<T extends FloatArray>(A: MatrixBatch<T>, options?: RunOptions): Promise<SlogdetResult<T>>
export function slogdetAsync(A: MatrixLike, options?: RunOptions): Promise<SlogdetResult>
export function slogdetAsync(A: MatricesLike, options?: RunOptions): Promise<unknown> {
  return runAsync(routine, steps(A, options), options)
}
