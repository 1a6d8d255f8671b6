import { checkOptions, describe, integer } from '../core/check.ts'
import { checkSparse } from '../core/checkSparse.ts'
import { integers, uninitialized, zeros } from '../core/dtype.ts'
import { ArgumentError, sentence } from '../core/errors.ts'
import { create, type RunOptions, type Steps } from '../core/run.ts'
import type { SparseMatrix } from '../core/sparse.ts'
import { checkModelAlive } from './alive.ts'
import { fitRows, isUnseenRow, readUnseenRow } from './foldIn.ts'
import { distinct, gather, gatherRows, placesIn } from './gather.ts'
import { checkIdArray, type Id } from './ids.ts'
import type { CompletionModel } from './model.ts'
import { isId, knownPosition, knownPositions } from './positions.ts'
import { type Choice, type Exclusion, type Query, type Recommendations, sharedList, topItems } from './topItems.ts'

/** Options of {@link CompletionModel.recommend}. */
export interface RecommendOptions extends RunOptions {
  /** The most items for each row. @default 10 */
  readonly count?: number | undefined
  /** Items to leave out: those that the row has rated ('seen'), the given ids, or none. @default 'seen' */
  readonly exclude?: 'seen' | 'none' | ArrayLike<Id> | undefined
  /** The ids of the items to choose from. @default all */
  readonly candidates?: ArrayLike<Id> | undefined
}

const routine = 'CompletionModel.recommend'

function chosen(model: CompletionModel, candidates: unknown): Choice {
  if (candidates === undefined) return { handle: model.items, count: model.columnIds.length, positions: undefined }
  const positions = distinct(knownPositions(routine, 'candidates', candidates, model.columnIds))
  const biases = model.columnBias === undefined ? uninitialized(model.dtype, 0) : gather(model.columnBias, positions)
  const handle = create('itemsHandle', gatherRows(model.Z.transpose, positions).transpose, biases)
  return { handle, count: positions.length, positions }
}

/** The columns of the entries of some rows. */
function entriesOf({ rowPointers, columnIndices }: SparseMatrix, rows: Int32Array): Exclusion {
  const ranges = integers(2 * rows.length)
  for (let r = 0, at = 0; r < rows.length; r++) {
    const i = rows[r] as number
    ranges[2 * r] = at
    at += (rowPointers[i + 1] as number) - (rowPointers[i] as number)
    ranges[2 * r + 1] = at
  }
  const list = integers(ranges.at(-1) ?? 0)
  for (let r = 0; r < rows.length; r++) {
    const i = rows[r] as number
    list.set(columnIndices.subarray(rowPointers[i], rowPointers[i + 1]), ranges[2 * r])
  }
  return { list, ranges }
}

function excluded(model: CompletionModel, exclude: unknown, ratings: SparseMatrix, rows: Int32Array): Exclusion {
  if (exclude === 'seen') {
    checkSparse(routine, 'ratings', ratings, rows)
    return entriesOf(ratings, rows)
  }
  if (exclude === 'none') return sharedList(integers(0), rows.length)
  if (typeof exclude === 'string' || exclude === null || typeof exclude !== 'object')
    throw new ArgumentError(sentence(routine, "exclude to be 'seen', 'none' or an array of ids", describe(exclude)))
  const ids = checkIdArray(routine, 'exclude', exclude)
  return sharedList(distinct(knownPositions(routine, 'exclude', ids, model.columnIds)), rows.length)
}

/** The same lists by positions among the candidates, without what is not among them. */
function among({ list, ranges }: Exclusion, candidates: Int32Array, columns: number): Exclusion {
  const places = placesIn(candidates, columns)
  // kept[k]: how many of the first k entries of the list stay.
  const kept = integers(list.length + 1)
  for (let k = 0; k < list.length; k++)
    kept[k + 1] = (kept[k] as number) + ((places[list[k] as number] as number) >= 0 ? 1 : 0)
  return {
    list: list.map((position) => places[position] as number).filter((place) => place >= 0),
    ranges: ranges.map((end) => kept[end] as number),
  }
}

/** Rows that the model knows. */
function knownRows(model: CompletionModel, rows: Int32Array): Query {
  const bases = zeros(model.dtype, rows.length)
  for (let r = 0; r < bases.length; r++) bases[r] = model.globalMean + (model.rowBias?.[rows[r] as number] ?? 0)
  return { factors: gatherRows(model.W, rows), bases, cosine: false }
}

function* unseenRow(model: CompletionModel, ratings: SparseMatrix): Steps<Query> {
  const { factors, bias } = yield* fitRows(model, ratings)
  const bases = zeros(model.dtype, 1)
  bases[0] = model.globalMean + (bias?.[0] ?? 0)
  return { factors, bases, cosine: false }
}

/** What {@link CompletionModel.recommend} computes. */
export function* recommend(
  model: CompletionModel,
  rows: unknown,
  options: RecommendOptions | undefined,
): Steps<Recommendations | Recommendations[]> {
  const known = ['count', 'exclude', 'candidates', 'signal'] as const
  const { count = 10, exclude = 'seen', candidates } = checkOptions(routine, options, known)
  integer(routine, 'count', count, 1)
  checkModelAlive(routine, model)
  const unseen = isUnseenRow(rows) ? readUnseenRow(routine, model, rows) : undefined
  const positions =
    unseen !== undefined
      ? integers(1)
      : isId(rows)
        ? Int32Array.of(knownPosition(routine, 'row', rows, model.rowIds))
        : knownPositions(routine, 'rows', rows, model.rowIds)
  const all = excluded(model, exclude, unseen ?? model.ratings.matrix, positions)
  const choice = chosen(model, candidates)
  const exclusion = choice.positions === undefined ? all : among(all, choice.positions, model.columnIds.length)
  const query = unseen === undefined ? knownRows(model, positions) : yield* unseenRow(model, unseen)
  const found = yield* topItems(model, query, choice, exclusion, count)
  return unseen !== undefined || isId(rows) ? (found[0] as Recommendations) : found
}
