import { blockProduct, single, whole } from '../core/blockProduct.ts'
import type { FloatArray } from '../core/dtype.ts'
import { ShapeError, sentence } from '../core/errors.ts'
import { shapeOf } from '../core/input.ts'
import type { Matrix, MatrixLike } from '../core/matrix.ts'
import { type RunOptions, runAsync, runSync } from '../core/run.ts'

const routine = 'faceSplitting'

const steps = (A: unknown, B: unknown, options: RunOptions | undefined) =>
  blockProduct(routine, A, B, options, (a, b) => {
    if (a.rows !== b.rows)
      throw new ShapeError(sentence(routine, `B with ${a.rows} rows to match A (${shapeOf(a)})`, shapeOf(b)))
    return { rows: single(a.rows), columns: whole(a.columns, b.columns) }
  })

/**
 * The face-splitting (row-wise Khatri–Rao) product of A (m×n) and B (m×q), m×nq: row i is the Kronecker product of the
 * rows i. It is the transpose of {@link khatriRao} of the transposes. (AAᵀ) ∘ (BBᵀ) is its product with its own
 * transpose. NaN and infinities are carried on.
 *
 * @throws {ShapeError} where the rows differ in number, {@link ArgumentError} where dtypes differ
 * @see Slyusar, A family of face products of matrices and its properties, Cybernetics and Systems Analysis 35 (1999)
 *
 * @example
 * ```ts
 * import { faceSplitting } from 'lowrank'
 * console.log(faceSplitting([[1, 2], [3, 4]], [[1, 10], [1, 10]]).toArray()) // [[1, 10, 2, 20], [3, 30, 4, 40]]
 * ```
 */
export function faceSplitting<T extends FloatArray>(A: Matrix<T> | T, B: MatrixLike<T>, options?: RunOptions): Matrix<T>
export function faceSplitting<T extends FloatArray>(A: MatrixLike<T>, B: Matrix<T> | T, options?: RunOptions): Matrix<T>
export function faceSplitting(A: MatrixLike, B: MatrixLike, options?: RunOptions): Matrix
export function faceSplitting(A: MatrixLike, B: MatrixLike, options?: RunOptions): Matrix {
  return runSync(routine, steps(A, B, options), options)
}

/** {@link faceSplitting} off the JavaScript thread: same arguments, a promise. Inputs are read at the call. */
export function faceSplittingAsync<T extends FloatArray>(
  A: Matrix<T> | T,
  B: MatrixLike<T>,
  options?: RunOptions,
): Promise<Matrix<T>>
export function faceSplittingAsync<T extends FloatArray>(
  A: MatrixLike<T>,
  B: Matrix<T> | T,
  options?: RunOptions,
): Promise<Matrix<T>>
export function faceSplittingAsync(A: MatrixLike, B: MatrixLike, options?: RunOptions): Promise<Matrix>
export function faceSplittingAsync(A: MatrixLike, B: MatrixLike, options?: RunOptions): Promise<Matrix> {
  return runAsync(routine, steps(A, B, options), options)
}
