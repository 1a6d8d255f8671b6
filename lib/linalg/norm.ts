import { checkOptions } from '../core/check.ts'
import { ShapeError, sentence } from '../core/errors.ts'
import { readOperand, refuseBatch, shapeOf } from '../core/input.ts'
import type { MatrixLike } from '../core/matrix.ts'
import { checkKind, entryNorm, isEntryKind, type NormKind } from '../core/normKind.ts'
import { type RunOptions, runAsync, runSync, type Steps } from '../core/run.ts'
import { singularValuesOf } from '../core/singular.ts'

const routine = 'norm'

function* steps(A: unknown, kind: NormKind, options: RunOptions | undefined): Steps<number> {
  checkOptions(routine, options, ['signal'])
  checkKind(routine, kind)
  const { value: a, vector } = refuseBatch(routine, 'A', readOperand(routine, 'A', A))
  if (smallestOf(kind, a.rows, a.columns) === 0)
    throw new ShapeError(sentence(routine, `A with something to take the least of (kind ${kind})`, shapeOf(a)))
  if (isEntryKind(kind)) return yield* entryNorm(a, kind)
  if (vector && kind === 2) return yield* entryNorm(a, 'frobenius')
  const { data: values } = yield* singularValuesOf(routine, a)
  if (kind === 'nuclear') {
    let sum = 0
    for (const s of values) sum += s
    return sum
  }
  return values.at(kind === 2 ? 0 : -1) ?? 0
}

/** Of how many numbers a kind takes the least: there must be one. */
function smallestOf(kind: NormKind, rows: number, columns: number): number | undefined {
  if (kind === -1) return columns
  if (kind === Number.NEGATIVE_INFINITY) return rows
  return kind === -2 ? Math.min(rows, columns) : undefined
}

/**
 * A norm of A (m×n):
 *
 * | kind | |
 * | --- | --- |
 * | `'frobenius'` | √Σ aᵢⱼ², of a vector its length; overflows and underflows only where the result does |
 * | `'nuclear'` | Σ sᵢ, the sum of the singular values |
 * | `'max'` | max \|aᵢⱼ\| |
 * | `1`, `-1` | the largest, smallest sum of magnitudes of a column |
 * | `2`, `-2` | the largest, smallest singular value |
 * | `Infinity`, `-Infinity` | the largest, smallest sum of magnitudes of a row |
 *
 * 0 for an empty matrix. NaN and infinities are carried on, but for the kinds that need singular values.
 *
 * @param kind - which norm @default 'frobenius'
 * @throws {ArgumentError} where `kind` is another one, or A holds NaN or Infinity and `kind` needs singular values,
 * {@link ShapeError} for the least of nothing
 * @see Golub, Van Loan, Matrix Computations, 4th edition, section 2.3
 *
 * @example
 * ```ts
 * import { norm } from 'lowrank'
 * console.log(norm([[1, 1], [1, -1]])) // 2
 * console.log(norm([[1, -2], [3, 4]], 1)) // 6
 * ```
 */
export function norm(A: MatrixLike, kind: NormKind = 'frobenius', options?: RunOptions): number {
  return runSync(routine, steps(A, kind, options), options)
}

/** {@link norm} off the JavaScript thread: same arguments, a promise. The input is read at the call. */
export function normAsync(A: MatrixLike, kind: NormKind = 'frobenius', options?: RunOptions): Promise<number> {
  return runAsync(routine, steps(A, kind, options), options)
}
