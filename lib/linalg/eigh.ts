import { MatrixBatch } from '../core/batch.ts'
import { checkOptions, checkSize } from '../core/check.ts'
import { type FloatArray, integers } from '../core/dtype.ts'
import { checkSquare, readDense } from '../core/input.ts'
import type { Matrix, MatrixLike } from '../core/matrix.ts'
import { checkInfo, noConvergence } from '../core/outcome.ts'
import { fresh, freshVectors } from '../core/result.ts'
import { call, type RunOptions, runAsync, runSync, type Steps } from '../core/run.ts'
import type { MatricesLike } from '../core/system.ts'

/**
 * A = V diag(w) Vᵀ: for a matrix `V` is a typed array and `M` a `Matrix`, for a batch a `Matrix` and a `MatrixBatch`.
 */
export interface EighResult<V = FloatArray, M = Matrix> {
  /** n values, ascending; of a batch a row for each member. */
  readonly eigenvalues: V
  /** Orthonormal columns (n×n), in the same order. */
  readonly eigenvectors: M
}

const routine = 'eigh'

function* steps(A: unknown, options: RunOptions | undefined): Steps<unknown> {
  checkOptions(routine, options, ['signal'])
  const a = readDense(routine, 'A', A)
  checkSquare(routine, 'A', a)
  checkSize(routine, 'A', a.rows, a.columns)
  const count = a instanceof MatrixBatch ? a.count : undefined
  const eigenvalues = freshVectors(a.dtype, a.rows, count)
  const eigenvectors = fresh(a.dtype, a.rows, a.rows, count)
  const info = integers(a.count)
  yield* call('eigh', a, eigenvalues, eigenvectors, info)
  checkInfo(routine, 'A', info, a, noConvergence(routine, 'A'))
  return { eigenvalues: count === undefined ? eigenvalues.data : eigenvalues, eigenvectors }
}

/**
 * The eigendecomposition A = V diag(w) Vᵀ of a symmetric A (n×n), of which only the lower triangle is read: VᵀV = I, w
 * ascending. Unique up to equal eigenvalues: the entry of largest magnitude in each column of V is positive. A batch is
 * decomposed in one call.
 *
 * By divide and conquer (syevd): errors of w are of order ε‖A‖.
 *
 * @throws {@link ShapeError} where A is not square, {@link ArgumentError} where A holds NaN or Infinity or an option is
 * wrong, {@link ConvergenceError} where the iteration fails
 * @see Golub, Van Loan, Matrix Computations, 4th edition, chapter 8
 *
 * @example
 * ```ts
 * import { eigh } from 'lowrank'
 * const { eigenvalues, eigenvectors } = eigh([[2, 0], [0, 1]])
 * console.log(eigenvalues, eigenvectors.toArray()) // Float64Array(2) [ 1, 2 ] [ [ 0, 1 ], [ 1, 0 ] ]
 * ```
 */
export function eigh<T extends FloatArray>(
  A: MatrixBatch<T>,
  options?: RunOptions,
): EighResult<Matrix<T>, MatrixBatch<T>>
export function eigh<T extends FloatArray>(A: Matrix<T> | T, options?: RunOptions): EighResult<T, Matrix<T>>
export function eigh(A: MatrixLike, options?: RunOptions): EighResult
export function eigh(A: MatricesLike, options?: RunOptions): unknown {
  return runSync(routine, steps(A, options), options)
}

/** {@link eigh} off the JavaScript thread: same arguments, a promise. The input is read at the call. */
export function eighAsync<T extends FloatArray>(
  A: MatrixBatch<T>,
  options?: RunOptions,
): Promise<EighResult<Matrix<T>, MatrixBatch<T>>>
export function eighAsync<T extends FloatArray>(
  A: Matrix<T> | T,
  options?: RunOptions,
): Promise<EighResult<T, Matrix<T>>>
export function eighAsync(A: MatrixLike, options?: RunOptions): Promise<EighResult>
export function eighAsync(A: MatricesLike, options?: RunOptions): Promise<unknown> {
  return runAsync(routine, steps(A, options), options)
}
