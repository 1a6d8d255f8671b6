import { checkOptions, checkSize } from '../core/check.ts'
import { epsilonOf } from '../core/dtype.ts'
import { ShapeError, sentence } from '../core/errors.ts'
import { checkSquare, readMatrix, shapeOf } from '../core/input.ts'
import { Matrix, type MatrixLike } from '../core/matrix.ts'
import { checkKind, entryNorm, isEntryKind, type NormKind } from '../core/normKind.ts'
import { checkInfo, singular } from '../core/outcome.ts'
import { fresh } from '../core/result.ts'
import { call, type RunOptions, runAsync, runSync, type Steps } from '../core/run.ts'
import { singularValuesOf } from '../core/singular.ts'

const routine = 'cond'

function* steps(A: unknown, kind: NormKind, options: RunOptions | undefined): Steps<number> {
  checkOptions(routine, options, ['signal'])
  checkKind(routine, kind)
  const given = readMatrix(routine, 'A', A)
  if (given.rows === 0 || given.columns === 0) throw new ShapeError(sentence(routine, 'A with entries', shapeOf(given)))
  if (kind !== 2 && kind !== -2) checkSquare(routine, 'A', given)
  checkSize(routine, 'A', given.rows, given.columns)
  const a = given.copy() // read by two kernels, and the caller may change it in between
  if (isEntryKind(kind) && kind !== 'frobenius') {
    const inverse = yield* inverseOf(a)
    return inverse === undefined ? Infinity : (yield* entryNorm(a, kind)) * (yield* entryNorm(inverse, kind))
  }
  const { data: values } = yield* singularValuesOf(routine, a)
  const ratio = (values[values.length - 1] as number) / (values[0] as number)
  if (Number.isNaN(ratio)) return Infinity // the zero matrix
  if (kind === -2) return ratio
  // Rounding seldom leaves an exact zero among the singular values of a singular matrix: elimination finds it more
  // often.
  const suspect = a.rows === a.columns && ratio <= epsilonOf(a.dtype) * a.rows
  if (ratio === 0 || (suspect && (yield* inverseOf(a)) === undefined)) return Infinity
  return fromSingularValues(values, kind)
}

/** The condition number in a norm of the singular values; relative to the extreme ones, so that nothing overflows. */
function fromSingularValues(values: ArrayLike<number>, kind: NormKind): number {
  const largest = values[0] as number
  const smallest = values[values.length - 1] as number
  if (kind === 2) return largest / smallest
  const power = kind === 'nuclear' ? 1 : 2
  let [ofA, ofInverse] = [0, 0]
  for (const s of Array.from(values)) {
    ofA += (s / largest) ** power
    ofInverse += (smallest / s) ** power
  }
  return (ofA * ofInverse) ** (1 / power) * (largest / smallest)
}

/** A⁻¹, undefined where a pivot is exactly zero. */
function* inverseOf(a: Matrix): Steps<Matrix | undefined> {
  const inverse = fresh(a.dtype, a.rows, a.rows)
  const info = new Int32Array(1)
  yield* call('solve', a, Matrix.identity(a.rows, { dtype: a.dtype }), 0, inverse, info)
  if ((info[0] as number) > 0) return undefined
  checkInfo(routine, 'A', info, a, singular(routine, 'A'))
  return inverse
}

/**
 * The condition number of A (m×n): ‖A‖·‖A⁻¹‖ in the norm of that {@link norm | kind}; for 2 the ratio of the largest to
 * the smallest singular value, of any shape, and for −2 its reciprocal. How much relative errors of A and b may grow in
 * the solution of Ax = b. Infinity for a singular matrix, but for kind −2, where that is 0 unless A is zero.
 *
 * @param kind - which norm, as in {@link norm} @default 2
 * @throws {ShapeError} where A is empty, or not square and `kind` is not ±2, {@link ArgumentError} where A holds NaN or
 * Infinity or `kind` is another one, {@link ConvergenceError} where the iteration fails
 * @see Golub, Van Loan, Matrix Computations, 4th edition, section 2.6.2
 *
 * @example
 * ```ts
 * import { cond } from 'lowrank'
 * console.log(cond([[4, 0], [0, 2]])) // 2
 * console.log(cond([[1, 2], [2, 4]])) // Infinity
 * ```
 */
export function cond(A: MatrixLike, kind: NormKind = 2, options?: RunOptions): number {
  return runSync(routine, steps(A, kind, options), options)
}

/** {@link cond} off the JavaScript thread: same arguments, a promise. The input is read at the call. */
export function condAsync(A: MatrixLike, kind: NormKind = 2, options?: RunOptions): Promise<number> {
  return runAsync(routine, steps(A, kind, options), options)
}
