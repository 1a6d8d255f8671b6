import { checkOptions } from '../core/check.ts'
import type { FloatArray } from '../core/dtype.ts'
import { readMatrix } from '../core/input.ts'
import type { Matrix, MatrixLike } from '../core/matrix.ts'
import { fresh } from '../core/result.ts'
import { call, type RunOptions, runAsync, runSync, type Steps } from '../core/run.ts'
import { decompose } from '../core/singular.ts'

/** A = U · P. */
export interface PolarResult<T extends FloatArray = FloatArray> {
  /** m×n; orthonormal columns where m ≥ n, orthonormal rows where m < n. */
  readonly U: Matrix<T>
  /** n×n, symmetric, positive semidefinite. */
  readonly P: Matrix<T>
}

const routine = 'polar'

function* steps(A: unknown, options: RunOptions | undefined): Steps<PolarResult> {
  checkOptions(routine, options, ['signal'])
  const a = readMatrix(routine, 'A', A)
  const { U: left, values, Vt } = yield* decompose(routine, a)
  const U = fresh(a.dtype, a.rows, a.columns)
  yield* call('gemm', 1, left, Vt, 0, U)
  const P = fresh(a.dtype, a.columns, a.columns)
  const stretched = Vt.copy()
  for (let i = 0, at = 0; i < Vt.rows; i++)
    for (let j = 0; j < Vt.columns; j++) (stretched.data[at++] as number) *= values.data[i] as number
  yield* call('gemm', 1, Vt.transpose, stretched, 0, P)
  mirrorLower(P)
  return { U, P }
}

/** Rounding leaves the two triangles a little apart. */
function mirrorLower({ data, rows: n }: Matrix): void {
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) data[j * n + i] = data[i * n + j] as number
}

/**
 * The polar decomposition A = U·P of A (m×n) from its singular value decomposition A = W·S·Vᵀ: U = W·Vᵀ, the nearest
 * matrix to A with orthonormal columns (m ≥ n) or rows (m < n), and P = V·S·Vᵀ = (AᵀA)^½. P is unique, and U where A
 * has full rank.
 *
 * @throws {ArgumentError} where A holds NaN or Infinity, {@link ConvergenceError} where the iteration fails
 * @see Higham, Functions of Matrices, chapter 8
 *
 * @example
 * ```ts
 * import { polar } from 'lowrank'
 * const { U, P } = polar([[0, -2], [3, 0]])
 * console.log(U.toArray()) // [[0, -1], [1, 0]]
 * console.log(P.toArray()) // [[3, 0], [0, 2]]
 * ```
 */
export function polar<T extends FloatArray>(A: Matrix<T> | T, options?: RunOptions): PolarResult<T>
export function polar(A: MatrixLike, options?: RunOptions): PolarResult
export function polar(A: MatrixLike, options?: RunOptions): PolarResult {
  return runSync(routine, steps(A, options), options)
}

/** {@link polar} off the JavaScript thread: same arguments, a promise. The input is read at the call. */
export function polarAsync<T extends FloatArray>(A: Matrix<T> | T, options?: RunOptions): Promise<PolarResult<T>>
export function polarAsync(A: MatrixLike, options?: RunOptions): Promise<PolarResult>
export function polarAsync(A: MatrixLike, options?: RunOptions): Promise<PolarResult> {
  return runAsync(routine, steps(A, options), options)
}
