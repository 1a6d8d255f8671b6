import { MatrixBatch } from '../core/batch.ts'
import { checkOptions } from '../core/check.ts'
import type { FloatArray } from '../core/dtype.ts'
import { type Dense, readDense } from '../core/input.ts'
import type { Matrix, MatrixLike } from '../core/matrix.ts'
import { fresh } from '../core/result.ts'
import { call, runAsync, runSync, type Steps } from '../core/run.ts'
import { checkRtol, decompose, type RankOptions } from '../core/singular.ts'

const routine = 'pinv'

function* steps(A: unknown, options: RankOptions | undefined): Steps<Dense> {
  const { rtol } = checkOptions(routine, options, ['rtol', 'signal'])
  const a = readDense(routine, 'A', A)
  const tolerance = checkRtol(routine, rtol, a)
  const { U, values, Vt } = yield* decompose(routine, a)
  divideRows(Vt, values, tolerance)
  const result = fresh(a.dtype, a.columns, a.rows, a instanceof MatrixBatch ? a.count : undefined)
  yield* call('gemm', 1, transposed(Vt), transposed(U), 0, result)
  return result
}

/** Each row of Vt over its singular value; zero where that counts as zero. */
function divideRows({ data, columns }: Dense, values: Matrix, rtol: number): void {
  for (let row = 0; row < values.data.length; row++) {
    const s = values.data[row] as number
    const largest = values.data[row - (row % values.columns)] as number
    const end = (row + 1) * columns
    if (s > rtol * largest) for (let at = row * columns; at < end; at++) (data[at] as number) /= s
    else data.fill(0, row * columns, end)
  }
}

/** Each member transposed, as a view. */
function transposed(value: Dense) {
  const { data, count, memberStride, rows, columns, rowStride, columnStride, offset } = value
  return {
    data,
    count,
    memberStride,
    rows: columns,
    columns: rows,
    rowStride: columnStride,
    columnStride: rowStride,
    offset,
  }
}

/**
 * The Moore–Penrose pseudo-inverse A⁺ (n×m) of A (m×n): the one matrix X with AXA = A, XAX = X and AX, XA symmetric. By
 * the singular value decomposition, A⁺ = V·S⁺·Uᵀ, where S⁺ inverts the values above `rtol` times the largest. A⁺b is
 * the shortest least-squares solution, which {@link lstsq} computes faster and more accurately.
 *
 * @returns n×m; a batch of a batch
 * @throws {ArgumentError} where A holds NaN or Infinity or `rtol` is negative, {@link ConvergenceError} where the
 * iteration fails
 * @see Golub, Van Loan, Matrix Computations, 4th edition, section 5.5.2
 *
 * @example
 * ```ts
 * import { pinv } from 'lowrank'
 * console.log(pinv([[2, 0], [0, 0], [0, 4]]).toArray()) // [[0.5, 0, 0], [0, 0, 0.25]]
 * ```
 */
export function pinv<T extends FloatArray>(A: MatrixBatch<T>, options?: RankOptions): MatrixBatch<T>
export function pinv<T extends FloatArray>(A: Matrix<T> | T, options?: RankOptions): Matrix<T>
export function pinv(A: MatrixLike, options?: RankOptions): Matrix
export function pinv(A: MatrixLike | MatrixBatch, options?: RankOptions): unknown {
  return runSync(routine, steps(A, options), options)
}

/** {@link pinv} off the JavaScript thread: same arguments, a promise. The input is read at the call. */
export function pinvAsync<T extends FloatArray>(A: MatrixBatch<T>, options?: RankOptions): Promise<MatrixBatch<T>>
export function pinvAsync<T extends FloatArray>(A: Matrix<T> | T, options?: RankOptions): Promise<Matrix<T>>
export function pinvAsync(A: MatrixLike, options?: RankOptions): Promise<Matrix>
export function pinvAsync(A: MatrixLike | MatrixBatch, options?: RankOptions): Promise<unknown> {
  return runAsync(routine, steps(A, options), options)
}
