import { checkOptions, describe, oneOf } from '../core/check.ts'
import { type ArrayOf, checkDtype, type DType, type FloatArray, integers, uninitialized, zeros } from '../core/dtype.ts'
import { ArgumentError, ShapeError, sentence } from '../core/errors.ts'
import { readMatrix } from '../core/input.ts'
import type { Matrix, MatrixLike } from '../core/matrix.ts'
import { SparseMatrix } from '../core/sparse.ts'
import { compress, maximumNonZeros, readIndices, readValues } from '../core/triplets.ts'
import { checkFinite, checkRatingsAlive } from './alive.ts'
import { checkIdArray, type Id, Ids } from './ids.ts'
import { indexIds } from './indexer.ts'

/**
 * Entries of a matrix of which the others are not known (m×n): who rated what, and how. The matrix holds them by
 * position, `rowIds` and `columnIds` say what the outside world calls row i and column j. An entry of 0 is a rating
 * like any other. Immutable; the matrix's transpose and its native copies are made once and kept.
 */
export class Ratings<T extends FloatArray = FloatArray> {
  /** The entries by position (m×n). */
  readonly matrix: SparseMatrix<T>
  /** The names of the m rows. */
  readonly rowIds: Ids
  /** The names of the n columns. */
  readonly columnIds: Ids

  /**
   * Ratings of a sparse matrix whose stored entries are what is known. Names are 0, 1, 2, … unless given.
   *
   * @throws {ArgumentError} where an entry is NaN or infinite; {@link ShapeError} where there are not as many ids as
   * rows or columns
   */
  constructor(
    matrix: SparseMatrix<T>,
    rowIds?: number | ArrayLike<Id> | Ids,
    columnIds?: number | ArrayLike<Id> | Ids,
  ) {
    const routine = 'Ratings'
    if (!(matrix instanceof SparseMatrix))
      throw new ArgumentError(sentence(routine, 'a SparseMatrix', describe(matrix), 'use ratings() for triplets'))
    this.matrix = matrix
    this.rowIds = Ids.from(rowIds ?? matrix.rows)
    this.columnIds = Ids.from(columnIds ?? matrix.columns)
    if (this.rowIds.length !== matrix.rows)
      throw new ShapeError(sentence(routine, `${matrix.rows} rowIds, one a row`, `${this.rowIds.length}`))
    if (this.columnIds.length !== matrix.columns)
      throw new ShapeError(sentence(routine, `${matrix.columns} columnIds, one a column`, `${this.columnIds.length}`))
    checkFinite(routine, matrix.values)
  }

  /**
   * The entries of a dense matrix but its NaNs, which are what is not known.
   *
   * @throws {ArgumentError} where an entry is infinite
   */
  static fromDense<T extends FloatArray>(A: Matrix<T>): Ratings<T>
  static fromDense(A: MatrixLike): Ratings
  static fromDense(A: MatrixLike): Ratings {
    const { data, rows, columns, rowStride, columnStride, offset, dtype } = readMatrix('Ratings.fromDense', 'A', A)
    const rowPointers = integers(rows + 1)
    const columnIndices = integers(rows * columns)
    const values = uninitialized(dtype, rows * columns)
    let count = 0
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        const value = data[offset + i * rowStride + j * columnStride] as number
        if (Number.isNaN(value)) continue
        columnIndices[count] = j
        values[count++] = value
      }
      rowPointers[i + 1] = count
    }
    const arrays = { rowPointers, columnIndices: columnIndices.slice(0, count), values: values.slice(0, count) }
    return new Ratings(SparseMatrix.trusted<FloatArray>(rows, columns, arrays))
  }

  /** m */
  get rows(): number {
    return this.matrix.rows
  }

  /** n */
  get columns(): number {
    return this.matrix.columns
  }

  /** The number of ratings. */
  get count(): number {
    return this.matrix.nonZeros
  }

  /** 'float64' or 'float32'. */
  get dtype(): DType {
    return this.matrix.dtype
  }

  /** The same ratings in another precision; themselves where they have that one already. */
  toType<D extends DType>(dtype: D): Ratings<ArrayOf<D>> {
    const routine = 'Ratings.toType'
    checkRatingsAlive(routine, this)
    if (checkDtype(routine, dtype) === this.dtype) return this as unknown as Ratings<ArrayOf<D>>
    return new Ratings(this.matrix.toType(dtype), this.rowIds, this.columnIds)
  }

  /** How `console.log` shows ratings. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `Ratings ${this.rows}×${this.columns} ${this.dtype}, ${this.count} entries`
  }
}

/** Options of {@link ratings}. */
export interface RatingsOptions<D extends DType = DType> {
  /**
   * The ids of all rows, or their number for 0, 1, 2, …: `rows` then holds positions in it, and rows without ratings
   * may be among them. @default the distinct ids in `rows`: integers ascending, then strings
   */
  readonly rowIds?: number | ArrayLike<Id> | Ids | undefined
  /** The same for columns. */
  readonly columnIds?: number | ArrayLike<Id> | Ids | undefined
  /** What becomes of pairs given more than once: refused, summed, or the last one kept. @default 'error' */
  readonly duplicates?: 'error' | 'sum' | 'last' | undefined
  /** @default that of the values, 'float64' for plain numbers */
  readonly dtype?: D | undefined
}

/** Ids and positions of one side: distinct ids as they come, or positions in a list that is given. */
function readSide(
  routine: string,
  name: 'row' | 'column',
  source: unknown,
  given: number | ArrayLike<Id> | Ids | undefined,
): { ids: Ids; positions: Int32Array } {
  if (given === undefined) return indexIds(routine, `${name}s`, source)
  const ids = Ids.from(given)
  const array = checkIdArray(routine, `${name}s`, source)
  if (typeof array[0] === 'string') {
    const expected = `${name}s to hold positions in ${name}Ids`
    throw new ArgumentError(
      sentence(routine, expected, describe(array[0]), `leave ${name}Ids out where ${name}s are ids`),
    )
  }
  return { ids, positions: readIndices(routine, `${name}s`, array, ids.length) }
}

/**
 * Ratings from triplets: row `rows[k]` gave column `columns[k]` the rating `values[k]`, in any order. Rows and columns
 * are ids, strings or integers, sorted (integers ascending, then strings), so that ids 0 … m − 1 are their own
 * positions. With `rowIds` or `columnIds`, they are positions in those. Without values each rating is 1, which is what
 * implicit feedback often is. In time proportional to the triplets, apart from sorting the ids.
 *
 * @throws {ArgumentError} where an id, a position or an option is wrong, a rating is NaN or infinite, or a pair is
 * given twice and `duplicates` is 'error'; {@link ShapeError} where the arrays differ in length
 *
 * @example
 * ```ts
 * import { ratings } from 'lowrank/als'
 * const { matrix, rowIds } = ratings(['bob', 'ann', 'bob'], [31, 7, 7], [5, 4, 1])
 * console.log(rowIds.toArray(), matrix.toDense().toArray()) // [ 'ann', 'bob' ] [ [ 4, 0 ], [ 1, 5 ] ]
 * ```
 */
export function ratings<D extends DType>(
  rows: ArrayLike<Id>,
  columns: ArrayLike<Id>,
  values: ArrayLike<number> | undefined,
  options: RatingsOptions<D> & { dtype: D },
): Ratings<ArrayOf<D>>
export function ratings<T extends FloatArray>(
  rows: ArrayLike<Id>,
  columns: ArrayLike<Id>,
  values: T,
  options?: RatingsOptions & { dtype?: undefined },
): Ratings<T>
export function ratings(
  rows: ArrayLike<Id>,
  columns: ArrayLike<Id>,
  values?: readonly number[],
  options?: RatingsOptions & { dtype?: undefined },
): Ratings<Float64Array>
export function ratings(
  rows: ArrayLike<Id>,
  columns: ArrayLike<Id>,
  values?: ArrayLike<number>,
  options?: RatingsOptions,
): Ratings
export function ratings(
  rows: ArrayLike<Id>,
  columns: ArrayLike<Id>,
  values?: ArrayLike<number>,
  options?: RatingsOptions,
): Ratings {
  const routine = 'ratings'
  const known = ['rowIds', 'columnIds', 'duplicates', 'dtype'] as const
  const { rowIds, columnIds, duplicates = 'error', dtype } = checkOptions(routine, options, known)
  oneOf(routine, 'duplicates', duplicates, ['error', 'sum', 'last'])
  if (dtype !== undefined) checkDtype(routine, dtype)
  const row = readSide(routine, 'row', rows, rowIds)
  const column = readSide(routine, 'column', columns, columnIds)
  const count = row.positions.length
  const value =
    values === undefined ? zeros(dtype ?? 'float64', count).fill(1) : readValues(routine, 'values', values, dtype)
  if (column.positions.length !== count || value.length !== count)
    throw new ShapeError(
      sentence(
        routine,
        'rows, columns and values of one length',
        `${count}, ${column.positions.length} and ${value.length}`,
      ),
    )
  if (count > maximumNonZeros) throw new ShapeError(sentence(routine, `at most ${maximumNonZeros} ratings`, `${count}`))
  checkFinite(routine, value)
  const shape = [row.ids.length, column.ids.length] as const
  const triplets = { row: row.positions, column: column.positions, value }
  const arrays = compress(routine, shape, triplets, duplicates, (i, j, first, second) => {
    const pair = `row ${describe(row.ids.at(i))} with column ${describe(column.ids.at(j))}`
    const remedy = "pass duplicates: 'sum' or 'last' to merge them"
    return new ArgumentError(
      sentence(routine, 'every pair once', `${pair} at positions ${first} and ${second}`, remedy),
    )
  })
  return new Ratings(SparseMatrix.trusted(...shape, arrays), row.ids, column.ids)
}
