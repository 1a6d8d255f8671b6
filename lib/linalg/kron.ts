import { blockProduct, whole } from '../core/blockProduct.ts'
import type { FloatArray } from '../core/dtype.ts'
import type { Matrix, MatrixLike } from '../core/matrix.ts'
import { type RunOptions, runAsync, runSync } from '../core/run.ts'

const routine = 'kron'

const steps = (A: unknown, B: unknown, options: RunOptions | undefined) =>
  blockProduct(routine, A, B, options, (a, b) => ({
    rows: whole(a.rows, b.rows),
    columns: whole(a.columns, b.columns),
  }))

/**
 * The Kronecker product A ⊗ B (mp×nq) of A (m×n) and B (p×q): block (i, j) is aᵢⱼ·B. (A ⊗ B)(C ⊗ D) = AC ⊗ BD, and
 * (A ⊗ B)·vec(X) = vec(B·X·Aᵀ) with vec stacking columns: where only such products are needed, they come without A ⊗ B.
 * NaN and infinities are carried on.
 *
 * @throws {ArgumentError} where dtypes differ or the result is too large
 * @see Golub, Van Loan, Matrix Computations, 4th edition, section 1.3.6
 *
 * @example
 * ```ts
 * import { kron } from 'lowrank'
 * console.log(kron([[1, 2]], [[1, 0], [0, 1]]).toArray()) // [[1, 0, 2, 0], [0, 1, 0, 2]]
 * ```
 */
export function kron<T extends FloatArray>(A: Matrix<T> | T, B: MatrixLike<T>, options?: RunOptions): Matrix<T>
export function kron<T extends FloatArray>(A: MatrixLike<T>, B: Matrix<T> | T, options?: RunOptions): Matrix<T>
export function kron(A: MatrixLike, B: MatrixLike, options?: RunOptions): Matrix
export function kron(A: MatrixLike, B: MatrixLike, options?: RunOptions): Matrix {
  return runSync(routine, steps(A, B, options), options)
}

/** {@link kron} off the JavaScript thread: same arguments, a promise. Inputs are read at the call. */
export function kronAsync<T extends FloatArray>(
  A: Matrix<T> | T,
  B: MatrixLike<T>,
  options?: RunOptions,
): Promise<Matrix<T>>
export function kronAsync<T extends FloatArray>(
  A: MatrixLike<T>,
  B: Matrix<T> | T,
  options?: RunOptions,
): Promise<Matrix<T>>
export function kronAsync(A: MatrixLike, B: MatrixLike, options?: RunOptions): Promise<Matrix>
export function kronAsync(A: MatrixLike, B: MatrixLike, options?: RunOptions): Promise<Matrix> {
  return runAsync(routine, steps(A, B, options), options)
}
