import { checkOptions, describe, integer } from '../core/check.ts'
import { type FloatArray, uninitialized } from '../core/dtype.ts'
import { ArgumentError, type ConvergenceError, ShapeError, sentence } from '../core/errors.ts'
import type { Layout } from '../core/layout.ts'
import { Matrix, type MatrixLike } from '../core/matrix.ts'
import { checkSeed } from '../core/random.ts'
import { fresh } from '../core/result.ts'
import { call, runAsync, runSync, type Steps } from '../core/run.ts'
import type { SparseMatrix } from '../core/sparse.ts'
import {
  Iteration,
  type IterationOptions,
  type IterationReport,
  type IterationResult,
  iterationOptions,
  type StopReason,
} from '../core/stopping.ts'
import { openSource } from '../linalg/largeOperand.ts'
import { readPlan, truncate } from '../linalg/truncatedSVD.ts'
import { type Approximation, approximation, closedForm } from './approximation.ts'
import { Climb, openProblem } from './climb.ts'
import { filled, isMasked, type Mask, type Observed, readObserved } from './observed.ts'
import { rearranged, type Shapes } from './rearrangement.ts'

/** Options of {@link kroneckerALS}. */
export interface KroneckerOptions extends IterationOptions {
  /** [[m₁, n₁], [m₂, n₂]], the shapes of B and C: A is m₁m₂×n₁n₂. */
  readonly shapes: readonly [readonly [number, number], readonly [number, number]]
  /** The number of terms, from 1 to min(m₁n₁, m₂n₂). @default 1 */
  readonly terms?: number | undefined
  /**
   * Where A is known: a `Uint8Array` of m·n numbers, row by row, or m×n; 1 where an entry is, 0 where it is missing.
   *
   * @default where A is not NaN
   */
  readonly mask?: Mask | undefined
  /** Seed of the Krylov space of a large decomposition, a 32-bit integer. @default 0 */
  readonly seed?: number | undefined
  /** @default 200 */
  readonly maxIterations?: number | undefined
  /** @default 1e-6 */
  readonly tolerance?: number | undefined
}

/** One term B ⊗ C. */
export interface KroneckerTerm<T extends FloatArray = FloatArray> {
  /** m₁×n₁ */
  readonly B: Matrix<T>
  /** m₂×n₂, of the norm of B */
  readonly C: Matrix<T>
}

/** A ≈ Σ B ⊗ C; of a matrix that is wholly known in closed form, without an iteration. */
export interface KroneckerDecomposition<T extends FloatArray = FloatArray>
  extends Approximation<T>,
    IterationResult<IterationReport, StopReason | 'closedForm'> {
  /** The terms, the largest first. */
  readonly factors: readonly KroneckerTerm<T>[]
}

const routine = 'kroneckerALS'

function readShapes(shapes: unknown): Shapes {
  const right =
    Array.isArray(shapes) && shapes.length === 2 && shapes.every((shape) => Array.isArray(shape) && shape.length === 2)
  if (!right)
    throw new ArgumentError(sentence(routine, 'shapes [[m1, n1], [m2, n2]] of the two factors', describe(shapes)))
  for (const [t, shape] of shapes.entries())
    for (const [axis, extent] of shape.entries()) integer(routine, `shapes[${t}][${axis}]`, extent, 1, 2 ** 31 - 1)
  // A copy: it is used for as long as the result is, and the caller may change the original.
  return shapes.map((shape) => [...shape]) as unknown as Shapes
}

function checkShapes([[m1, n1], [m2, n2]]: Shapes, { rows, columns }: Observed): void {
  if (m1 * m2 !== rows || n1 * n2 !== columns)
    throw new ShapeError(
      sentence(routine, `shapes that multiply to A's ${rows}×${columns}`, `${m1}×${n1} and ${m2}×${n2}`),
    )
}

/** vec(B) and vec(C) of all terms as columns, and the squared error of the scaled matrix. */
interface Vectors {
  readonly left: Matrix
  readonly right: Matrix
  readonly error: number
}

/** The truncated SVD of R(A), its values shared out. */
function* truncated(R: Matrix | SparseMatrix, terms: number, seed: number): Steps<Vectors> {
  const source = yield* openSource(routine, R, { centred: false, own: true })
  const tolerance = R.dtype === 'float64' ? 1e-8 : 1e-5
  const { U, values, Vt, relativeError } = yield* truncate(
    routine,
    source,
    readPlan(routine, { rank: terms, tolerance, seed }),
  )
  const left = U.copy()
  const right = Vt.transpose.copy()
  for (const side of [left, right])
    for (let k = 0; k < side.data.length; k++)
      side.data[k] = (side.data[k] as number) * Math.sqrt(values[k % terms] as number)
  return { left, right, error: relativeError ** 2 * (source.squares / source.scale ** 2) }
}

/** Completion of R(A) by factors of rank `terms`, from the SVD of R(A) filled in. */
function* complete(observed: Observed, terms: number, seed: number, loop: Iteration): Steps<Vectors> {
  const { rows, columns, dtype, scale } = observed
  const { left, right } = yield* truncated(filled(observed), terms, seed)
  const flat = uninitialized(dtype, terms * (rows + columns))
  flat.set(left.data)
  flat.set(right.data, left.data.length)
  const climb = new Climb(openProblem(observed, [terms]), flat, true)
  let settled: boolean
  do settled = yield* climb.sweep()
  while (loop.next({ objective: climb.error }, { settled, scale }))
  const at = terms * rows
  return {
    left: new Matrix(climb.factors.slice(0, at) as FloatArray, rows, terms),
    right: new Matrix(climb.factors.slice(at) as FloatArray, columns, terms),
    error: climb.error,
  }
}

/** Terms of equal norms of B and C, in the order of those norms. */
function termsOf({ left, right }: Vectors, [[m1, n1], [m2, n2]]: Shapes, scale: number): KroneckerTerm[] {
  const normOf = (x: FloatArray) => {
    let sum = 0
    for (const value of x) sum += value * value
    return Math.sqrt(sum)
  }
  const terms = Array.from({ length: left.columns }, (_, t) => {
    const [b, c] = [left.column(t).copy().data, right.column(t).copy().data]
    const norm = Math.sqrt(normOf(b) * normOf(c))
    const share = (x: FloatArray) => {
      const factor = norm > 0 ? norm / normOf(x) / Math.sqrt(scale) : 0
      return x.map((value) => value * factor) as FloatArray
    }
    return { norm, B: new Matrix(share(b), m1, n1), C: new Matrix(share(c), m2, n2) }
  })
  return terms.sort((a, b) => b.norm - a.norm).map(({ B, C }) => ({ B, C }))
}

/** All Bs, or all Cs, as rows. */
function stacked(matrices: readonly Matrix[]): FloatArray {
  const { rows, columns, dtype } = matrices[0] as Matrix
  const data = uninitialized(dtype, matrices.length * rows * columns)
  for (const [t, { data: own }] of matrices.entries()) data.set(own, t * rows * columns)
  return data
}

/** Σ B ⊗ C: row i₂ of the row i₁ of blocks is a matrix, (over terms) column i₁ of the Bs times row i₂ of the Cs. */
function* sumTerms(terms: readonly KroneckerTerm[], [[m1, n1], [m2, n2]]: Shapes): Steps<Matrix> {
  const count = terms.length
  const [Bs, Cs] = [stacked(terms.map(({ B }) => B)), stacked(terms.map(({ C }) => C))]
  const result = fresh((terms[0] as KroneckerTerm).B.dtype, m1 * m2, n1 * n2)
  const rows = {
    data: Cs,
    count: m2,
    memberStride: n2,
    rows: count,
    columns: n2,
    rowStride: m2 * n2,
    columnStride: 1,
    offset: 0,
  }
  for (let i = 0; i < m1; i++) {
    const column = new Matrix(Bs, n1, count, { rowStride: 1, columnStride: m1 * n1, offset: i * n1 })
    const blocks: Layout = {
      data: result.data,
      count: m2,
      memberStride: n1 * n2,
      rows: n1,
      columns: n2,
      rowStride: n2,
      columnStride: 1,
      offset: i * m2 * n1 * n2,
    }
    yield* call('gemm', 1, column, rows, 0, blocks)
  }
  return result
}

/**
 * Σ (B ⊗ C)X: with X as n₁×(n₂p), BX is m₁×(n₂p), and C times each of its rows as n₂×p is a block of rows of the
 * result.
 */
function* applyTerms(terms: readonly KroneckerTerm[], [[m1, n1], [m2, n2]]: Shapes, X: Matrix): Steps<Matrix> {
  const p = X.columns
  const packed = X.rowStride === p && X.columnStride === 1 && X.offset === 0 ? X : X.copy()
  const wide = new Matrix(packed.data, n1, n2 * p)
  const inner = fresh(X.dtype, m1, n2 * p)
  const result = fresh(X.dtype, m1 * m2, p)
  const members = (data: FloatArray, rows: number): Layout => ({
    data,
    count: m1,
    memberStride: rows * p,
    rows,
    columns: p,
    rowStride: p,
    columnStride: 1,
    offset: 0,
  })
  for (const [t, { B, C }] of terms.entries()) {
    yield* call('gemm', 1, B, wide, 0, inner)
    yield* call('gemm', 1, C, members(inner.data, n2), t === 0 ? 0 : 1, members(result.data, m2))
  }
  return result
}

function* steps(A: unknown, options: KroneckerOptions | undefined): Steps<KroneckerDecomposition> {
  const began = performance.now()
  const known = ['shapes', 'terms', 'mask', 'seed', ...iterationOptions] as const
  const given = checkOptions(routine, options as Partial<KroneckerOptions> | undefined, known)
  const shapes = readShapes(given.shapes)
  const [[m1, n1], [m2, n2]] = shapes
  const { terms = 1, seed = 0 } = given
  checkSeed(routine, seed)
  const loop = new Iteration(routine, given, { maxIterations: 200, tolerance: 1e-6 })
  const observed = readObserved(routine, A, given.mask)
  checkShapes(shapes, observed)
  integer(routine, 'terms', terms, 1, Math.min(m1 * n1, m2 * n2))

  const { scale, squares, columns, dtype } = observed
  const values = rearranged(observed.values, shapes)
  const vectors = isMasked(observed)
    ? yield* complete({ ...observed, rows: m1 * n1, columns: m2 * n2, values }, terms, seed, loop)
    : yield* truncated(values, terms, seed)

  const factors = termsOf(vectors, shapes, scale)
  return {
    factors,
    ...approximation(routine, {
      columns,
      dtype,
      relativeError: squares === 0 ? 0 : Math.sqrt(vectors.error / squares),
      parameters: terms * (m1 * n1 + m2 * n2),
      reconstruct: () => sumTerms(factors, shapes),
      apply: (X) => applyTerms(factors, shapes, X),
    }),
    ...(isMasked(observed) ? loop.result() : closedForm(vectors.error / scale / scale, began)),
  }
}

/**
 * The Kronecker decomposition A ≈ Σ Bₜ ⊗ Cₜ of A (m₁m₂×n₁n₂), Bₜ m₁×n₁ and Cₜ m₂×n₂: ‖A − Â‖² over what is known of A
 * is minimized.
 *
 * Rearranged so that each block of A is a row, A becomes R(A) (m₁n₁×m₂n₂) and Bₜ ⊗ Cₜ a matrix of rank 1: the best
 * terms are the leading singular triplets of R(A), in closed form. With missing entries R(A) is completed by
 * alternating least squares, from the decomposition of R(A) filled in by row and column means; that finds a local
 * minimum. A sparse A stays sparse, and its zeros count as known.
 *
 * @throws {ArgumentError} where A holds Infinity or nothing that is known, or an option is wrong; {@link ShapeError}
 * where A is empty, the shapes do not multiply to A's, or the mask does not fit; {@link ConvergenceError} where a
 * singular value problem does not converge
 * @see Van Loan, Pitsianis, Approximation with Kronecker products, in Linear Algebra for Large Scale and Real-Time
 * Applications, 1993; Jun Lu, Low-Rank Approximation, Adaptation, and Other Tales, arXiv 2408.05883
 *
 * @example
 * ```ts
 * import { kron } from 'lowrank'
 * import { kroneckerALS } from 'lowrank/als'
 * const A = kron([[1, 2], [3, 4]], [[1, 0, 1], [0, 2, 0]])
 * const { relativeError, parameters } = kroneckerALS(A, { shapes: [[2, 2], [2, 3]] })
 * console.log(relativeError < 1e-15, parameters) // true 10
 * ```
 */
export function kroneckerALS<T extends FloatArray>(
  A: Matrix<T> | SparseMatrix<T>,
  options: KroneckerOptions,
): KroneckerDecomposition<T>
export function kroneckerALS(A: MatrixLike | SparseMatrix, options: KroneckerOptions): KroneckerDecomposition
export function kroneckerALS(A: MatrixLike | SparseMatrix, options: KroneckerOptions): unknown {
  return runSync(routine, steps(A, options), options)
}

/** {@link kroneckerALS} off the JavaScript thread: same arguments, a promise. The input is read at the call. */
export function kroneckerALSAsync<T extends FloatArray>(
  A: Matrix<T> | SparseMatrix<T>,
  options: KroneckerOptions,
): Promise<KroneckerDecomposition<T>>
export function kroneckerALSAsync(
  A: MatrixLike | SparseMatrix,
  options: KroneckerOptions,
): Promise<KroneckerDecomposition>
export function kroneckerALSAsync(A: MatrixLike | SparseMatrix, options: KroneckerOptions): Promise<unknown> {
  return runAsync(routine, steps(A, options), options)
}
