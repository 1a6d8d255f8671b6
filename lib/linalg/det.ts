import { MatrixBatch } from '../core/batch.ts'
import { checkOptions, checkSize } from '../core/check.ts'
import { type FloatArray, integers, uninitialized } from '../core/dtype.ts'
import { checkSquare, readDense } from '../core/input.ts'
import type { MatrixLike } from '../core/matrix.ts'
import { checkInfo } from '../core/outcome.ts'
import { call, type RunOptions, runAsync, runSync, type Steps } from '../core/run.ts'
import type { MatricesLike } from '../core/system.ts'

const routine = 'det'

function* steps(A: unknown, options: RunOptions | undefined): Steps<unknown> {
  checkOptions(routine, options, ['signal'])
  const a = readDense(routine, 'A', A)
  checkSquare(routine, 'A', a)
  checkSize(routine, 'A', a.rows, a.columns)
  const values = uninitialized(a.dtype, a.count)
  const info = integers(a.count)
  yield* call('determinant', a, values, info)
  checkInfo(routine, 'A', info, a)
  return a instanceof MatrixBatch ? values : values[0]
}

/**
 * The determinant of a square matrix, in its dtype: the product of the pivots of its LU factorization; 0 where one is
 * zero, 1 for 0×0. Where it may overflow or underflow, use {@link slogdet}.
 *
 * @returns a number; for a batch a typed array with one for each member
 * @throws {@link ShapeError} where A is not square, {@link ArgumentError} where A holds NaN or Infinity or an option is
 * wrong
 * @see Golub, Van Loan, Matrix Computations, 4th edition, section 3.2
 *
 * @example
 * ```ts
 * import { det } from 'lowrank'
 * console.log(det([[4, 2], [2, 5]])) // 16
 * ```
 */
export function det<T extends FloatArray>(A: MatrixBatch<T>, options?: RunOptions): T
export function det(A: MatrixLike, options?: RunOptions): number
export function det(A: MatricesLike, options?: RunOptions): unknown {
  return runSync(routine, steps(A, options), options)
}

/** {@link det} off the JavaScript thread: same arguments, a promise. The input is read at the call. */
export function detAsync<T extends FloatArray>(A: MatrixBatch<T>, options?: RunOptions): Promise<T>
export function detAsync(A: MatrixLike, options?: RunOptions): Promise<number>
export function detAsync(A: MatricesLike, options?: RunOptions): Promise<unknown> {
  return runAsync(routine, steps(A, options), options)
}
