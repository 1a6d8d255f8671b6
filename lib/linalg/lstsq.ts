import { checkOptions, finite, oneOf } from '../core/check.ts'
import { type FloatArray, integers } from '../core/dtype.ts'
import type { Matrix } from '../core/matrix.ts'
import { checkInfo, noConvergence } from '../core/outcome.ts'
import { fresh, freshVectors, unwrapVector } from '../core/result.ts'
import { call, type RunOptions, runAsync, runSync, type Steps } from '../core/run.ts'
import { type ArrayOfOperands, type MatricesLike, type PerCall, readSystem, type Solution } from '../core/system.ts'

/** In the order in which the kernel counts them. */
const methods = ['auto', 'qr', 'svd'] as const

/** Options of {@link lstsq}. */
export interface LstsqOptions extends RunOptions {
  /** Singular values at most rtol·σ₁ count as zero. @default ε·max(m, n), with the ε of the dtype */
  readonly rtol?: number | undefined
  /**
   * 'auto': triangular solves where a proof is found that A is of full rank, or but a few singular values short of it,
   * which are left out then; else as 'svd'. 'qr': complete orthogonal factorization, its rank is an estimate. 'svd':
   * always, and gives the singular values.
   *
   * @default 'auto'
   */
  readonly method?: (typeof methods)[number] | undefined
}

/** The least-squares solution and what was found on the way. */
export interface LstsqResult<A = Matrix, B = Matrix, T extends FloatArray = ArrayOfOperands<A, B>> {
  /** The minimizer of least norm (n×p); a vector where B is one. */
  readonly X: Solution<A, B>
  /** ‖A x − b‖² for each column b of B (p numbers); of a batch a matrix, count×p. */
  readonly residuals: PerCall<A, B, T, Matrix<T>>
  /** The number of singular values above rtol·σ₁; of a batch one for each member. */
  readonly rank: PerCall<A, B, number, Int32Array>
  /** Of A, descending, with `method: 'svd'` only; of a batch a matrix with a row for each member. */
  readonly singularValues?: PerCall<A, B, T, Matrix<T>>
}

const routine = 'lstsq'

function* steps(A: unknown, B: unknown, options: LstsqOptions | undefined): Steps<unknown> {
  const { rtol, method = 'auto' } = checkOptions(routine, options, ['rtol', 'method', 'signal'])
  oneOf(routine, 'method', method, methods)
  if (rtol !== undefined) finite(routine, 'rtol', rtol, { least: 0 })
  const { a, b, vector, count } = readSystem(routine, 'A', A, B)
  const X = fresh(a.dtype, a.columns, b.columns, count)
  const residuals = freshVectors(a.dtype, b.columns, count)
  const ranks = integers(X.count)
  const values = freshVectors(a.dtype, method === 'svd' ? Math.min(a.rows, a.columns) : 0, count)
  const info = integers(X.count)
  yield* call('lstsq', a, b, rtol ?? -1, methods.indexOf(method), X, residuals, ranks, values, info)
  checkInfo(routine, 'A and B', info, X, noConvergence(routine, 'A'))
  const single = count === undefined
  return {
    X: unwrapVector(X, vector),
    residuals: single ? residuals.data : residuals,
    rank: single ? ranks[0] : ranks,
    ...(method === 'svd' && { singularValues: single ? values.data : values }),
  }
}

/**
 * The X (n×p) of least norm among those that minimize ‖A X − B‖, column by column; A m×n of any shape and rank, B m×p
 * or a vector. Batches are solved in one call; one matrix, or one vector B, serves all members of the other operand.
 *
 * A tall A of good condition is solved by the corrected normal equations, others by QR, and by the SVD where the rank
 * is in doubt.
 *
 * @throws {@link ShapeError} where B does not fit, {@link ArgumentError} where an entry is NaN or Infinity, dtypes
 * differ or an option is wrong, {@link ConvergenceError} where the SVD fails
 * @see Golub, Van Loan, Matrix Computations, 4th edition, sections 5.3 and 5.5
 *
 * @example
 * ```ts
 * import { lstsq } from 'lowrank'
 * const { X, rank } = lstsq([[1, 0], [1, 1], [1, 2]], [1, 2, 4])
 * console.log(X.map((x) => Math.round(1000 * x) / 1000), rank) // Float64Array(2) [ 0.833, 1.5 ] 2
 * ```
 */
export function lstsq<A extends MatricesLike, B extends MatricesLike>(
  A: A,
  B: B,
  options?: LstsqOptions,
): LstsqResult<A, B> {
  return runSync(routine, steps(A, B, options), options) as LstsqResult<A, B>
}

/** {@link lstsq} off the JavaScript thread: same arguments, a promise. Inputs are read at the call. */
export function lstsqAsync<A extends MatricesLike, B extends MatricesLike>(
  A: A,
  B: B,
  options?: LstsqOptions,
): Promise<LstsqResult<A, B>> {
  return runAsync(routine, steps(A, B, options), options) as Promise<LstsqResult<A, B>>
}
