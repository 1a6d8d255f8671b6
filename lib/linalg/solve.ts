import { MatrixBatch } from '../core/batch.ts'
import { checkOptions, oneOf } from '../core/check.ts'
import { integers } from '../core/dtype.ts'
import { checkSquare } from '../core/input.ts'
import { checkInfo, notPositiveDefinite, singular } from '../core/outcome.ts'
import { fresh, unwrapVector } from '../core/result.ts'
import { call, type RunOptions, runAsync, runSync, type Steps } from '../core/run.ts'
import { type MatricesLike, readSystem, type Solution } from '../core/system.ts'

/** In the order in which the kernel counts them. */
const assumptions = ['general', 'symmetric', 'positiveDefinite', 'upperTriangular', 'lowerTriangular'] as const

/** Options of {@link solve}. */
export interface SolveOptions extends RunOptions {
  /**
   * What is known of A, and not checked: 'symmetric' (Bunch–Kaufman) and 'positiveDefinite' (Cholesky) read only its
   * lower triangle, 'upperTriangular' and 'lowerTriangular' only the triangle they name. @default 'general'
   */
  readonly assume?: (typeof assumptions)[number] | undefined
}

const routine = 'solve'

function* steps(A: unknown, B: unknown, options: SolveOptions | undefined): Steps<unknown> {
  const { assume = 'general' } = checkOptions(routine, options, ['assume', 'signal'])
  oneOf(routine, 'assume', assume, assumptions)
  const { a, b, vector, count } = readSystem(routine, 'A', A, B)
  checkSquare(routine, 'A', a)
  const X = fresh(a.dtype, a.rows, b.columns, count)
  const info = integers(X.count)
  yield* call('solve', a, b, assumptions.indexOf(assume), X, info)
  const failure = (assume === 'positiveDefinite' ? notPositiveDefinite : singular)(routine, 'A')
  // One A for all is no member of a batch.
  checkInfo(routine, 'A and B', info, X, a instanceof MatrixBatch ? failure : (pivot) => failure(pivot, '', undefined))
  return unwrapVector(X, vector)
}

/**
 * The solution X (n×p) of A X = B, A n×n and B n×p or a vector. Batches are solved in one call, member by member; one
 * matrix, or one vector B, serves all members of the other operand.
 *
 * By LU with partial pivoting, or as `assume` says: ‖AX − B‖ is of order ε‖A‖‖X‖ however ill-conditioned A may be.
 *
 * @throws {@link ShapeError} where A is not square or B does not fit, {@link SingularMatrixError} where a pivot is
 * exactly zero, {@link NotPositiveDefiniteError} where A is assumed to be positive definite and is not,
 * {@link ArgumentError} where an entry is NaN or Infinity, dtypes differ or an option is wrong
 * @see Golub, Van Loan, Matrix Computations, 4th edition, sections 3.4, 4.2 and 4.4
 *
 * @example
 * ```ts
 * import { solve } from 'lowrank'
 * console.log(solve([[2, 0], [1, 4]], [2, 9])) // Float64Array(2) [ 1, 2 ]
 * ```
 */
export function solve<A extends MatricesLike, B extends MatricesLike>(
  A: A,
  B: B,
  options?: SolveOptions,
): Solution<A, B> {
  return runSync(routine, steps(A, B, options), options) as Solution<A, B>
}

/** {@link solve} off the JavaScript thread: same arguments, a promise. Inputs are read at the call. */
export function solveAsync<A extends MatricesLike, B extends MatricesLike>(
  A: A,
  B: B,
  options?: SolveOptions,
): Promise<Solution<A, B>> {
  return runAsync(routine, steps(A, B, options), options) as Promise<Solution<A, B>>
}
