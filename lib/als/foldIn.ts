import { checkOptions, describe } from '../core/check.ts'
import { type FloatArray, integers } from '../core/dtype.ts'
import { ArgumentError, ConvergenceError, ShapeError, sentence } from '../core/errors.ts'
import type { RunOptions, Steps } from '../core/run.ts'
import { SparseMatrix } from '../core/sparse.ts'
import { readValues } from '../core/triplets.ts'
import { checkModelAlive } from './alive.ts'
import { distinct, gather, gatherRows, placesIn } from './gather.ts'
import { checkIdArray, type Id } from './ids.ts'
import type { CompletionModel } from './model.ts'
import { knownPositions } from './positions.ts'
import { type SolvedRows, solveRows } from './solveRows.ts'

/** A row that the model was not trained on: the items that it has rated, and how. */
export interface UnseenRow {
  /** Ids of columns, each once. */
  readonly items: ArrayLike<Id>
  /** A rating for each of them. */
  readonly values: ArrayLike<number>
}

/** Whether a value is an {@link UnseenRow}, by its form. */
export function isUnseenRow(value: unknown): value is UnseenRow {
  return typeof value === 'object' && value !== null && 'items' in value && 'values' in value
}

/** The ratings of an unseen row as a matrix of one row, in the model's dtype. */
export function readUnseenRow(routine: string, model: CompletionModel, unseen: unknown): SparseMatrix {
  if (!isUnseenRow(unseen))
    throw new ArgumentError(sentence(routine, 'an object of arrays items, values', describe(unseen)))
  const items = checkIdArray(routine, 'items', unseen.items)
  const positions = knownPositions(routine, 'items', items, model.columnIds)
  const values = readValues(routine, 'values', unseen.values, model.dtype)
  if (values.length !== positions.length)
    throw new ShapeError(sentence(routine, `${positions.length} values, one for each item`, `${values.length}`))
  const first = new Map<number, number>()
  for (let k = 0; k < positions.length; k++) {
    if (!Number.isFinite(values[k]))
      throw new ArgumentError(sentence(routine, 'finite values', `${values[k]} at position ${k}`))
    const position = positions[k] as number
    const before = first.get(position)
    if (before !== undefined)
      throw new ArgumentError(
        sentence(routine, 'every item once', `${describe(items[k])} at positions ${before} and ${k}`),
      )
    first.set(position, k)
  }
  const triplets = { row: integers(positions.length), column: positions, value: values }
  return SparseMatrix.fromTriplets(1, model.columnIds.length, triplets)
}

/** The columns that rows are fitted to: of explicit ratings those with entries alone, where they are few. */
function fixedColumns({ kind, Z, columnBias }: CompletionModel, ratings: SparseMatrix) {
  const F = Z.transpose
  if (kind === 'implicit' || 4 * ratings.nonZeros > F.rows) return { A: ratings, F, fixedBias: columnBias }
  const used = distinct(ratings.columnIndices.slice())
  const places = placesIn(used, F.rows)
  const columnIndices = ratings.columnIndices.map((j) => places[j] as number)
  return {
    A: SparseMatrix.trusted(ratings.rows, used.length, { ...ratings, columnIndices }),
    F: gatherRows(F, used),
    fixedBias: columnBias && gather(columnBias, used),
  }
}

/** Factors, and biases where the model has them, of rows of ratings, the columns' fixed. */
export function* fitRows(model: CompletionModel, ratings: SparseMatrix): Steps<SolvedRows> {
  const { kind, rowBias, globalMean, settings } = model
  const { A, F, fixedBias } = fixedColumns(model, ratings)
  const solved = yield* solveRows(A, F, {
    kind,
    regularization: settings.regularization.W,
    weighting: settings.weighting,
    alpha: settings.alpha,
    globalMean,
    rowBias: rowBias !== undefined,
    fixedBias,
    method: settings.nonnegative ? 'nonnegative' : 'cholesky',
  })
  if (solved.factors.data.every(Number.isFinite) && (solved.bias ?? []).every(Number.isFinite)) return solved
  throw new ConvergenceError(
    sentence('CompletionModel', 'rows whose factors are finite numbers', 'an overflow', 'scale the ratings'),
  )
}

/** What {@link CompletionModel.foldIn} computes. */
export function* foldIn(model: CompletionModel, unseen: unknown, options: RunOptions | undefined): Steps<FloatArray> {
  const routine = 'CompletionModel.foldIn'
  checkOptions(routine, options, ['signal'])
  checkModelAlive(routine, model)
  const { factors } = yield* fitRows(model, readUnseenRow(routine, model, unseen))
  return factors.data
}
