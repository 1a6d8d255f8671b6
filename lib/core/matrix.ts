import { checkOptions, describe, integer } from './check.ts'
import { type ArrayOf, checkDtype, type DType, dtypeOf, type FloatArray, isFloatArray, zeros } from './dtype.ts'
import { ArgumentError, ShapeError, sentence } from './errors.ts'
import { type NDArrayLike, strided } from './from.ts'
import type { Layout } from './layout.ts'
import { format } from './print.ts'
import { fillRandom, type RandomOptions } from './random.ts'

/** What is accepted where a matrix is: a `Matrix`, nested arrays, a typed array (one column), or an ndarray. */
export type MatrixLike<T extends FloatArray = FloatArray> =
  | Matrix<T>
  | readonly (readonly number[] | FloatArray)[]
  | readonly number[]
  | FloatArray
  | NDArrayLike

/** Where the entries of a `Matrix` lie in its array. */
export interface MatrixLayout {
  /** Elements from one row to the next. @default columns */
  readonly rowStride?: number
  /** Elements from one column to the next. @default 1 */
  readonly columnStride?: number
  /** The element of entry (0, 0). @default 0 */
  readonly offset?: number
}

/** Where a view begins, and where it ends: the first row or column that is no longer in it. */
export type Range = readonly [start: number, end: number]

/**
 * A matrix (rows×columns) as a strided view on a typed array: entry (i, j) is
 * `data[offset + i·rowStride + j·columnStride]`. Transposes, rows, columns and ranges are views on the same memory.
 * Row-major when made here; 0 rows or columns are legal.
 *
 * @example
 * ```ts
 * import { Matrix } from 'lowrank'
 * const A = Matrix.from([[1, 2], [3, 4]])
 * console.log(A.transpose.toArray()) // [[1, 3], [2, 4]]
 * ```
 */
export class Matrix<T extends FloatArray = FloatArray> implements Layout<T> {
  readonly data: T
  readonly rows: number
  readonly columns: number
  readonly rowStride: number
  readonly columnStride: number
  readonly offset: number
  #buffer: ArrayBufferLike | undefined

  /**
   * @throws {ArgumentError} where an argument has the wrong type, {@link ShapeError} where the extents reach outside
   * `data`
   */
  constructor(data: T, rows: number, columns: number, layout?: MatrixLayout) {
    const routine = 'Matrix'
    if (!isFloatArray(data))
      throw new ArgumentError(sentence(routine, 'data to be a Float64Array or a Float32Array', describe(data)))
    integer(routine, 'rows', rows, 0, maximumExtent)
    integer(routine, 'columns', columns, 0, maximumExtent)
    let rowStride = columns
    let columnStride = 1
    let offset = 0
    if (layout !== undefined) {
      ;({
        rowStride = columns,
        columnStride = 1,
        offset = 0,
      } = checkOptions(routine, layout, ['rowStride', 'columnStride', 'offset']))
      integer(routine, 'rowStride', rowStride, 0)
      integer(routine, 'columnStride', columnStride, 0)
      integer(routine, 'offset', offset, 0)
    }
    const end = rows === 0 || columns === 0 ? 0 : offset + (rows - 1) * rowStride + (columns - 1) * columnStride + 1
    if (end > data.length)
      throw new ShapeError(
        sentence(routine, `data with at least ${end} elements for ${rows}×${columns}`, `${data.length}`),
      )
    this.data = data
    this.rows = rows
    this.columns = columns
    this.rowStride = rowStride
    this.columnStride = columnStride
    this.offset = offset
  }

  /** @internal A matrix is a batch of one. */
  get count(): number {
    return 1
  }

  /** @internal */
  get memberStride(): number {
    return 0
  }

  /** @internal The buffer behind `data`, kept: asking the array for it takes as long as a small product. */
  get buffer(): ArrayBufferLike {
    this.#buffer ??= this.data.buffer
    return this.#buffer
  }

  /** 'float64' or 'float32'. */
  get dtype(): DType {
    return dtypeOf(this.data)
  }

  /** [rows, columns] */
  get shape(): [number, number] {
    return [this.rows, this.columns]
  }

  /**
   * The matrix of anything matrix-like: a `Matrix` itself, a view on a float ndarray, a copy of everything else.
   * Integer arrays and plain numbers become float64, a typed array or a flat array is one column.
   *
   * @throws {ArgumentError} where the source is of another kind, {@link ShapeError} where its rows differ in length
   */
  static from<D extends DType>(source: MatrixLike, options: { dtype: D }): Matrix<ArrayOf<D>>
  static from<T extends FloatArray>(source: Matrix<T> | T, options?: { dtype?: undefined }): Matrix<T>
  static from(
    source: readonly (readonly number[])[] | readonly number[],
    options?: { dtype?: undefined },
  ): Matrix<Float64Array>
  static from(source: MatrixLike, options?: { dtype?: DType | undefined }): Matrix
  static from(source: MatrixLike, options?: { dtype?: DType | undefined }): Matrix {
    const routine = 'Matrix.from'
    const { dtype } = checkOptions(routine, options, ['dtype'])
    if (dtype !== undefined) checkDtype(routine, dtype)
    if (source instanceof Matrix) return dtype === undefined ? source : source.toType(dtype)
    const { data, shape, strides, offset } = strided(routine, 'source', source, { dtype })
    if (shape.length === 3)
      throw new ShapeError(sentence(routine, 'at most two dimensions', 'three', 'use MatrixBatch'))
    const [rows, columns = 1] = shape as [number, number?]
    const [rowStride, columnStride = 1] = strides as [number, number?]
    return new Matrix(data, rows, columns, { rowStride, columnStride, offset })
  }

  /** A matrix of zeros. */
  static zeros<D extends DType = 'float64'>(
    rows: number,
    columns: number,
    options?: { dtype?: D | undefined },
  ): Matrix<ArrayOf<D>> {
    const routine = 'Matrix.zeros'
    const { dtype = 'float64' as D } = checkOptions(routine, options, ['dtype'])
    integer(routine, 'rows', rows, 0, maximumExtent)
    integer(routine, 'columns', columns, 0, maximumExtent)
    return new Matrix(zeros(checkDtype(routine, dtype) as D, rows * columns), rows, columns)
  }

  /** The identity matrix of order n. */
  static identity<D extends DType = 'float64'>(n: number, options?: { dtype?: D | undefined }): Matrix<ArrayOf<D>> {
    const result = Matrix.zeros(n, n, options)
    for (let i = 0; i < n; i++) result.data[i * n + i] = 1
    return result
  }

  /** The square matrix with the given values on its diagonal. */
  static diagonal<D extends DType = 'float64'>(
    values: ArrayLike<number>,
    options?: { dtype?: D | undefined },
  ): Matrix<ArrayOf<D>> {
    const routine = 'Matrix.diagonal'
    const { dtype } = checkOptions(routine, options, ['dtype'])
    const { data, shape, strides, offset } = strided(routine, 'values', values, { dtype })
    if (shape.length !== 1) throw new ShapeError(sentence(routine, 'values as a vector', `${shape.length} dimensions`))
    const n = data.length === 0 ? 0 : (shape[0] as number)
    const result = Matrix.zeros(n, n, { dtype: dtypeOf(data) as D })
    for (let i = 0; i < n; i++) result.data[i * n + i] = data[offset + i * (strides[0] as number)] as number
    return result
  }

  /**
   * Seeded random entries, the same numbers on every platform: standard normal, or uniform on [0, 1).
   *
   * @param options.seed - a 32-bit integer @default 0
   */
  static random<D extends DType = 'float64'>(
    rows: number,
    columns: number,
    options?: RandomOptions & { dtype?: D | undefined },
  ): Matrix<ArrayOf<D>> {
    const routine = 'Matrix.random'
    const { dtype = 'float64' as D, ...rest } = checkOptions(routine, options, ['distribution', 'seed', 'dtype'])
    checkDtype(routine, dtype)
    integer(routine, 'rows', rows, 0, maximumExtent)
    integer(routine, 'columns', columns, 0, maximumExtent)
    const data = zeros(dtype as D, rows * columns)
    fillRandom(routine, data, rest)
    return new Matrix(data, rows, columns)
  }

  /** The transpose (columns×rows), a view. */
  get transpose(): Matrix<T> {
    return new Matrix(this.data, this.columns, this.rows, {
      rowStride: this.columnStride,
      columnStride: this.rowStride,
      offset: this.offset,
    })
  }

  /** A view on rows [start, end) and columns [start, end). */
  view(rowRange: Range = [0, this.rows], columnRange: Range = [0, this.columns]): Matrix<T> {
    const [i0, i1] = checkRange('rowRange', rowRange, this.rows)
    const [j0, j1] = checkRange('columnRange', columnRange, this.columns)
    return new Matrix(this.data, i1 - i0, j1 - j0, {
      rowStride: this.rowStride,
      columnStride: this.columnStride,
      offset: this.offset + i0 * this.rowStride + j0 * this.columnStride,
    })
  }

  /** Row i as a view (1×columns). */
  row(i: number): Matrix<T> {
    integer('Matrix.row', 'i', i, 0, this.rows - 1)
    return this.view([i, i + 1])
  }

  /** Column j as a view (rows×1). */
  column(j: number): Matrix<T> {
    integer('Matrix.column', 'j', j, 0, this.columns - 1)
    return this.view(undefined, [j, j + 1])
  }

  /** Entry (i, j). */
  get(i: number, j: number): number {
    return this.data[this.#at('Matrix.get', i, j)] as number
  }

  /** Writes entry (i, j) into the shared memory. */
  set(i: number, j: number, value: number): void {
    if (typeof value !== 'number')
      throw new ArgumentError(sentence('Matrix.set', 'value to be a number', describe(value)))
    this.data[this.#at('Matrix.set', i, j)] = value
  }

  #at(routine: string, i: number, j: number): number {
    if (!(Number.isInteger(i) && i >= 0 && i < this.rows && Number.isInteger(j) && j >= 0 && j < this.columns))
      throw new ArgumentError(
        sentence(routine, `an entry of a ${this.rows}×${this.columns} matrix`, `(${describe(i)}, ${describe(j)})`),
      )
    return this.offset + i * this.rowStride + j * this.columnStride
  }

  /** A row-major copy that owns its whole buffer. */
  copy(): Matrix<T> {
    return this.toType(this.dtype, true) as Matrix<T>
  }

  /** The matrix in another precision; itself where it has that one already. */
  toType<D extends DType>(dtype: D): Matrix<ArrayOf<D>>
  /** @internal */
  toType(dtype: DType, always: boolean): Matrix
  toType(dtype: DType, always = false): Matrix {
    if (checkDtype('Matrix.toType', dtype) === this.dtype && !always) return this
    const { rows, columns, rowStride, columnStride, offset, data } = this
    const result = zeros(dtype, rows * columns)
    if (columnStride === 1 && rowStride === columns) result.set(data.subarray(offset, offset + rows * columns))
    else
      for (let i = 0, at = 0; i < rows; i++)
        for (let j = 0; j < columns; j++) result[at++] = data[offset + i * rowStride + j * columnStride] as number
    return new Matrix(result, rows, columns)
  }

  /** Nested arrays, a row each. */
  toArray(): number[][] {
    return Array.from({ length: this.rows }, (_, i) => Array.from({ length: this.columns }, (_, j) => this.get(i, j)))
  }

  /** The entries as numpy prints them. */
  toString(): string {
    return format(this, undefined, () => (i, j) => this.get(i, j))
  }

  /** How `console.log` shows a matrix. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `Matrix ${this.rows}×${this.columns} ${this.dtype}\n${this.toString()}`
  }
}

// LAPACK counts rows and columns in 32 bits.
export const maximumExtent = 2 ** 31 - 1

function checkRange(name: string, range: Range, extent: number): Range {
  if (Array.isArray(range) && range.length === 2) {
    const [start, end] = range as Range
    if (Number.isInteger(start) && Number.isInteger(end) && 0 <= start && start <= end && end <= extent)
      return [start, end]
  }
  const received = Array.isArray(range) ? `[${range.map(describe).join(', ')}]` : describe(range)
  throw new ArgumentError(sentence('Matrix.view', `${name} [start, end] with 0 ≤ start ≤ end ≤ ${extent}`, received))
}
