/** The matrices of the table in cases.ts: how each is made, and what is known of it. */
import type { DType } from '../../lib/index.ts'
import {
  at,
  type Dense,
  dense,
  diagonal,
  fromRows,
  geometric,
  identity,
  normal,
  orthonormal,
  scaled,
  transposed,
  uniform,
  withEigenvalues,
  withSingularValues,
} from './generate.ts'

/** What a matrix is by its shape. */
export type ShapeTag = 'tall' | 'wide' | 'square' | 'empty' | 'scalar' | 'large' // larger than the blocks of the kernels

/** What a matrix is by its entries. */
export type EntryTag =
  | 'fullRank' // numerically of rank min(m, n)
  | 'wellConditioned' // fullRank, and κ ≤ 1e4
  | 'illConditioned' // κ ≥ 1e5 (float32), 1e10 (float64)
  | 'rankDeficient' // numerically of rank `rank` < min(m, n)
  | 'singular' // square, and an elimination meets a pivot that is exactly zero
  | 'graded' // singular values down to the smallest normal number
  | 'hilbert'
  | 'huge'
  | 'tiny'
  | 'nonFinite' // a NaN or an Infinity, on or below the diagonal
  | 'orthogonal' // orthonormal columns
  | 'zero'
  | 'integers'
  | 'repeated' // repeated singular values
  | 'symmetric'
  | 'positiveDefinite' // and symmetric
  | 'lower' // triangular, without zeros on the diagonal
  | 'upper'

export type Tag = ShapeTag | EntryTag

export interface Recipe {
  readonly title: string
  readonly tags: readonly EntryTag[]
  /** The numerical rank, where it is known. */
  readonly rank: number | undefined
  readonly make: (dtype: DType, seed: number) => Dense
}

type Make = Recipe['make']
const recipe = (title: string, tags: readonly EntryTag[], rank: number | undefined, make: Make): Recipe => ({
  title,
  tags,
  rank,
  make,
})

const byDtype = (float64: number, float32: number) => (dtype: DType) => (dtype === 'float64' ? float64 : float32)
const smallestNormal = byDtype(2 ** -1022, 2 ** -126)
const badCondition = byDtype(1e-10, 1e-5)
const huge = byDtype(1e300, 3e37) // norms must not overflow
const tiny = byDtype(1e-300, 1e-38)

const withEntry = (A: Dense, i: number, j: number, value: number): Dense =>
  dense(A.rows, A.columns, (k, l) => (k === i && l === j ? value : at(A, k, l)))

const ofCondition = (m: number, n: number, inverse: number, seed: number): Dense =>
  withSingularValues(m, n, geometric(n, inverse), seed)

/** Eigenvalues between 1 and 2. */
const definite = (n: number, seed: number): Dense =>
  withEigenvalues(
    Array.from({ length: n }, (_, i) => 1 + i / n),
    seed,
  )

const alternating = (n: number): number[] => Array.from({ length: n }, (_, i) => (i % 2 ? -1 : 1) * (1 + i / 8))

const triangular = (n: number, seed: number): Dense => {
  const A = uniform(n, n, seed)
  return dense(n, n, (i, j) => (i === j ? 2 + Math.abs(at(A, i, j)) : i > j ? at(A, i, j) : 0))
}

const scaledColumns = (A: Dense, factors: readonly number[]): Dense =>
  dense(A.rows, A.columns, (i, j) => factors[j] * at(A, i, j))

const hilbert = (m: number, n: number): Dense => dense(m, n, (i, j) => 1 / (i + j + 1))

const good: readonly EntryTag[] = ['fullRank', 'wellConditioned']
const symmetric: readonly EntryTag[] = [...good, 'symmetric']
const positive: readonly EntryTag[] = [...symmetric, 'positiveDefinite']
const { NaN: notANumber, POSITIVE_INFINITY: infinity } = Number

export const recipes: readonly Recipe[] = [
  recipe('empty 0×0', positive, 0, () => dense(0, 0, () => 0)),
  recipe('empty 0×4', good, 0, () => dense(0, 4, () => 0)),
  recipe('empty 4×0', good, 0, () => dense(4, 0, () => 0)),
  recipe('negative 1×1', symmetric, 1, () => fromRows([[-3]])),
  recipe('positive 1×1', [...positive, 'lower', 'upper'], 1, () => fromRows([[0.3]])),

  recipe('row 1×5', good, 1, (_, seed) => normal(1, 5, seed)),
  recipe('column 5×1', good, 1, (_, seed) => normal(5, 1, seed)),
  recipe('tall 9×4', good, 4, (_, seed) => normal(9, 4, seed)),
  recipe('tall 130×6', good, 6, (_, seed) => normal(130, 6, seed)),
  recipe('tall 150×70', good, 70, (_, seed) => normal(150, 70, seed)),
  recipe('wide 4×9', good, 4, (_, seed) => normal(4, 9, seed)),
  recipe('wide 6×130', good, 6, (_, seed) => normal(6, 130, seed)),
  recipe('wide 70×90', good, 70, (_, seed) => normal(70, 90, seed)),
  recipe('square 2×2', [...good, 'integers'], 2, () => dense(2, 2, (i, j) => 1 + 2 * i + j)),
  recipe('square 8×8', good, 8, (_, seed) => ofCondition(8, 8, 0.01, seed)),
  recipe('square 33×33', good, 33, (_, seed) => ofCondition(33, 33, 0.01, seed)),
  recipe('square 100×100', good, 100, (_, seed) => ofCondition(100, 100, 0.01, seed)),
  recipe('permutation 5×5', [...good, 'orthogonal', 'integers'], 5, () =>
    dense(5, 5, (i, j) => Number(j === (2 * i + 1) % 5)),
  ),
  recipe('integers 5×5', [...good, 'integers'], 5, () =>
    dense(5, 5, (i, j) => ((3 * i + 5 * j + i * j) % 7) + (i === j ? 9 : 0)),
  ),

  recipe('of rank 3, 12×5', ['rankDeficient'], 3, (_, seed) => withSingularValues(12, 5, [3, 2, 1], seed)),
  recipe('of rank 4, 90×7', ['rankDeficient'], 4, (_, seed) => withSingularValues(90, 7, [3, 2, 1, 0.5], seed)),
  recipe('of rank 2, 5×12', ['rankDeficient'], 2, (_, seed) => withSingularValues(5, 12, [3, 1], seed)),
  recipe('of rank 5, 8×8', ['rankDeficient'], 5, (_, seed) => withSingularValues(8, 8, geometric(5, 0.1), seed)),
  recipe('equal columns 6×4', ['rankDeficient', 'integers'], 1, () => dense(6, 4, (i) => i + 1)),
  recipe('singular 2×2', ['rankDeficient', 'singular', 'integers', 'symmetric'], 1, () =>
    dense(2, 2, (i, j) => (i + 1) * (j + 1)),
  ),
  recipe('with a zero column 5×5', ['rankDeficient', 'singular'], 4, (_, seed) =>
    scaledColumns(normal(5, 5, seed), [1, 1, 0, 1, 1]),
  ),
  recipe('zero 4×3', ['zero', 'rankDeficient', 'integers'], 0, () => dense(4, 3, () => 0)),
  recipe('zero 3×4', ['zero', 'rankDeficient', 'integers'], 0, () => dense(3, 4, () => 0)),
  recipe('zero 3×3', ['zero', 'rankDeficient', 'singular', 'integers', 'symmetric'], 0, () => dense(3, 3, () => 0)),

  recipe('graded 20×8', ['graded'], undefined, (dtype, seed) => ofCondition(20, 8, smallestNormal(dtype), seed)),
  recipe('graded 6×6', ['graded'], undefined, (dtype, seed) => ofCondition(6, 6, smallestNormal(dtype), seed)),
  recipe('graded columns 20×8', ['graded'], undefined, (dtype, seed) =>
    scaledColumns(normal(20, 8, seed), geometric(8, smallestNormal(dtype))),
  ),
  recipe('graded diagonal 5×5', ['graded', 'symmetric'], undefined, (dtype) =>
    diagonal(geometric(5, smallestNormal(dtype))),
  ),
  recipe('Hilbert 4×4', ['hilbert', 'fullRank', 'symmetric', 'positiveDefinite'], 4, () => hilbert(4, 4)),
  recipe('Hilbert 12×12', ['hilbert', 'illConditioned', 'symmetric'], undefined, () => hilbert(12, 12)),
  recipe('Hilbert 30×9', ['hilbert', 'illConditioned'], undefined, () => hilbert(30, 9)),
  recipe('of large condition 300×6', ['illConditioned'], undefined, (dtype, seed) =>
    ofCondition(300, 6, badCondition(dtype), seed),
  ),
  recipe('of large condition 60×6', ['illConditioned', 'fullRank'], 6, (dtype, seed) =>
    ofCondition(60, 6, badCondition(dtype), seed),
  ),
  recipe('of large condition 10×10', ['illConditioned', 'fullRank'], 10, (dtype, seed) =>
    ofCondition(10, 10, badCondition(dtype), seed),
  ),

  recipe('huge 9×4', [...good, 'huge'], 4, (dtype, seed) => scaled(uniform(9, 4, seed), huge(dtype))),
  recipe('huge 60×3', [...good, 'huge'], 3, (dtype, seed) => scaled(uniform(60, 3, seed), huge(dtype) / 4)),
  recipe('huge 4×9', [...good, 'huge'], 4, (dtype, seed) => scaled(uniform(4, 9, seed), huge(dtype))),
  recipe('huge 6×6', [...good, 'huge'], 6, (dtype, seed) => scaled(ofCondition(6, 6, 0.1, seed), huge(dtype))),
  recipe('huge definite 5×5', [...positive, 'huge'], 5, (dtype, seed) => scaled(definite(5, seed), huge(dtype))),
  recipe('tiny 9×4', [...good, 'tiny'], 4, (dtype, seed) => scaled(uniform(9, 4, seed), tiny(dtype))),
  recipe('tiny 60×3', [...good, 'tiny'], 3, (dtype, seed) => scaled(uniform(60, 3, seed), tiny(dtype))),
  recipe('tiny 4×9', [...good, 'tiny'], 4, (dtype, seed) => scaled(uniform(4, 9, seed), tiny(dtype))),
  recipe('tiny 6×6', [...good, 'tiny'], 6, (dtype, seed) => scaled(ofCondition(6, 6, 0.1, seed), tiny(dtype))),
  recipe('tiny definite 5×5', [...positive, 'tiny'], 5, (dtype, seed) => scaled(definite(5, seed), tiny(dtype))),

  recipe('tiny indefinite 4×4', [...symmetric, 'tiny'], 4, (dtype, seed) =>
    scaled(withEigenvalues([-1, 2, -3, 4], seed), tiny(dtype)),
  ),
  recipe('tiny triangular 5×5', [...good, 'lower', 'tiny'], 5, (dtype, seed) =>
    scaled(triangular(5, seed), tiny(dtype)),
  ),
  recipe('huge triangular 5×5', [...good, 'upper', 'huge'], 5, (dtype, seed) =>
    scaled(transposed(triangular(5, seed)), huge(dtype) / 10),
  ),

  recipe('orthonormal columns 12×4', [...good, 'orthogonal', 'repeated'], 4, (_, seed) => orthonormal(12, 4, seed)),
  recipe('orthogonal 6×6', [...good, 'orthogonal', 'repeated'], 6, (_, seed) => orthonormal(6, 6, seed)),
  recipe('identity 4×4', [...positive, 'orthogonal', 'repeated', 'integers', 'lower', 'upper'], 4, () => identity(4)),
  recipe('repeated 9×5', [...good, 'repeated'], 5, (_, seed) => withSingularValues(9, 5, [3, 3, 3, 1, 1], seed)),
  recipe('repeated eigenvalues 6×6', [...symmetric, 'repeated'], 6, (_, seed) =>
    withEigenvalues([2, 2, 2, -1, -1, 3], seed),
  ),
  recipe('indefinite 7×7', symmetric, 7, (_, seed) => withEigenvalues([-3, -2, -1, 1, 2, 3, 4], seed)),
  recipe('indefinite, zero diagonal 2×2', [...symmetric, 'integers'], 2, () => dense(2, 2, (i, j) => Number(i !== j))),
  recipe('indefinite 80×80', symmetric, 80, (_, seed) => withEigenvalues(alternating(80), seed)),
  recipe('definite 6×6', positive, 6, (_, seed) => definite(6, seed)),
  recipe('definite 80×80', positive, 80, (_, seed) => definite(80, seed)),
  recipe('lower triangular 7×7', [...good, 'lower'], 7, (_, seed) => triangular(7, seed)),
  recipe('upper triangular 7×7', [...good, 'upper'], 7, (_, seed) => transposed(triangular(7, seed))),

  recipe('NaN 5×5', ['nonFinite'], undefined, (_, seed) => withEntry(normal(5, 5, seed), 3, 1, notANumber)),
  recipe('NaN, last of 70×70', ['nonFinite'], undefined, (_, seed) =>
    withEntry(normal(70, 70, seed), 69, 69, notANumber),
  ),
  recipe('Infinity 5×5', ['nonFinite'], undefined, (_, seed) => withEntry(normal(5, 5, seed), 4, 0, infinity)),
  recipe('NaN, last of 40×3', ['nonFinite'], undefined, (_, seed) => withEntry(normal(40, 3, seed), 39, 2, notANumber)),
  recipe('−Infinity 3×7', ['nonFinite'], undefined, (_, seed) => withEntry(normal(3, 7, seed), 1, 0, -infinity)),
]

/** The tags that follow from the shape. */
export function shapeTags({ rows, columns }: Dense): ShapeTag[] {
  const tags: ShapeTag[] = [rows > columns ? 'tall' : rows < columns ? 'wide' : 'square']
  if (rows * columns === 0) tags.push('empty')
  if (rows === 1 && columns === 1) tags.push('scalar')
  if (Math.min(rows, columns) >= 64) tags.push('large')
  return tags
}
