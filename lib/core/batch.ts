import { describe, integer } from './check.ts'
import { type DType, dtypeOf, type FloatArray, isFloatArray } from './dtype.ts'
import { ArgumentError, ShapeError, sentence } from './errors.ts'
import type { Layout } from './layout.ts'
import { Matrix, maximumExtent } from './matrix.ts'
import { format } from './print.ts'

/**
 * `count` matrices of one shape (rows×columns), one after the other, each row-major, in one array: a function takes all
 * of them in one native call.
 *
 * @example
 * ```ts
 * import { MatrixBatch, singularValues } from 'lowrank'
 * const batch = new MatrixBatch(Float64Array.of(3, 0, 0, 4, 1, 0, 0, 2), 2, 2, 2)
 * console.log(singularValues(batch).toArray()) // [[4, 3], [2, 1]]
 * ```
 */
export class MatrixBatch<T extends FloatArray = FloatArray> implements Layout<T> {
  readonly data: T
  readonly count: number
  readonly rows: number
  readonly columns: number
  #buffer: ArrayBufferLike | undefined

  /**
   * @throws {ArgumentError} where an argument has the wrong type, {@link ShapeError} where `data` has another length
   */
  constructor(data: T, count: number, rows: number, columns: number) {
    const routine = 'MatrixBatch'
    if (!isFloatArray(data))
      throw new ArgumentError(sentence(routine, 'data to be a Float64Array or a Float32Array', describe(data)))
    integer(routine, 'count', count, 0, maximumExtent)
    integer(routine, 'rows', rows, 0, maximumExtent)
    integer(routine, 'columns', columns, 0, maximumExtent)
    if (data.length !== count * rows * columns)
      throw new ShapeError(sentence(routine, `data of ${count}·${rows}·${columns} elements`, `${data.length}`))
    this.data = data
    this.count = count
    this.rows = rows
    this.columns = columns
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

  /** Member `index` (rows×columns), a view. */
  at(index: number): Matrix<T> {
    integer('MatrixBatch.at', 'index', index, 0, this.count - 1)
    return new Matrix(this.data, this.rows, this.columns, { offset: index * this.memberStride })
  }

  /** The members one below the other, as numpy prints them. */
  toString(): string {
    return format(this, this.count, (b) => {
      const member = this.at(b)
      return (i, j) => member.get(i, j)
    })
  }

  /** How `console.log` shows a batch. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `MatrixBatch ${this.count} of ${this.rows}×${this.columns} ${this.dtype}\n${this.toString()}`
  }

  /** @internal */
  get memberStride(): number {
    return this.rows * this.columns
  }

  /** @internal */
  get rowStride(): number {
    return this.columns
  }

  /** @internal */
  get columnStride(): number {
    return 1
  }

  /** @internal */
  get offset(): number {
    return 0
  }
}
