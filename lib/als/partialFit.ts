import { checkOptions, describe } from '../core/check.ts'
import { type FloatArray, integers, uninitialized } from '../core/dtype.ts'
import { ArgumentError, sentence } from '../core/errors.ts'
import { Matrix } from '../core/matrix.ts'
import type { RunOptions, Steps } from '../core/run.ts'
import { SparseMatrix } from '../core/sparse.ts'
import { checkModelAlive, checkRatingsAlive } from './alive.ts'
import { fitRows } from './foldIn.ts'
import { Ids } from './ids.ts'
import type { CompletionModel, ModelParts } from './model.ts'
import { Ratings } from './ratings.ts'
import type { SolvedRows } from './solveRows.ts'

/** Rows to be replaced or added, by their own ids and the model's columns. */
export interface FittedRows {
  readonly rowIds: Ids
  readonly ratings: SparseMatrix
  readonly solved: SolvedRows
}

const routine = 'CompletionModel.partialFit'

/** The ratings with the model's columns and dtype. */
function readRows(model: CompletionModel, ratings: unknown): Ratings {
  if (!(ratings instanceof Ratings))
    throw new ArgumentError(sentence(routine, 'Ratings', describe(ratings), 'make them with ratings()'))
  checkRatingsAlive(routine, ratings)
  const { matrix, columnIds } = ratings as Ratings
  const positions = columnIds.positionsIn(model.columnIds)
  const column = matrix.columnIndices.map((j) => positions[j] as number)
  const unknown = column.indexOf(-1)
  if (unknown >= 0)
    throw new ArgumentError(
      sentence(
        routine,
        'columns that the model was trained on',
        `${describe(columnIds.at(matrix.columnIndices[unknown] as number))}, an unknown id`,
        'leave it out, or fit a new model',
      ),
    )
  const arrays = { rowPointers: matrix.rowPointers, columnIndices: column, values: matrix.toType(model.dtype).values }
  return new Ratings(SparseMatrix.fromCSR(matrix.rows, model.columnIds.length, arrays), ratings.rowIds, model.columnIds)
}

/** Fits the given rows to the model's columns. */
export function* fitGivenRows(
  model: CompletionModel,
  given: unknown,
  options: RunOptions | undefined,
): Steps<FittedRows> {
  checkOptions(routine, options, ['signal'])
  checkModelAlive(routine, model)
  const ratings = readRows(model, given)
  const solved = yield* fitRows(model, ratings.matrix)
  return { rowIds: ratings.rowIds, ratings: ratings.matrix, solved }
}

/** For each row of the result, where it comes from: a row of the model (from 0), or −1 − a fitted one. */
function sourcesOf(rows: number, given: Int32Array): Int32Array {
  const added = given.reduce((count, position) => count + (position < 0 ? 1 : 0), 0)
  const sources = integers(rows + added)
  for (let i = 0; i < rows; i++) sources[i] = i
  for (let r = 0, next = rows; r < given.length; r++) {
    const position = given[r] as number
    sources[position < 0 ? next++ : position] = -1 - r
  }
  return sources
}

function mergedRows(sources: Int32Array, old: Matrix, fresh: Matrix): Matrix {
  const k = old.columns
  const data = uninitialized(old.dtype, sources.length * k)
  for (let i = 0, at = 0; i < sources.length; i++) {
    const source = sources[i] as number
    const from = source < 0 ? fresh : old
    const start = from.offset + (source < 0 ? -1 - source : source) * from.rowStride
    for (let l = 0; l < k; l++) data[at++] = from.data[start + l * from.columnStride] as number
  }
  return new Matrix(data, sources.length, k)
}

function mergedEntries(sources: Int32Array, old: SparseMatrix, fresh: SparseMatrix): SparseMatrix {
  const rangeOf = (source: number) => {
    const from = source < 0 ? fresh : old
    const row = source < 0 ? -1 - source : source
    return { from, begin: from.rowPointers[row] as number, end: from.rowPointers[row + 1] as number }
  }
  const rowPointers = integers(sources.length + 1)
  for (let i = 0; i < sources.length; i++) {
    const { begin, end } = rangeOf(sources[i] as number)
    rowPointers[i + 1] = (rowPointers[i] as number) + end - begin
  }
  const columnIndices = integers(rowPointers[sources.length] as number)
  const values = uninitialized(old.dtype, columnIndices.length)
  for (let i = 0; i < sources.length; i++) {
    const { from, begin, end } = rangeOf(sources[i] as number)
    columnIndices.set(from.columnIndices.subarray(begin, end), rowPointers[i])
    values.set(from.values.subarray(begin, end), rowPointers[i])
  }
  return SparseMatrix.trusted<FloatArray>(sources.length, old.columns, { rowPointers, columnIndices, values })
}

/** The parts of a model in which fitted rows replace those of their ids, or follow where there are none. */
export function mergeRows(parts: ModelParts, { rowIds, ratings, solved }: FittedRows): ModelParts {
  const old = parts.ratings
  const given = rowIds.positionsIn(old.rowIds)
  const sources = sourcesOf(old.rows, given)
  const added = rowIds.toArray().filter((_, r) => (given[r] as number) < 0)
  const ids = added.length === 0 ? old.rowIds : Ids.from([...old.rowIds.toArray(), ...added])
  const matrix = mergedEntries(sources, old.matrix, ratings)
  const column = (bias: FloatArray) => new Matrix(bias, bias.length, 1)
  return {
    ...parts,
    W: mergedRows(sources, parts.W, solved.factors),
    rowBias: parts.rowBias && mergedRows(sources, column(parts.rowBias), column(solved.bias as FloatArray)).data,
    ratings: new Ratings(matrix, ids, old.columnIds),
  }
}
