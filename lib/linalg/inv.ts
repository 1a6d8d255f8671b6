import { MatrixBatch } from '../core/batch.ts'
import { checkOptions, checkSize } from '../core/check.ts'
import { type FloatArray, integers } from '../core/dtype.ts'
import { checkSquare, readDense } from '../core/input.ts'
import type { Matrix, MatrixLike } from '../core/matrix.ts'
import { checkInfo, singular } from '../core/outcome.ts'
import { fresh } from '../core/result.ts'
import { call, type RunOptions, runAsync, runSync, type Steps } from '../core/run.ts'
import type { MatricesLike } from '../core/system.ts'

const routine = 'inv'

function* steps(A: unknown, options: RunOptions | undefined): Steps<unknown> {
  checkOptions(routine, options, ['signal'])
  const a = readDense(routine, 'A', A)
  checkSquare(routine, 'A', a)
  checkSize(routine, 'A', a.rows, a.columns)
  const X = fresh(a.dtype, a.rows, a.columns, a instanceof MatrixBatch ? a.count : undefined)
  const info = integers(a.count)
  yield* call('inverse', a, X, info)
  checkInfo(routine, 'A', info, a, singular(routine, 'A'))
  return X
}

/**
 * The inverse A⁻¹ (n×n) of a square matrix: A A⁻¹ = I. A batch is inverted in one call. To solve A X = B use
 * {@link solve}, which is faster and more accurate; for a matrix that has no inverse, {@link pinv}.
 *
 * @throws {@link ShapeError} where A is not square, {@link SingularMatrixError} where a pivot is exactly zero,
 * {@link ArgumentError} where A holds NaN or Infinity or an option is wrong
 * @see Golub, Van Loan, Matrix Computations, 4th edition, section 3.4
 *
 * @example
 * ```ts
 * import { inv } from 'lowrank'
 * console.log(inv([[2, 0], [0, 4]]).toArray()) // [ [ 0.5, 0 ], [ 0, 0.25 ] ]
 * ```
 */
export function inv<T extends FloatArray>(A: MatrixBatch<T>, options?: RunOptions): MatrixBatch<T>
export function inv<T extends FloatArray>(A: Matrix<T> | T, options?: RunOptions): Matrix<T>
export function inv(A: MatrixLike, options?: RunOptions): Matrix
export function inv(A: MatricesLike, options?: RunOptions): unknown {
  return runSync(routine, steps(A, options), options)
}

/** {@link inv} off the JavaScript thread: same arguments, a promise. The input is read at the call. */
export function invAsync<T extends FloatArray>(A: MatrixBatch<T>, options?: RunOptions): Promise<MatrixBatch<T>>
export function invAsync<T extends FloatArray>(A: Matrix<T> | T, options?: RunOptions): Promise<Matrix<T>>
export function invAsync(A: MatrixLike, options?: RunOptions): Promise<Matrix>
export function invAsync(A: MatricesLike, options?: RunOptions): Promise<unknown> {
  return runAsync(routine, steps(A, options), options)
}
