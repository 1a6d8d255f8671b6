import { checkOptions } from '../core/check.ts'
import type { FloatArray } from '../core/dtype.ts'
import { readMatrix } from '../core/input.ts'
import type { Matrix, MatrixLike } from '../core/matrix.ts'
import { runAsync, runSync, type Steps } from '../core/run.ts'
import { checkRtol, decompose, type RankOptions, rankOf } from '../core/singular.ts'

const routine = 'nullSpace'

function* steps(A: unknown, options: RankOptions | undefined): Steps<Matrix> {
  const { rtol } = checkOptions(routine, options, ['rtol', 'signal'])
  const a = readMatrix(routine, 'A', A)
  const tolerance = checkRtol(routine, rtol, a)
  // A thin Vt is n×n already where m ≥ n, and the full U, which is not needed, would be m×m.
  const { values, Vt } = yield* decompose(routine, a, a.rows < a.columns ? 'full' : 'thin')
  const rows = Vt.view([rankOf(values.data, tolerance), a.columns]).copy()
  for (let i = 0; i < rows.rows; i++) turnLeaderPositive(rows.data.subarray(i * a.columns, (i + 1) * a.columns))
  return rows.transpose.copy()
}

/** In a pair the left vector decides the sign; here the right ones stand alone. */
function turnLeaderPositive(vector: FloatArray): void {
  let leader = 0
  for (const x of vector) if (Math.abs(x) > Math.abs(leader)) leader = x
  if (leader < 0) for (let j = 0; j < vector.length; j++) vector[j] = -(vector[j] as number)
}

/**
 * An orthonormal basis of the null space {x : Ax = 0} of A (m×n), as the columns of an n×(n−r) matrix, r the numerical
 * rank: the right singular vectors whose values do not exceed `rtol` times the largest, the largest entry of each
 * positive.
 *
 * @throws {ArgumentError} where A holds NaN or Infinity or `rtol` is negative, {@link ConvergenceError} where the
 * iteration fails
 * @see Golub, Van Loan, Matrix Computations, 4th edition, section 2.4.2
 *
 * @example
 * ```ts
 * import { nullSpace } from 'lowrank'
 * console.log(nullSpace([[2, 0, 0], [0, 3, 0]]).toArray()) // [[0], [0], [1]]
 * ```
 */
export function nullSpace<T extends FloatArray>(A: Matrix<T> | T, options?: RankOptions): Matrix<T>
export function nullSpace(A: MatrixLike, options?: RankOptions): Matrix
export function nullSpace(A: MatrixLike, options?: RankOptions): Matrix {
  return runSync(routine, steps(A, options), options)
}

/** {@link nullSpace} off the JavaScript thread: same arguments, a promise. The input is read at the call. */
export function nullSpaceAsync<T extends FloatArray>(A: Matrix<T> | T, options?: RankOptions): Promise<Matrix<T>>
export function nullSpaceAsync(A: MatrixLike, options?: RankOptions): Promise<Matrix>
export function nullSpaceAsync(A: MatrixLike, options?: RankOptions): Promise<Matrix> {
  return runAsync(routine, steps(A, options), options)
}
