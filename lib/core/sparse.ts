import type { Handle } from '../native/binding.ts'
import { checkOptions, describe, integer, oneOf } from './check.ts'
import { checkSparse } from './checkSparse.ts'
import { type ArrayOf, checkDtype, type DType, dtypeOf, type FloatArray, integers } from './dtype.ts'
import { ArgumentError, ShapeError, sentence } from './errors.ts'
import { readMatrix } from './input.ts'
import { Matrix, type MatrixLike, maximumExtent } from './matrix.ts'
import { create } from './run.ts'
import {
  type CompressedRows,
  checkRowPointers,
  compress,
  type Duplicates,
  maximumNonZeros,
  readIndices,
  readValues,
  startsOf,
} from './triplets.ts'

/** Entries (row[k], column[k]) = value[k], in any order. */
export interface Triplets {
  readonly row: ArrayLike<number>
  readonly column: ArrayLike<number>
  readonly value: ArrayLike<number>
}

/** Options of {@link SparseMatrix.fromTriplets}. */
export interface TripletOptions<D extends DType = DType> {
  /** What becomes of entries given more than once: refused, summed, or the last one kept. @default 'error' */
  readonly duplicates?: 'error' | 'sum' | 'last' | undefined
  /** @default that of the values, 'float64' for plain numbers */
  readonly dtype?: D | undefined
}

/**
 * A sparse matrix (rows×columns) in compressed rows: row i holds the entries k = rowPointers[i] … rowPointers[i + 1] −
 * 1, value `values[k]` in column `columnIndices[k]`, columns ascending, each once. Zeros that were given are kept as
 * entries. Immutable: kernels read a copy of their own, made when the matrix is first used.
 *
 * @example
 * ```ts
 * import { matmul, SparseMatrix } from 'lowrank'
 * const A = SparseMatrix.fromTriplets(2, 3, { row: [0, 1, 1], column: [2, 0, 1], value: [1, 2, 3] })
 * console.log(matmul(A, Float64Array.of(1, 1, 1))) // Float64Array(2) [ 1, 5 ]
 * ```
 */
export class SparseMatrix<T extends FloatArray = FloatArray> {
  readonly rows: number
  readonly columns: number
  /** rows + 1 elements, from 0 to `nonZeros`. */
  readonly rowPointers: Int32Array
  readonly columnIndices: Int32Array
  readonly values: T
  #transpose: SparseMatrix<T> | undefined
  #handle: Handle | undefined

  private constructor(rows: number, columns: number, { rowPointers, columnIndices, values }: CompressedRows<T>) {
    this.rows = rows
    this.columns = columns
    this.rowPointers = rowPointers
    this.columnIndices = columnIndices
    this.values = values
  }

  /** @internal A matrix of arrays that are known to be right, and that it keeps. */
  static trusted<T extends FloatArray>(rows: number, columns: number, arrays: CompressedRows<T>): SparseMatrix<T> {
    return new SparseMatrix(rows, columns, arrays)
  }

  /**
   * The matrix with the given entries, in time proportional to their number.
   *
   * @throws {ArgumentError} where an index, a value or an option is wrong, or an entry is given twice and `duplicates`
   * is 'error'; {@link ShapeError} where the arrays differ in length
   */
  static fromTriplets<D extends DType>(
    rows: number,
    columns: number,
    triplets: Triplets,
    options: TripletOptions<D> & { dtype: D },
  ): SparseMatrix<ArrayOf<D>>
  static fromTriplets<T extends FloatArray>(
    rows: number,
    columns: number,
    triplets: Triplets & { value: T },
    options?: TripletOptions & { dtype?: undefined },
  ): SparseMatrix<T>
  static fromTriplets(
    rows: number,
    columns: number,
    triplets: Triplets & { value: readonly number[] },
    options?: TripletOptions & { dtype?: undefined },
  ): SparseMatrix<Float64Array>
  static fromTriplets(rows: number, columns: number, triplets: Triplets, options?: TripletOptions): SparseMatrix
  static fromTriplets(rows: number, columns: number, triplets: Triplets, options?: TripletOptions): SparseMatrix {
    const routine = 'SparseMatrix.fromTriplets'
    const { duplicates = 'error', dtype } = checkOptions(routine, options, ['duplicates', 'dtype'])
    oneOf(routine, 'duplicates', duplicates, ['error', 'sum', 'last'] satisfies Duplicates[])
    if (dtype !== undefined) checkDtype(routine, dtype)
    checkExtents(routine, rows, columns)
    if (triplets === null || typeof triplets !== 'object')
      throw new ArgumentError(sentence(routine, 'an object of arrays row, column, value', describe(triplets)))
    const row = readIndices(routine, 'row', triplets.row, rows)
    const column = readIndices(routine, 'column', triplets.column, columns)
    const value = readValues(routine, 'value', triplets.value, dtype)
    if (row.length !== column.length || row.length !== value.length)
      throw new ShapeError(
        sentence(routine, 'row, column and value of one length', `${row.length}, ${column.length} and ${value.length}`),
      )
    checkCount(routine, row.length)
    return new SparseMatrix(rows, columns, compress(routine, [rows, columns], { row, column, value }, duplicates))
  }

  /** The non-zero entries of a dense matrix; NaN is one. */
  static fromDense<T extends FloatArray>(A: Matrix<T>): SparseMatrix<T>
  static fromDense(A: MatrixLike): SparseMatrix
  static fromDense(A: MatrixLike): SparseMatrix {
    const routine = 'SparseMatrix.fromDense'
    const { data, rows, columns, rowStride, columnStride, offset } = readMatrix(routine, 'A', A)
    const rowPointers = integers(rows + 1)
    let count = 0
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) if (data[offset + i * rowStride + j * columnStride] !== 0) count++
      checkCount(routine, count)
      rowPointers[i + 1] = count
    }
    const columnIndices = integers(count)
    const values = new (data.constructor as new (length: number) => FloatArray)(count)
    for (let i = 0, at = 0; i < rows; i++)
      for (let j = 0; j < columns; j++) {
        const value = data[offset + i * rowStride + j * columnStride] as number
        if (value === 0) continue
        columnIndices[at] = j
        values[at++] = value
      }
    return new SparseMatrix(rows, columns, { rowPointers, columnIndices, values })
  }

  /**
   * The matrix of compressed rows, which are copied; columns in a row may come in any order.
   *
   * @throws {ArgumentError} where pointers descend, an index is out of range or an entry is given twice;
   * {@link ShapeError} where lengths do not fit
   */
  static fromCSR<T extends FloatArray>(
    rows: number,
    columns: number,
    arrays: { readonly rowPointers: ArrayLike<number>; readonly columnIndices: ArrayLike<number>; readonly values: T },
  ): SparseMatrix<T>
  static fromCSR(
    rows: number,
    columns: number,
    arrays: {
      readonly rowPointers: ArrayLike<number>
      readonly columnIndices: ArrayLike<number>
      readonly values: ArrayLike<number>
    },
  ): SparseMatrix
  static fromCSR(
    rows: number,
    columns: number,
    arrays: {
      readonly rowPointers: ArrayLike<number>
      readonly columnIndices: ArrayLike<number>
      readonly values: ArrayLike<number>
    },
  ): SparseMatrix {
    const routine = 'SparseMatrix.fromCSR'
    checkExtents(routine, rows, columns)
    if (arrays === null || typeof arrays !== 'object')
      throw new ArgumentError(
        sentence(routine, 'an object of arrays rowPointers, columnIndices, values', describe(arrays)),
      )
    const column = readIndices(routine, 'columnIndices', arrays.columnIndices, columns)
    const value = readValues(routine, 'values', arrays.values, undefined)
    if (column.length !== value.length)
      throw new ShapeError(
        sentence(routine, 'columnIndices and values of one length', `${column.length} and ${value.length}`),
      )
    checkCount(routine, column.length)
    const rowPointers = readIndices(routine, 'rowPointers', arrays.rowPointers, column.length + 1)
    checkRowPointers(routine, rowPointers, rows, column.length)
    const row = integers(column.length)
    for (let i = 0; i < rows; i++) row.fill(i, rowPointers[i], rowPointers[i + 1])
    return new SparseMatrix(rows, columns, compress(routine, [rows, columns], { row, column, value }, 'error'))
  }

  /** The number of entries, zeros that were given among them. */
  get nonZeros(): number {
    return this.values.length
  }

  /** 'float64' or 'float32'. */
  get dtype(): DType {
    return dtypeOf(this.values)
  }

  /** [rows, columns] */
  get shape(): [number, number] {
    return [this.rows, this.columns]
  }

  /** The transpose (columns×rows): made once, in time proportional to the entries, and kept. */
  get transpose(): SparseMatrix<T> {
    if (this.#transpose === undefined) {
      checkSparse('SparseMatrix.transpose', 'a matrix', this)
      const { rows, rowPointers, columnIndices, values } = this
      const pointers = startsOf(columnIndices, this.columns)
      const next = integers(pointers.length)
      next.set(pointers)
      const indices = integers(values.length)
      const transposed = new (values.constructor as new (length: number) => T)(values.length)
      for (let i = 0, k = 0; i < rows; i++)
        for (const end = rowPointers[i + 1] as number; k < end; k++) {
          const at = (next[columnIndices[k] as number] as number)++
          indices[at] = i
          transposed[at] = values[k] as number
        }
      const arrays = { rowPointers: pointers, columnIndices: indices, values: transposed }
      this.#transpose = new SparseMatrix(this.columns, rows, arrays)
      this.#transpose.#transpose = this
    }
    return this.#transpose
  }

  /** The same matrix with all its zeros (rows×columns). */
  toDense(): Matrix<T> {
    checkSparse('SparseMatrix.toDense', 'a matrix', this)
    const dense = Matrix.zeros(this.rows, this.columns, { dtype: this.dtype })
    for (let i = 0, k = 0; i < this.rows; i++)
      for (const end = this.rowPointers[i + 1] as number; k < end; k++)
        dense.data[i * this.columns + (this.columnIndices[k] as number)] = this.values[k] as number
    return dense as unknown as Matrix<T>
  }

  /** The matrix in another precision; itself where it has that one already. */
  toType<D extends DType>(dtype: D): SparseMatrix<ArrayOf<D>> {
    checkSparse('SparseMatrix.toType', 'a matrix', this)
    if (checkDtype('SparseMatrix.toType', dtype) === this.dtype) return this as unknown as SparseMatrix<ArrayOf<D>>
    const values = readValues('SparseMatrix.toType', 'values', this.values, dtype) as ArrayOf<D>
    return new SparseMatrix(this.rows, this.columns, { ...this, values })
  }

  /** @internal The native copy: made and checked at the first call, freed with this object. */
  get handle(): Handle {
    const { rows, columns, rowPointers, columnIndices, values } = this
    try {
      this.#handle ??= create('sparseHandle', rows, columns, rowPointers, columnIndices, values)
    } catch (fault) {
      // The addon has checked the arrays, too, but knows no more than that they are wrong.
      checkSparse('SparseMatrix', 'a matrix', this)
      throw fault
    }
    return this.#handle
  }

  /** How `console.log` shows a sparse matrix. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `SparseMatrix ${this.rows}×${this.columns} ${this.dtype}, ${this.nonZeros} entries`
  }
}

function checkExtents(routine: string, rows: unknown, columns: unknown): void {
  integer(routine, 'rows', rows, 0, maximumExtent)
  integer(routine, 'columns', columns, 0, maximumExtent)
}

function checkCount(routine: string, count: number): void {
  if (count > maximumNonZeros) throw new ShapeError(sentence(routine, `at most ${maximumNonZeros} entries`, `${count}`))
}
