import { checkOptions, checkSize } from '../core/check.ts'
import { type FloatArray, integers, uninitialized } from '../core/dtype.ts'
import { checkSquare, readMatrix } from '../core/input.ts'
import type { Matrix, MatrixLike } from '../core/matrix.ts'
import { checkInfo, singular } from '../core/outcome.ts'
import { fresh, unwrapVector } from '../core/result.ts'
import { call, type RunOptions, runAsync, runSync, type Steps } from '../core/run.ts'
import { type MatricesLike, readSystem, type Solution } from '../core/system.ts'

/** P A = L U, and what follows from it. */
export interface LuResult<T extends FloatArray = FloatArray> {
  /** Unit lower triangular (m×k), entries of magnitude at most 1. */
  readonly L: Matrix<T>
  /** Upper triangular (k×n). */
  readonly U: Matrix<T>
  /** Row i of P A is row permutation[i] of A (m entries). */
  readonly permutation: Int32Array
  /**
   * X of A X = B for a square A: {@link solve} without factoring again. B may be a batch.
   *
   * @throws {@link ShapeError} where A is not square or B does not fit, {@link SingularMatrixError},
   * {@link ArgumentError}
   */
  solve<B extends MatricesLike>(B: B, options?: RunOptions): Solution<Matrix<T>, B>
  /** `solve` off the JavaScript thread. */
  solveAsync<B extends MatricesLike>(B: B, options?: RunOptions): Promise<Solution<Matrix<T>, B>>
  /**
   * The determinant of a square A; 0 where a pivot is exactly zero.
   *
   * @throws {@link ShapeError} where A is not square
   */
  det(): number
}

const routine = 'lu'

function* solveSteps(
  { L, U, permutation }: LuResult,
  factored: Int32Array,
  B: unknown,
  options: RunOptions | undefined,
): Steps<unknown> {
  const method = 'lu.solve'
  checkOptions(method, options, ['signal'])
  checkSquare(method, 'A', { rows: L.rows, columns: U.columns })
  const { a, b, vector, count } = readSystem(method, 'A', L, B)
  checkInfo(method, 'A', factored, undefined, singular(method, 'A'))
  const X = fresh(a.dtype, a.rows, b.columns, count)
  const info = integers(X.count)
  yield* call('luSolve', a, readMatrix(method, 'U', U), permutation, b, X, info)
  checkInfo(method, 'B', info, X)
  return unwrapVector(X, vector)
}

function* steps(A: unknown, options: RunOptions | undefined): Steps<LuResult> {
  checkOptions(routine, options, ['signal'])
  const a = readMatrix(routine, 'A', A)
  const { rows: m, columns: n, dtype } = a
  checkSize(routine, 'A', m, n)
  const k = Math.min(m, n)
  const L = fresh(dtype, m, k)
  const U = fresh(dtype, k, n)
  const permutation = integers(m)
  const determinant = uninitialized(dtype, m === n ? 1 : 0)
  const info = new Int32Array(1)
  yield* call('lu', a, L, U, permutation, determinant, info)
  // A zero pivot is no failure yet: a solve will meet it.
  if (info[0] < 0) checkInfo(routine, 'A', info)
  const result: LuResult = {
    L,
    U,
    permutation,
    solve: (B, settings) => runSync('lu.solve', solveSteps(result, info, B, settings), settings) as never,
    solveAsync: (B, settings) => runAsync('lu.solve', solveSteps(result, info, B, settings), settings) as never,
    det: () => {
      checkSquare('lu.det', 'A', { rows: m, columns: n })
      return determinant[0]
    },
  }
  return result
}

/**
 * The factorization P A = L U of A (m×n, k = min(m, n)) by Gaussian elimination with partial pivoting: factor once,
 * solve many times. A singular A is factored too: a pivot in U is then zero.
 *
 * @throws {@link ArgumentError} where A holds NaN or Infinity or an option is wrong
 * @see Golub, Van Loan, Matrix Computations, 4th edition, section 3.4
 *
 * @example
 * ```ts
 * import { lu } from 'lowrank'
 * const factors = lu([[0, 2], [4, 8]])
 * console.log(factors.solve([2, 12]), factors.det()) // Float64Array(2) [ 1, 1 ] -8
 * ```
 */
export function lu<T extends FloatArray>(A: Matrix<T> | T, options?: RunOptions): LuResult<T>
export function lu(A: MatrixLike, options?: RunOptions): LuResult
export function lu(A: MatrixLike, options?: RunOptions): LuResult {
  return runSync(routine, steps(A, options), options)
}

/** {@link lu} off the JavaScript thread: same arguments, a promise. The input is read at the call. */
export function luAsync<T extends FloatArray>(A: Matrix<T> | T, options?: RunOptions): Promise<LuResult<T>>
export function luAsync(A: MatrixLike, options?: RunOptions): Promise<LuResult>
export function luAsync(A: MatrixLike, options?: RunOptions): Promise<LuResult> {
  return runAsync(routine, steps(A, options), options)
}
