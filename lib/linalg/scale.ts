import { describe } from '../core/check.ts'
import type { FloatArray } from '../core/dtype.ts'
import { ArgumentError, sentence } from '../core/errors.ts'
import { readOperand, refuseBatch } from '../core/input.ts'
import type { Matrix, MatrixLike } from '../core/matrix.ts'
import { fresh } from '../core/result.ts'
import { runKernel } from '../core/run.ts'

const routine = 'scale'

/**
 * The multiple s·A of A (m×n). NaN and infinities are carried on.
 *
 * @returns m×n; a vector where A is one
 * @throws {ArgumentError} where s is not a number
 * @see Horn, Johnson, Matrix Analysis, 2nd edition, section 0.2
 *
 * @example
 * ```ts
 * import { scale } from 'lowrank'
 * console.log(scale([[1, 2], [3, 4]], 10).toArray()) // [[10, 20], [30, 40]]
 * ```
 */
export function scale<T extends FloatArray>(A: T | readonly number[], s: number): T
export function scale<T extends FloatArray>(A: Matrix<T>, s: number): Matrix<T>
export function scale(A: MatrixLike, s: number): Matrix
export function scale(A: MatrixLike, s: number): unknown {
  const { value: a, vector } = refuseBatch(routine, 'A', readOperand(routine, 'A', A))
  if (typeof s !== 'number') throw new ArgumentError(sentence(routine, 's to be a number', describe(s)))
  const result = fresh(a.dtype, a.rows, a.columns)
  runKernel(routine, 'scale', [s, a, result], undefined)
  return vector ? result.data : result
}
