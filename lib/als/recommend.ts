import { checkOptions, describe, integer } from '../core/check.ts'
import { type FloatArray, integers, uninitialized, zeros } from '../core/dtype.ts'
import { ArgumentError, sentence } from '../core/errors.ts'
import { Matrix } from '../core/matrix.ts'
import { call, create, type Handle, type RunOptions, type Steps } from '../core/run.ts'
import { checkIdArray, type Id } from './ids.ts'
import type { CompletionModel } from './model.ts'
import { isId, knownPosition, knownPositions } from './positions.ts'

/** Options of {@link CompletionModel.recommend}. */
export interface RecommendOptions extends RunOptions {
  /** The most items for each row. @default 10 */
  readonly count?: number | undefined
  /** Items to leave out: those that the row has rated ('seen'), the given ids, or none. @default 'seen' */
  readonly exclude?: 'seen' | 'none' | ArrayLike<Id> | undefined
  /** The ids of the items to choose from. @default all */
  readonly candidates?: ArrayLike<Id> | undefined
}

/** Items, best first, and their scores. */
export interface Recommendations<T extends FloatArray = FloatArray> {
  /** Ids of columns, at most `count`. */
  readonly items: readonly Id[]
  /** A score for each of them: what the model predicts, or for similar items the cosine. */
  readonly scores: T
}

/** The items to choose from: all of them, or candidates by their positions, ascending. */
interface Choice {
  readonly handle: Handle
  readonly count: number
  readonly positions: Int32Array | undefined
}

/** Lists of items to leave out, ascending: row r's is list[ranges[2r], ranges[2r + 1]). */
interface Exclusion {
  readonly list: Int32Array
  readonly ranges: Int32Array
}

const routine = 'CompletionModel.recommend'

/** Positions ascending, each once. */
function distinct(positions: Int32Array): Int32Array {
  return positions.sort().filter((position, k) => k === 0 || position !== positions[k - 1])
}

function chosen(model: CompletionModel, candidates: unknown): Choice {
  if (candidates === undefined) return { handle: model.items, count: model.columnIds.length, positions: undefined }
  const positions = distinct(knownPositions(routine, 'candidates', candidates, model.columnIds))
  const { Z, columnBias } = model
  const k = Z.rows
  const factors = uninitialized(model.dtype, positions.length * k)
  const biases = uninitialized(model.dtype, columnBias === undefined ? 0 : positions.length)
  for (let c = 0, at = 0; c < positions.length; c++) {
    const j = positions[c] as number
    for (let l = 0; l < k; l++) factors[at++] = Z.data[Z.offset + l * Z.rowStride + j * Z.columnStride] as number
    if (columnBias !== undefined) biases[c] = columnBias[j] as number
  }
  const handle = create('itemsHandle', new Matrix(factors, positions.length, k).transpose, biases)
  return { handle, count: positions.length, positions }
}

/** One list for all rows. */
function shared(list: Int32Array, rows: number): Exclusion {
  const ranges = integers(2 * rows)
  for (let r = 0; r < rows; r++) ranges[2 * r + 1] = list.length
  return { list, ranges }
}

/** What the rows of the ratings have seen. */
function seenBy({ ratings }: CompletionModel, rows: Int32Array): Exclusion {
  const { rowPointers, columnIndices } = ratings.matrix
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

/** The same lists by positions among the candidates, without what is not among them. */
function among({ list, ranges }: Exclusion, candidates: Int32Array, columns: number): Exclusion {
  const places = integers(columns).fill(-1)
  for (let c = 0; c < candidates.length; c++) places[candidates[c] as number] = c
  // kept[k]: how many of the first k entries of the list stay.
  const kept = integers(list.length + 1)
  for (let k = 0; k < list.length; k++)
    kept[k + 1] = (kept[k] as number) + ((places[list[k] as number] as number) >= 0 ? 1 : 0)
  return {
    list: list.map((position) => places[position] as number).filter((place) => place >= 0),
    ranges: ranges.map((end) => kept[end] as number),
  }
}

/** The best `count` of the items for each row of the factors, in ids. */
function* best(
  model: CompletionModel,
  factors: Matrix,
  bases: FloatArray,
  cosine: boolean,
  choice: Choice,
  exclusion: Exclusion,
  count: number,
): Steps<Recommendations[]> {
  const rows = factors.rows
  const most = Math.min(count, choice.count)
  const indices = integers(rows * most)
  const scores = uninitialized(model.dtype, rows * most)
  const { list, ranges } = exclusion
  yield* call('topItems', choice.handle, factors, bases, cosine, ranges, list, indices, scores)
  return Array.from({ length: rows }, (_, r) => {
    const places = indices.subarray(r * most, (r + 1) * most)
    const none = places.indexOf(-1)
    const found = none < 0 ? most : none
    const items = Array.from(places.subarray(0, found), (place) =>
      model.columnIds.at(choice.positions === undefined ? place : (choice.positions[place] as number)),
    )
    return { items, scores: scores.slice(r * most, r * most + found) }
  })
}

/** Rows of W, together. */
function gather(W: Matrix, rows: Int32Array): Matrix {
  const k = W.columns
  const factors = uninitialized(W.dtype, rows.length * k)
  for (let r = 0, at = 0; r < rows.length; r++)
    for (let l = 0; l < k; l++)
      factors[at++] = W.data[W.offset + (rows[r] as number) * W.rowStride + l * W.columnStride] as number
  return new Matrix(factors, rows.length, k)
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
  const one = isId(rows)
  const positions = one
    ? Int32Array.of(knownPosition(routine, 'row', rows, model.rowIds))
    : knownPositions(routine, 'rows', rows, model.rowIds)
  const choice = chosen(model, candidates)
  const exclusion =
    exclude === 'seen' ? seenBy(model, positions) : shared(excludedItems(model, exclude), positions.length)
  const limited =
    choice.positions === undefined ? exclusion : among(exclusion, choice.positions, model.columnIds.length)
  const bases = zeros(model.dtype, positions.length)
  for (let r = 0; r < bases.length; r++) bases[r] = model.globalMean + (model.rowBias?.[positions[r] as number] ?? 0)
  const found = yield* best(model, gather(model.W, positions), bases, false, choice, limited, count)
  return one ? (found[0] as Recommendations) : found
}

function excludedItems(model: CompletionModel, exclude: unknown): Int32Array {
  if (exclude === 'none') return integers(0)
  if (typeof exclude === 'string' || exclude === null || typeof exclude !== 'object')
    throw new ArgumentError(sentence(routine, "exclude to be 'seen', 'none' or an array of ids", describe(exclude)))
  return distinct(knownPositions(routine, 'exclude', checkIdArray(routine, 'exclude', exclude), model.columnIds))
}
