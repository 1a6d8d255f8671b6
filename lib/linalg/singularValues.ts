import { MatrixBatch } from '../core/batch.ts'
import { checkOptions } from '../core/check.ts'
import type { FloatArray } from '../core/dtype.ts'
import { readDense } from '../core/input.ts'
import type { Matrix, MatrixLike } from '../core/matrix.ts'
import { type RunOptions, runAsync, runSync, type Steps } from '../core/run.ts'
import { singularValuesOf } from '../core/singular.ts'

const routine = 'singularValues'

function* steps(A: unknown, options: RunOptions | undefined): Steps<unknown> {
  checkOptions(routine, options, ['signal'])
  const a = readDense(routine, 'A', A)
  const values = yield* singularValuesOf(routine, a)
  return a instanceof MatrixBatch ? values : values.data
}

/**
 * The singular values of A (m×n): the min(m, n) square roots of the largest eigenvalues of AᵀA, descending. Several
 * times cheaper than {@link svd}, which gives the vectors too. Errors are of order ε·s₀.
 *
 * @returns min(m, n) values; of a batch a `Matrix` with a row for each member
 * @throws {ArgumentError} where A holds NaN or Infinity, {@link ConvergenceError} where the iteration fails
 * @see Golub, Van Loan, Matrix Computations, 4th edition, section 8.6
 *
 * @example
 * ```ts
 * import { singularValues } from 'lowrank'
 * console.log(singularValues([[3, 0], [0, 4]])) // Float64Array(2) [ 4, 3 ]
 * ```
 */
export function singularValues<T extends FloatArray>(A: MatrixBatch<T>, options?: RunOptions): Matrix<T>
export function singularValues<T extends FloatArray>(A: Matrix<T> | T, options?: RunOptions): T
export function singularValues(A: MatrixLike, options?: RunOptions): FloatArray
export function singularValues(A: MatrixLike | MatrixBatch, options?: RunOptions): unknown {
  return runSync(routine, steps(A, options), options)
}

/** {@link singularValues} off the JavaScript thread: same arguments, a promise. The input is read at the call. */
export function singularValuesAsync<T extends FloatArray>(A: MatrixBatch<T>, options?: RunOptions): Promise<Matrix<T>>
export function singularValuesAsync<T extends FloatArray>(A: Matrix<T> | T, options?: RunOptions): Promise<T>
export function singularValuesAsync(A: MatrixLike, options?: RunOptions): Promise<FloatArray>
export function singularValuesAsync(A: MatrixLike | MatrixBatch, options?: RunOptions): Promise<unknown> {
  return runAsync(routine, steps(A, options), options)
}
