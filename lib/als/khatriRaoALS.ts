import { cutProduct, single, whole } from '../core/blockProduct.ts'
import { checkOptions, describe, integer } from '../core/check.ts'
import { type FloatArray, uninitialized } from '../core/dtype.ts'
import { ArgumentError, type ConvergenceError, ShapeError, sentence } from '../core/errors.ts'
import { Matrix, type MatrixLike } from '../core/matrix.ts'
import { fresh } from '../core/result.ts'
import { call, create, runAsync, runSync, type Steps } from '../core/run.ts'
import type { SparseMatrix } from '../core/sparse.ts'
import {
  Iteration,
  type IterationOptions,
  type IterationReport,
  type IterationResult,
  iterationOptions,
  type StopReason,
} from '../core/stopping.ts'
import { type Approximation, approximation, closedForm } from './approximation.ts'
import { isMasked, type Mask, type Observed, readObserved } from './observed.ts'
import { rankOnes, shareNorms } from './rankOnes.ts'

/** Options of {@link khatriRaoALS}. */
export interface KhatriRaoOptions extends IterationOptions {
  /** The rows of the factors, two of them or more; their product is the rows of A. */
  readonly rows: readonly number[]
  /**
   * Where A is known: a `Uint8Array` of m·n numbers, row by row, or m×n; 1 where an entry is, 0 where it is missing.
   *
   * @default where A is not NaN
   */
  readonly mask?: Mask | undefined
  /** @default 200 */
  readonly maxIterations?: number | undefined
  /** @default 1e-8, 1e-6 for float32 */
  readonly tolerance?: number | undefined
}

/** A ≈ B₁ ⊙ B₂ ⊙ …; two factors of a matrix that is wholly known come in closed form, without an iteration. */
export interface KhatriRaoDecomposition<T extends FloatArray = FloatArray>
  extends Approximation<T>,
    IterationResult<IterationReport, StopReason | 'closedForm'> {
  /** pₜ×n each; the norms of a column are the same in all of them. */
  readonly factors: readonly Matrix<T>[]
}

const routine = 'khatriRaoALS'

function readExtents(rows: unknown): number[] {
  if (!Array.isArray(rows) || rows.length < 2)
    throw new ArgumentError(sentence(routine, 'rows of two factors or more, such as [16, 16]', describe(rows)))
  return Array.from(rows, (extent: unknown, t) => integer(routine, `rows[${t}]`, extent, 1, 2 ** 31 - 1))
}

function checkExtents(extents: readonly number[], { rows, columns }: Observed): void {
  const product = extents.reduce((product, extent) => product * extent, 1)
  if (product !== rows)
    throw new ShapeError(
      sentence(routine, `rows whose product is the ${rows} of A (${rows}×${columns})`, `[${extents.join(', ')}]`),
    )
}

/** Dense values, with the mean of what is known of a column where an entry is missing. */
function completed({ values, rows, columns, known }: Observed): Matrix {
  if (!(values instanceof Matrix)) return values.toDense()
  if (known === rows * columns) return values
  const copy = values.copy()
  for (let j = 0; j < columns; j++) {
    let sum = 0
    let count = 0
    for (let at = j; at < copy.data.length; at += columns) {
      const value = copy.data[at] as number
      if (Number.isNaN(value)) continue
      sum += value
      count++
    }
    const mean = count > 0 ? sum / count : 0
    for (let at = j; at < copy.data.length; at += columns) if (Number.isNaN(copy.data[at])) copy.data[at] = mean
  }
  return copy
}

/** Sweeps until the iteration ends; changes the factors. Returns the squared error. */
function* iterate(
  A: Matrix,
  scale: number,
  extents: readonly number[],
  flat: FloatArray,
  loop: Iteration,
): Steps<number> {
  const handle = create('denseHandle', A)
  const numbers = Int32Array.from(extents)
  let error: number
  do {
    const result = uninitialized(A.dtype, flat.length)
    error = yield* call('khatriRaoSweep', handle, numbers, flat, result)
    flat.set(result)
  } while (loop.next({ objective: error }, { scale }))
  return error
}

/** The factors as views on one array. */
function viewsOf(flat: FloatArray, extents: readonly number[], columns: number): Matrix[] {
  let offset = 0
  return extents.map((extent) => {
    offset += extent * columns
    return new Matrix(flat, extent, columns, { offset: offset - extent * columns })
  })
}

/** Σ (a − â)² of a wholly known matrix. */
function squaredError(A: Matrix, product: Matrix): number {
  let sum = 0
  for (let k = 0; k < A.data.length; k++) sum += ((A.data[k] as number) - (product.data[k] as number)) ** 2
  return sum
}

/** B₁ ⊙ B₂ ⊙ … */
function* chain(factors: readonly Matrix[]): Steps<Matrix> {
  const [first, ...others] = factors as readonly [Matrix, ...Matrix[]]
  let product = first
  for (const other of others)
    product = yield* cutProduct(product, other, {
      rows: whole(product.rows, other.rows),
      columns: single(other.columns),
    })
  return product
}

/**
 * (B₁ ⊙ … ⊙ B_d)X: with L the product of the first factors and R that of the others, column by column
 * vec(L·diag(x)·Rᵀ).
 */
function* applyFactors(factors: readonly Matrix[], X: Matrix): Steps<Matrix> {
  const rows = factors.reduce((product, { rows }) => product * rows, 1)
  let split = 1
  for (let left = (factors[0] as Matrix).rows; split < factors.length - 1 && left ** 2 < rows; split++)
    left *= (factors[split] as Matrix).rows
  const L = yield* chain(factors.slice(0, split))
  const R = yield* chain(factors.slice(split))
  const result = fresh(L.dtype, rows, X.columns)
  const weighted = fresh(L.dtype, L.rows, L.columns)
  const product = fresh(L.dtype, L.rows, R.rows)
  for (let c = 0; c < X.columns; c++) {
    for (let i = 0, at = 0; i < L.rows; i++)
      for (let j = 0; j < L.columns; j++, at++) weighted.data[at] = L.get(i, j) * X.get(j, c)
    yield* call('gemm', 1, weighted, R.transpose, 0, product)
    for (let i = 0; i < rows; i++) result.data[i * X.columns + c] = product.data[i] as number
  }
  return result
}

function* steps(A: unknown, options: KhatriRaoOptions | undefined): Steps<KhatriRaoDecomposition> {
  const began = performance.now()
  const given = checkOptions(routine, options as Partial<KhatriRaoOptions> | undefined, [
    'rows',
    'mask',
    ...iterationOptions,
  ])
  const extents = readExtents(given.rows)
  const observed = readObserved(routine, A, given.mask)
  const { columns, dtype, scale, squares, values } = observed
  const loop = new Iteration(routine, given, { maxIterations: 200, tolerance: dtype === 'float64' ? 1e-8 : 1e-6 })
  checkExtents(extents, observed)

  const dense = completed(observed)
  const starts = yield* rankOnes(routine, dense, extents)
  const length = extents.reduce((sum, extent) => sum + extent, 0) * columns
  const flat = uninitialized(dtype, length)
  const factors = viewsOf(flat, extents, columns)
  for (const [t, start] of starts.entries()) flat.set(start.data, (factors[t] as Matrix).offset)
  const closed = extents.length === 2 && !isMasked(observed)
  const error = closed
    ? squaredError(dense, yield* chain(factors))
    : yield* iterate(isMasked(observed) ? (values as Matrix) : dense, scale, extents, flat, loop)

  const own = factors.map((factor) => factor.copy())
  shareNorms(own, 1 / scale)
  return {
    factors: own,
    ...approximation(routine, {
      columns,
      dtype,
      relativeError: squares === 0 ? 0 : Math.sqrt(error / squares),
      parameters: length,
      reconstruct: () => chain(own),
      apply: (X) => applyFactors(own, X),
    }),
    ...(closed ? closedForm(error / scale / scale, began) : loop.result()),
  }
}

/**
 * The Khatri-Rao decomposition A ≈ B₁ ⊙ B₂ ⊙ … of A (m×n): column j of A is approximated by the Kronecker product of
 * the columns j of the factors Bₜ (pₜ×n, ∏pₜ = m), which hold n·Σpₜ numbers. ‖A − Â‖² over what is known of A is
 * minimized.
 *
 * Of a matrix that is wholly known and two factors this is the leading singular pair of each column as a p₁×p₂ matrix,
 * in closed form. Else each factor in turn is solved for, exactly and with everything else fixed, beginning at singular
 * pairs; no sweep increases the objective. Where A is sparse its zeros count as known; it is made dense.
 *
 * @throws {ArgumentError} where A holds Infinity or nothing that is known, or an option is wrong; {@link ShapeError}
 * where A is empty, the rows do not multiply to A's, or the mask does not fit; {@link ConvergenceError} where a
 * singular value problem does not converge
 * @see Jun Lu, Low-Rank Approximation, Adaptation, and Other Tales, arXiv 2408.05883; Kolda, Bader, Tensor
 * decompositions and applications, SIAM Review 51 (2009), for the chains
 *
 * @example
 * ```ts
 * import { khatriRaoALS } from 'lowrank/als'
 * const A = [[3, 1], [6, 1], [4, 2], [8, 2]] // (3, 4) ⊗ (1, 2) and (1, 2) ⊗ (1, 1)
 * const { relativeError, parameters } = khatriRaoALS(A, { rows: [2, 2] })
 * console.log(relativeError < 1e-15, parameters) // true 8
 * ```
 */
export function khatriRaoALS<T extends FloatArray>(
  A: Matrix<T> | SparseMatrix<T>,
  options: KhatriRaoOptions,
): KhatriRaoDecomposition<T>
export function khatriRaoALS(A: MatrixLike | SparseMatrix, options: KhatriRaoOptions): KhatriRaoDecomposition
export function khatriRaoALS(A: MatrixLike | SparseMatrix, options: KhatriRaoOptions): unknown {
  return runSync(routine, steps(A, options), options)
}

/** {@link khatriRaoALS} off the JavaScript thread: same arguments, a promise. The input is read at the call. */
export function khatriRaoALSAsync<T extends FloatArray>(
  A: Matrix<T> | SparseMatrix<T>,
  options: KhatriRaoOptions,
): Promise<KhatriRaoDecomposition<T>>
export function khatriRaoALSAsync(
  A: MatrixLike | SparseMatrix,
  options: KhatriRaoOptions,
): Promise<KhatriRaoDecomposition>
export function khatriRaoALSAsync(A: MatrixLike | SparseMatrix, options: KhatriRaoOptions): Promise<unknown> {
  return runAsync(routine, steps(A, options), options)
}
