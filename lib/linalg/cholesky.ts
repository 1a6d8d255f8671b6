import { MatrixBatch } from '../core/batch.ts'
import { checkOptions, checkSize } from '../core/check.ts'
import { type FloatArray, integers, uninitialized } from '../core/dtype.ts'
import { checkSquare, type Dense, readDense } from '../core/input.ts'
import type { Matrix, MatrixLike } from '../core/matrix.ts'
import { checkInfo, notPositiveDefinite } from '../core/outcome.ts'
import { fresh, unwrapVector } from '../core/result.ts'
import { call, type RunOptions, runAsync, runSync, type Steps } from '../core/run.ts'
import { type MatricesLike, readSystem, type Solution } from '../core/system.ts'

/** A = L Lᵀ, and what follows from it; `M` is a `Matrix`, or a `MatrixBatch` where A is one. */
export interface CholeskyResult<M extends Dense = Matrix, D = number> {
  /** Lower triangular (n×n) with a positive diagonal. */
  readonly L: M
  /**
   * X of A X = B: {@link solve} without factoring again. B may be a batch.
   *
   * @throws {@link ShapeError} where B does not fit, {@link ArgumentError}
   */
  solve<B extends MatricesLike>(B: B, options?: RunOptions): Solution<M, B>
  /** `solve` off the JavaScript thread. */
  solveAsync<B extends MatricesLike>(B: B, options?: RunOptions): Promise<Solution<M, B>>
  /** log det A: a number, or a typed array with one for each member. */
  logDet(): D
}

const routine = 'cholesky'

function* solveSteps(L: Dense, B: unknown, options: RunOptions | undefined): Steps<unknown> {
  const method = 'cholesky.solve'
  checkOptions(method, options, ['signal'])
  const { a, b, vector, count } = readSystem(method, 'A', L, B)
  const X = fresh(a.dtype, a.rows, b.columns, count)
  const info = integers(X.count)
  yield* call('choleskySolve', a, b, X, info)
  checkInfo(method, 'B', info, X)
  return unwrapVector(X, vector)
}

/** log det A = 2 Σ log Lᵢᵢ */
function logDeterminants(L: Dense): number | FloatArray {
  const { count, rows, data } = L
  const values = uninitialized(L.dtype, count)
  for (let b = 0; b < count; b++) {
    let sum = 0
    for (let i = 0; i < rows; i++) sum += Math.log(data[b * rows * rows + i * (rows + 1)])
    values[b] = 2 * sum
  }
  return L instanceof MatrixBatch ? values : values[0]
}

function* steps(A: unknown, options: RunOptions | undefined): Steps<unknown> {
  checkOptions(routine, options, ['signal'])
  const a = readDense(routine, 'A', A)
  checkSquare(routine, 'A', a)
  checkSize(routine, 'A', a.rows, a.columns)
  const L = fresh(a.dtype, a.rows, a.columns, a instanceof MatrixBatch ? a.count : undefined)
  const info = integers(a.count)
  yield* call('cholesky', a, L, info)
  checkInfo(routine, 'A', info, a, notPositiveDefinite(routine, 'A'))
  const result: CholeskyResult<Dense, number | FloatArray> = {
    L,
    solve: (B, settings) => runSync('cholesky.solve', solveSteps(L, B, settings), settings) as never,
    solveAsync: (B, settings) => runAsync('cholesky.solve', solveSteps(L, B, settings), settings) as never,
    logDet: () => logDeterminants(L),
  }
  return result
}

/**
 * The Cholesky factorization A = L Lᵀ of a symmetric positive definite A (n×n), of which only the lower triangle is
 * read: factor once, solve many times. A batch is factored in one call.
 *
 * @throws {@link NotPositiveDefiniteError} with the order of the first leading minor that is not positive,
 * {@link ShapeError} where A is not square, {@link ArgumentError} where A holds NaN or Infinity or an option is wrong
 * @see Golub, Van Loan, Matrix Computations, 4th edition, section 4.2
 *
 * @example
 * ```ts
 * import { cholesky } from 'lowrank'
 * const { L, solve } = cholesky([[4, 2], [2, 5]])
 * console.log(L.toArray(), solve([8, 8])) // [ [ 2, 0 ], [ 1, 2 ] ] Float64Array(2) [ 1.5, 1 ]
 * ```
 */
export function cholesky<T extends FloatArray>(
  A: MatrixBatch<T>,
  options?: RunOptions,
): CholeskyResult<MatrixBatch<T>, T>
export function cholesky<T extends FloatArray>(A: Matrix<T> | T, options?: RunOptions): CholeskyResult<Matrix<T>>
export function cholesky(A: MatrixLike, options?: RunOptions): CholeskyResult
export function cholesky(A: MatricesLike, options?: RunOptions): unknown {
  return runSync(routine, steps(A, options), options)
}

/** {@link cholesky} off the JavaScript thread: same arguments, a promise. The input is read at the call. */
export function choleskyAsync<T extends FloatArray>(
  A: MatrixBatch<T>,
  options?: RunOptions,
): Promise<CholeskyResult<MatrixBatch<T>, T>>
export function choleskyAsync<T extends FloatArray>(
  A: Matrix<T> | T,
  options?: RunOptions,
): Promise<CholeskyResult<Matrix<T>>>
export function choleskyAsync(A: MatrixLike, options?: RunOptions): Promise<CholeskyResult>
export function choleskyAsync(A: MatricesLike, options?: RunOptions): Promise<unknown> {
  return runAsync(routine, steps(A, options), options)
}
