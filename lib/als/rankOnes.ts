/** The columns of a matrix as tensors, each of them nearly a product of vectors. */
import { integers } from '../core/dtype.ts'
import { Matrix } from '../core/matrix.ts'
import { checkInfo, noConvergence } from '../core/outcome.ts'
import { fresh, freshVectors } from '../core/result.ts'
import { call, type Steps } from '../core/run.ts'
import { openSource } from '../linalg/largeOperand.ts'
import { readPlan, truncate } from '../linalg/truncatedSVD.ts'

// Up to this order a batch of whole decompositions is the faster way to the first triplets.
const mostWhole = 64

/** Leading u√… of every column of A (pq×n) as a p×q matrix: factors (p×n) with norm 1, and what is left, σv (q×n). */
function* leading(routine: string, A: Matrix, p: number, q: number): Steps<[Matrix, Matrix]> {
  const n = A.columns
  const first = fresh(A.dtype, p, n)
  const rest = fresh(A.dtype, q, n)
  const fill = (j: number, U: Matrix, s: number, Vt: Matrix) => {
    for (let i = 0; i < p; i++) first.data[i * n + j] = U.get(i, 0)
    for (let i = 0; i < q; i++) rest.data[i * n + j] = s * Vt.get(0, i)
  }
  if (Math.min(p, q) > mostWhole) {
    for (let j = 0; j < n; j++) {
      const member = new Matrix(A.column(j).copy().data, p, q)
      const source = yield* openSource(routine, member, { centred: false, own: true })
      const { U, values, Vt } = yield* truncate(routine, source, readPlan(routine, { rank: 1, tolerance: 1e-7 }))
      fill(j, U, values[0] as number, Vt)
    }
    return [first, rest]
  }
  const k = Math.min(p, q)
  // As many columns at a time as keep the triplets within a few million numbers.
  const step = Math.max(8, Math.floor(2 ** 21 / (k * (p + q))))
  for (let j = 0; j < n; j += step) {
    const count = Math.min(step, n - j)
    const members = {
      data: A.data,
      count,
      memberStride: A.columnStride,
      rows: p,
      columns: q,
      rowStride: q * A.rowStride,
      columnStride: A.rowStride,
      offset: A.offset + j * A.columnStride,
    }
    const U = fresh(A.dtype, p, k, count)
    const s = freshVectors(A.dtype, k, count)
    const Vt = fresh(A.dtype, k, q, count)
    const info = integers(count)
    yield* call('svd', members, 0, U, s, Vt, info)
    checkInfo(routine, 'A', info, undefined, noConvergence(routine, 'A'))
    for (let b = 0; b < count; b++) {
      const at = (X: typeof U, i: number, c: number) =>
        X.data[X.offset + b * X.memberStride + i * X.rowStride + c * X.columnStride] as number
      for (let i = 0; i < p; i++) first.data[i * n + j + b] = at(U, i, 0)
      for (let i = 0; i < q; i++) rest.data[i * n + j + b] = (s.data[b * k] as number) * at(Vt, 0, i)
    }
  }
  return [first, rest]
}

/**
 * Factors B₁ (p×n), B₂ (q×n), … with A ≈ B₁ ⊙ B₂ ⊙ …, A (∏p×n) finite, by one singular value decomposition a column and
 * factor, the first factor's index slowest. Optimal for two factors; for more the usual start of an iteration. The
 * norms of a column are equal.
 */
export function* rankOnes(routine: string, A: Matrix, extents: readonly number[]): Steps<Matrix[]> {
  const factors: Matrix[] = []
  let rest = A
  for (const extent of extents.slice(0, -1)) {
    const [first, next] = yield* leading(routine, rest, extent, rest.rows / extent)
    factors.push(first)
    rest = next
  }
  factors.push(rest.copy())
  shareNorms(factors)
  return factors
}

/** What of the root of a power of two is one: taken out exactly, before logarithms of what is large lose digits. */
export function wholeRoot(multiple: number, degree: number): number {
  return 2 ** Math.trunc(Math.log2(multiple) / degree)
}

/** Makes the norms of each column's factors equal, in place: their product times `multiple`, a power of two, stays. Factors are row-major. */
export function shareNorms(factors: readonly Matrix[], multiple = 1): void {
  const n = (factors[0] as Matrix).columns
  const root = wholeRoot(multiple, factors.length)
  const rest = multiple / root ** factors.length
  for (let j = 0; j < n; j++) {
    const norms = factors.map(({ data, rows }) => {
      let sum = 0
      for (let i = 0; i < rows; i++) sum += (data[i * n + j] as number) ** 2
      return Math.sqrt(sum)
    })
    const common = Math.exp((norms.reduce((sum, norm) => sum + Math.log(norm), 0) + Math.log(rest)) / norms.length)
    for (const [t, { data, rows }] of factors.entries()) {
      const share = common > 0 ? (common / (norms[t] as number)) * root : 0
      for (let i = 0; i < rows; i++) data[i * n + j] = (data[i * n + j] as number) * share
    }
  }
}
