import { blockProduct, single, whole } from '../core/blockProduct.ts'
import type { FloatArray } from '../core/dtype.ts'
import { ShapeError, sentence } from '../core/errors.ts'
import { shapeOf } from '../core/input.ts'
import type { Matrix, MatrixLike } from '../core/matrix.ts'
import { type RunOptions, runAsync, runSync } from '../core/run.ts'

const routine = 'khatriRao'

const steps = (A: unknown, B: unknown, options: RunOptions | undefined) =>
  blockProduct(routine, A, B, options, (a, b) => {
    if (a.columns !== b.columns)
      throw new ShapeError(sentence(routine, `B with ${a.columns} columns to match A (${shapeOf(a)})`, shapeOf(b)))
    return { rows: whole(a.rows, b.rows), columns: single(a.columns) }
  })

/**
 * The column-wise Khatri–Rao product A ⊙ B (mp×n) of A (m×n) and B (p×n): column j is aⱼ ⊗ bⱼ.
 * (A ⊙ B)ᵀ(A ⊙ B) = AᵀA ∘ BᵀB, which {@link hadamard} gives without A ⊙ B. NaN and infinities are carried on.
 *
 * @throws {ShapeError} where the columns differ in number, {@link ArgumentError} where dtypes differ
 * @see Kolda, Bader, Tensor decompositions and applications, SIAM Review 51 (2009), section 2.6
 *
 * @example
 * ```ts
 * import { khatriRao } from 'lowrank'
 * console.log(khatriRao([[1, 2], [3, 4]], [[1, 10]]).toArray()) // [[1, 20], [3, 40]]
 * ```
 */
export function khatriRao<T extends FloatArray>(A: Matrix<T> | T, B: MatrixLike<T>, options?: RunOptions): Matrix<T>
export function khatriRao<T extends FloatArray>(A: MatrixLike<T>, B: Matrix<T> | T, options?: RunOptions): Matrix<T>
export function khatriRao(A: MatrixLike, B: MatrixLike, options?: RunOptions): Matrix
export function khatriRao(A: MatrixLike, B: MatrixLike, options?: RunOptions): Matrix {
  return runSync(routine, steps(A, B, options), options)
}

/** {@link khatriRao} off the JavaScript thread: same arguments, a promise. Inputs are read at the call. */
export function khatriRaoAsync<T extends FloatArray>(
  A: Matrix<T> | T,
  B: MatrixLike<T>,
  options?: RunOptions,
): Promise<Matrix<T>>
export function khatriRaoAsync<T extends FloatArray>(
  A: MatrixLike<T>,
  B: Matrix<T> | T,
  options?: RunOptions,
): Promise<Matrix<T>>
export function khatriRaoAsync(A: MatrixLike, B: MatrixLike, options?: RunOptions): Promise<Matrix>
export function khatriRaoAsync(A: MatrixLike, B: MatrixLike, options?: RunOptions): Promise<Matrix> {
  return runAsync(routine, steps(A, B, options), options)
}
