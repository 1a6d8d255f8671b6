import { checkOptions, describe, finite, oneOf } from '../core/check.ts'
import { type FloatArray, integers } from '../core/dtype.ts'
import { ArgumentError, sentence } from '../core/errors.ts'
import { checkSeed, uniforms } from '../core/random.ts'
import { SparseMatrix } from '../core/sparse.ts'
import { checkRatingsAlive } from './alive.ts'
import { Ratings } from './ratings.ts'

/** Options of {@link split}. */
export interface SplitOptions {
  /** The share of ratings to choose settings by, and to stop by. @default 0 */
  readonly validation?: number | undefined
  /** The share of ratings to judge the outcome by. @default 0.1 */
  readonly test?: number | undefined
  /**
   * What the shares are of. 'entry': of all ratings; for errors of prediction. 'row': of each row's ratings, up to less
   * than one, and one of each row stays for training; for rankings, where every row should be asked something and be
   * known.
   *
   * @default 'entry'
   */
  readonly by?: 'entry' | 'row' | undefined
  /** A 32-bit integer; the same seed splits alike on every platform. @default 0 */
  readonly seed?: number | undefined
}

/** Ratings in three parts, each with all ids and the whole shape. */
export interface SplitResult<T extends FloatArray = FloatArray> {
  /** What to fit. */
  readonly train: Ratings<T>
  /** What to choose settings by. */
  readonly validation: Ratings<T>
  /** What to judge by. */
  readonly test: Ratings<T>
}

const [train, validation, test] = [0, 1, 2] as const

/** Of validation and test: shares, or numbers of entries. */
interface Shares {
  readonly validation: number
  readonly test: number
}

/** Of the entries from `start` to `end`, holds out as many as are asked for: each possible draw is as likely. */
function draw(parts: Uint8Array, [start, end]: readonly [number, number], asked: Shares, uniform: () => number): void {
  let [held, kept] = [asked.test, asked.validation]
  for (let k = start; k < end; k++) {
    const at = uniform() * (end - k)
    if (at < held) {
      held--
      parts[k] = test
    } else if (at < held + kept) {
      kept--
      parts[k] = validation
    }
  }
}

/** Each row's quota is the growth of the rounded total, so that the shares hold for all rows together, too. */
function drawByRow(parts: Uint8Array, pointers: Int32Array, shares: Shares, uniform: () => number): void {
  for (let i = 0; i + 1 < pointers.length; i++) {
    const [start, end] = [pointers[i] as number, pointers[i + 1] as number]
    const most = Math.max(0, end - start - 1)
    const grow = (share: number) => Math.round(share * end) - Math.round(share * start)
    const held = Math.min(most, grow(shares.test))
    const kept = Math.min(most - held, grow(shares.validation))
    draw(parts, [start, end], { validation: kept, test: held }, uniform)
  }
}

function partOf<T extends FloatArray>({ matrix, rowIds, columnIds }: Ratings<T>, parts: Uint8Array, part: number) {
  const { rows, columns } = matrix
  let count = 0
  for (const one of parts) if (one === part) count++
  const rowPointers = integers(rows + 1)
  const columnIndices = integers(count)
  const values = new (matrix.values.constructor as new (length: number) => T)(count)
  let at = 0
  for (let i = 0, k = 0; i < rows; i++) {
    for (const end = matrix.rowPointers[i + 1] as number; k < end; k++)
      if (parts[k] === part) {
        columnIndices[at] = matrix.columnIndices[k] as number
        values[at++] = matrix.values[k] as number
      }
    rowPointers[i + 1] = at
  }
  return new Ratings(SparseMatrix.trusted(rows, columns, { rowPointers, columnIndices, values }), rowIds, columnIds)
}

/**
 * Parts ratings by chance: each goes to exactly one of train, validation and test. All parts keep the ids and the
 * shape.
 *
 * @throws {ArgumentError} where a share is not in [0, 1), or they leave nothing to train on, or an option is wrong
 *
 * @example
 * ```ts
 * import { ratings, split } from 'lowrank/als'
 * const all = ratings([1, 1, 1, 1, 2, 2, 2, 2], [1, 2, 3, 4, 1, 2, 3, 4])
 * const { train, test } = split(all, { test: 0.25, by: 'row' })
 * console.log(train.count, test.count, test.rows) // 6 2 2
 * ```
 */
export function split<T extends FloatArray>(ratings: Ratings<T>, options?: SplitOptions): SplitResult<T> {
  const routine = 'split'
  const given = checkOptions(routine, options, ['validation', 'test', 'by', 'seed'])
  const { validation: chosen = 0, test: judged = 0.1, by = 'entry', seed = 0 } = given
  if (!(ratings instanceof Ratings))
    throw new ArgumentError(sentence(routine, 'Ratings', describe(ratings), 'make them by ratings()'))
  checkRatingsAlive(routine, ratings)
  const shares = {
    validation: finite(routine, 'validation', chosen, { least: 0 }),
    test: finite(routine, 'test', judged, { least: 0 }),
  }
  if (shares.validation + shares.test >= 1)
    throw new ArgumentError(
      sentence(routine, 'validation and test that are less than 1 together', `${chosen} and ${judged}`),
    )
  oneOf(routine, 'by', by, ['entry', 'row'])
  const uniform = uniforms(checkSeed(routine, seed))
  const { count, matrix } = ratings
  const parts = new Uint8Array(count)
  if (by === 'row') drawByRow(parts, matrix.rowPointers, shares, uniform)
  else {
    const held = Math.round(shares.test * count)
    const kept = Math.min(count - held, Math.round(shares.validation * count))
    draw(parts, [0, count], { validation: kept, test: held }, uniform)
  }
  if (count > 0 && !parts.includes(train))
    throw new ArgumentError(
      sentence(
        routine,
        'validation and test that leave something to train on',
        `${chosen} and ${judged} of ${count} ratings`,
        'hold out less',
      ),
    )
  return {
    train: partOf(ratings, parts, train),
    validation: partOf(ratings, parts, validation),
    test: partOf(ratings, parts, test),
  }
}
