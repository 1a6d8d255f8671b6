/** The best items for given factors, in ids: what `recommend` and `similarItems` share. */
import { type FloatArray, integers, uninitialized } from '../core/dtype.ts'
import type { Matrix } from '../core/matrix.ts'
import { call, type Handle, type Steps } from '../core/run.ts'
import type { Id } from './ids.ts'
import type { CompletionModel } from './model.ts'

/** Items, best first, and their scores. */
export interface Recommendations<T extends FloatArray = FloatArray> {
  /** Ids of columns, at most `count`. */
  readonly items: readonly Id[]
  /** A score for each of them: what the model predicts, or for similar items the cosine. */
  readonly scores: T
}

/** The items to choose from: all of them, or candidates by their positions, ascending. */
export interface Choice {
  readonly handle: Handle
  readonly count: number
  readonly positions: Int32Array | undefined
}

/** Lists of items to leave out, ascending: row r's is list[ranges[2r], ranges[2r + 1]). */
export interface Exclusion {
  readonly list: Int32Array
  readonly ranges: Int32Array
}

/** One list for all rows. */
export function sharedList(list: Int32Array, rows: number): Exclusion {
  const ranges = integers(2 * rows)
  for (let r = 0; r < rows; r++) ranges[2 * r + 1] = list.length
  return { list, ranges }
}

/** What is asked for, a row each: the scores base + bias + wᵀz, or wᵀz/‖z‖ (`cosine`). */
export interface Query {
  readonly factors: Matrix
  readonly bases: FloatArray
  readonly cosine: boolean
}

/**
 * The best items for each row of the query, at most `count`; of equal ones that with the lower position comes first.
 */
export function* topItems(
  { columnIds, dtype }: CompletionModel,
  { factors, bases, cosine }: Query,
  choice: Choice,
  { list, ranges }: Exclusion,
  count: number,
): Steps<Recommendations[]> {
  const rows = factors.rows
  const most = Math.min(count, choice.count)
  const indices = integers(rows * most)
  const scores = uninitialized(dtype, rows * most)
  yield* call('topItems', choice.handle, factors, bases, cosine, ranges, list, indices, scores)
  return Array.from({ length: rows }, (_, r) => {
    const places = indices.subarray(r * most, (r + 1) * most)
    const none = places.indexOf(-1)
    const found = none < 0 ? most : none
    const items = Array.from(places.subarray(0, found), (place) =>
      columnIds.at(choice.positions === undefined ? place : (choice.positions[place] as number)),
    )
    return { items, scores: scores.slice(r * most, r * most + found) }
  })
}
