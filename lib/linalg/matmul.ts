import { MatrixBatch } from '../core/batch.ts'
import { checkOptions, describe } from '../core/check.ts'
import { type FloatArray, isFloatArray } from '../core/dtype.ts'
import { ArgumentError, ShapeError, sentence } from '../core/errors.ts'
import { isShared } from '../core/from.ts'
import { checkAlive, checkSameDtype, countOf, type Dense, readPair, shapeOf } from '../core/input.ts'
import { Matrix, type MatrixLike } from '../core/matrix.ts'
import { fresh } from '../core/result.ts'
import { call, type RunOptions, runAsync, runKernel, runSync, type Steps } from '../core/run.ts'
import { SparseMatrix } from '../core/sparse.ts'
import { sparseProduct } from './matmulSparse.ts'

/** Options of {@link matmul}. */
export interface MatmulOptions<T extends FloatArray = FloatArray> extends RunOptions {
  /** Factor of the product. @default 1 */
  readonly alpha?: number | undefined
  /** Factor of what `out` holds before. Needs `out`. @default 0 */
  readonly beta?: number | undefined
  /** Where the result is written; must not overlap A or B. @default a fresh result */
  readonly out?: Matrix<T> | MatrixBatch<T> | T | undefined
}

const routine = 'matmul'

function span({ data, offset, count, memberStride, rows, columns, rowStride, columnStride }: Dense): [number, number] {
  const start = data.byteOffset + offset * data.BYTES_PER_ELEMENT
  if (count === 0 || rows === 0 || columns === 0) return [start, start]
  const last = (count - 1) * memberStride + (rows - 1) * rowStride + (columns - 1) * columnStride
  return [start, start + (last + 1) * data.BYTES_PER_ELEMENT]
}

function overlaps(out: Dense, input: Dense): boolean {
  if (out.buffer !== input.buffer) return false
  const [a, b] = span(out)
  const [c, d] = span(input)
  return a < d && c < b
}

/** Whether some entries share an element: a result cannot be written there. */
function folds({ rows, columns, rowStride, columnStride }: Dense): boolean {
  if (columns <= 1) return rows > 1 && rowStride === 0
  if (rows <= 1) return columnStride === 0
  return rowStride < columnStride
    ? rowStride === 0 || columnStride <= (rows - 1) * rowStride
    : columnStride === 0 || rowStride <= (columns - 1) * columnStride
}

/** The matrix or batch to write into, where the caller gives one. */
function checkOut(
  out: unknown,
  [rows, columns]: readonly [number, number],
  inputs: readonly Dense[],
  count: number | undefined,
  vector: boolean,
): Dense {
  const isVector = isFloatArray(out)
  if (!(isVector || out instanceof Matrix || out instanceof MatrixBatch))
    throw new ArgumentError(sentence(routine, 'out to be a Matrix, a MatrixBatch or a typed array', describe(out)))
  const target: Dense = isVector ? new Matrix(out, out.length, 1) : out
  checkSameDtype(routine, 'A', inputs[0] as Dense, 'out', target)
  const targetCount = target instanceof MatrixBatch ? target.count : undefined
  if (target.rows !== rows || target.columns !== columns || targetCount !== count || isVector !== vector) {
    const expected = vector ? `${rows} elements` : `${count === undefined ? '' : `${count} of `}${rows}×${columns}`
    throw new ShapeError(sentence(routine, `out of ${expected}`, isVector ? `${out.length}` : shapeOf(target)))
  }
  checkAlive(routine, 'out', target)
  if (folds(target))
    throw new ArgumentError(
      sentence(routine, 'out with an element for each entry', 'a view in which entries share one', 'use another one'),
    )
  if (isShared(target))
    throw new ArgumentError(
      sentence(routine, 'out in memory of its own', 'shared memory', 'another thread may be reading it'),
    )
  for (const input of inputs)
    if (overlaps(target, input))
      throw new ArgumentError(
        sentence(routine, 'out apart from A and B', 'an out that overlaps them', 'use another one'),
      )
  return target
}

function factors(options: MatmulOptions | undefined) {
  const { alpha = 1, beta = 0, out } = checkOptions(routine, options, ['alpha', 'beta', 'out', 'signal'])
  if (typeof alpha !== 'number') throw new ArgumentError(sentence(routine, 'alpha to be a number', describe(alpha)))
  if (typeof beta !== 'number') throw new ArgumentError(sentence(routine, 'beta to be a number', describe(beta)))
  if (beta !== 0 && out === undefined)
    throw new ArgumentError(sentence(routine, 'out where beta is given', 'none', 'pass the matrix to add to as out'))
  return { alpha, beta, out }
}

/** The kernel's operands and what the caller gets back, checked. */
function prepare(A: unknown, B: unknown, options: MatmulOptions | undefined) {
  const { alpha, beta, out } = factors(options)
  const [{ value: a }, { value: b, vector }] = readPair(routine, 'A', A, 'B', B)
  if (a.columns !== b.rows)
    throw new ShapeError(sentence(routine, `B with ${a.columns} rows to match A (${shapeOf(a)})`, shapeOf(b)))
  const count = countOf(routine, 'A', a, 'B', b)
  const target =
    out === undefined
      ? fresh(a.dtype, a.rows, b.columns, count)
      : checkOut(out, [a.rows, b.columns], [a, b], count, vector && count === undefined)
  const operands = [alpha, a, b, beta, target] as const
  if (out !== undefined) return { operands, result: out }
  if (!vector) return { operands, result: target }
  return { operands, result: count === undefined ? target.data : new Matrix(target.data, count, a.rows) }
}

function* steps(A: unknown, B: unknown, options: MatmulOptions | undefined): Steps<unknown> {
  if (A instanceof SparseMatrix || B instanceof SparseMatrix)
    return yield* sparseProduct(A, B, { ...factors(options), checkOut })
  const { operands, result } = prepare(A, B, options)
  yield* call('gemm', ...operands)
  return result
}

/**
 * The product αAB + β·out of A (m×k) and B (k×n), dense or sparse. A `MatrixBatch` is multiplied member by member;
 * where only one operand is a batch, the other serves all members. NaN and infinities are carried on, but for those
 * that meet a zero that a sparse matrix does not store.
 *
 * @returns m×n: a `Matrix`; a `SparseMatrix` where A and B are; a vector where B is one; a `MatrixBatch` where A or B
 * is one (a matrix with a row for each member where B is a vector); `out` itself where it is given
 * @throws {ShapeError} where the shapes do not fit, {@link ArgumentError} where dtypes differ, `out` overlaps an input,
 * or an option is wrong
 *
 * @example
 * ```ts
 * import { Matrix, matmul } from 'lowrank'
 * const A = Matrix.from([[1, 2], [3, 4]])
 * console.log(matmul(A, A).toArray()) // [[7, 10], [15, 22]]
 * ```
 */
export function matmul<T extends FloatArray>(
  A: SparseMatrix<T>,
  B: SparseMatrix<T>,
  options?: MatmulOptions<T>,
): SparseMatrix<T>
export function matmul<T extends FloatArray>(A: SparseMatrix<T>, B: T, options?: MatmulOptions<T>): T
export function matmul<T extends FloatArray>(
  A: SparseMatrix<T>,
  B: MatrixLike<T>,
  options?: MatmulOptions<T>,
): Matrix<T>
export function matmul<T extends FloatArray>(
  A: MatrixLike<T>,
  B: SparseMatrix<T>,
  options?: MatmulOptions<T>,
): Matrix<T>
export function matmul<T extends FloatArray>(
  A: MatrixBatch<T>,
  B: MatrixBatch<T> | MatrixLike<T>,
  options?: MatmulOptions<T>,
): MatrixBatch<T>
export function matmul<T extends FloatArray>(
  A: MatrixLike<T>,
  B: MatrixBatch<T>,
  options?: MatmulOptions<T>,
): MatrixBatch<T>
export function matmul<T extends FloatArray>(A: MatrixLike<T>, B: T, options?: MatmulOptions<T>): T
export function matmul<T extends FloatArray>(A: Matrix<T>, B: MatrixLike<T>, options?: MatmulOptions<T>): Matrix<T>
export function matmul(A: MatrixLike, B: MatrixLike, options?: MatmulOptions): Matrix
export function matmul(A: unknown, B: unknown, options?: MatmulOptions): unknown {
  if (A instanceof SparseMatrix || B instanceof SparseMatrix) return runSync(routine, steps(A, B, options), options)
  const { operands, result } = prepare(A, B, options)
  runKernel(routine, 'gemm', operands, options)
  return result
}

/** {@link matmul} off the JavaScript thread: same arguments, a promise. Inputs are read at the call. */
export function matmulAsync<T extends FloatArray>(
  A: SparseMatrix<T>,
  B: SparseMatrix<T>,
  options?: MatmulOptions<T>,
): Promise<SparseMatrix<T>>
export function matmulAsync<T extends FloatArray>(A: SparseMatrix<T>, B: T, options?: MatmulOptions<T>): Promise<T>
export function matmulAsync<T extends FloatArray>(
  A: SparseMatrix<T>,
  B: MatrixLike<T>,
  options?: MatmulOptions<T>,
): Promise<Matrix<T>>
export function matmulAsync<T extends FloatArray>(
  A: MatrixLike<T>,
  B: SparseMatrix<T>,
  options?: MatmulOptions<T>,
): Promise<Matrix<T>>
export function matmulAsync<T extends FloatArray>(
  A: MatrixBatch<T>,
  B: MatrixBatch<T> | MatrixLike<T>,
  options?: MatmulOptions<T>,
): Promise<MatrixBatch<T>>
export function matmulAsync<T extends FloatArray>(
  A: MatrixLike<T>,
  B: MatrixBatch<T>,
  options?: MatmulOptions<T>,
): Promise<MatrixBatch<T>>
export function matmulAsync<T extends FloatArray>(A: MatrixLike<T>, B: T, options?: MatmulOptions<T>): Promise<T>
export function matmulAsync<T extends FloatArray>(
  A: Matrix<T>,
  B: MatrixLike<T>,
  options?: MatmulOptions<T>,
): Promise<Matrix<T>>
export function matmulAsync(A: MatrixLike, B: MatrixLike, options?: MatmulOptions): Promise<Matrix>
export function matmulAsync(A: unknown, B: unknown, options?: MatmulOptions): Promise<unknown> {
  return runAsync(routine, steps(A, B, options), options)
}
