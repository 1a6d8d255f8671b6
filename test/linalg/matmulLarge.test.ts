/**
 * Products of the sizes that our own kernel for large matrices serves on one thread, around the sizes of its blocks and
 * tiles.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { getThreads, Matrix, matmul, matmulAsync, setThreads } from '../../lib/index.ts'
import { arrayOf, dtypes, lay, layouts } from '../support/cases.ts'
import { normal } from '../support/generate.ts'
import { epsilonOf } from '../support/properties.ts'

const threads = getThreads()
beforeEach(() => setThreads(1))
afterEach(() => setThreads(threads))

/**
 * The largest error of C = αAB + βD in its entries and, with a vector x of ±1, in Cx, over what rounding may do:
 * ε·k·Σ|aᵢₗbₗⱼ|, here bounded by norms of rows and columns. The entries are some of all, Cx counts every one.
 */
function worstError(C: Matrix, A: Matrix, B: Matrix, { alpha = 1, beta = 0, D }: Terms = {}): number {
  const [m, k, n] = [A.rows, A.columns, B.columns]
  const epsilon = epsilonOf(C)
  const sign = (j: number) => (((j * 2654435761) >>> 7) % 2 === 0 ? 1 : -1)
  const Bx = Float64Array.from({ length: k }, (_, l) => sumOf(n, (j) => B.get(l, j) * sign(j)))
  let worst = 0
  for (let i = 0; i < m; i++) {
    const size = Math.sqrt(sumOf(k, (l) => A.get(i, l) ** 2) * k)
    const expected = alpha * sumOf(k, (l) => A.get(i, l) * (Bx[l] as number))
    const before = D === undefined ? 0 : beta * sumOf(n, (j) => D.get(i, j) * sign(j))
    const product = sumOf(n, (j) => C.get(i, j) * sign(j))
    worst = Math.max(worst, Math.abs(product - expected - before) / (epsilon * size * n))
    for (const j of [0, i % n, (i * 7919) % n, n - 1]) {
      const entry = alpha * sumOf(k, (l) => A.get(i, l) * B.get(l, j)) + (D === undefined ? 0 : beta * D.get(i, j))
      worst = Math.max(worst, Math.abs(C.get(i, j) - entry) / (epsilon * size))
    }
  }
  return worst
}
interface Terms {
  readonly alpha?: number
  readonly beta?: number
  readonly D?: Matrix
}
function sumOf(count: number, term: (index: number) => number): number {
  let sum = 0
  for (let index = 0; index < count; index++) sum += term(index)
  return sum
}

const shapes = [
  [64, 64, 300],
  [65, 257, 67],
  [71, 64, 1063],
  [128, 128, 128],
  [129, 300, 145],
  [200, 513, 97],
] as const

describe.each(dtypes)('%s', (dtype) => {
  test.each(shapes)('%i×%i by ×%i in every pair of layouts', (m, k, n) => {
    for (const left of layouts)
      for (const right of layouts) {
        const [A, B] = [lay(normal(m, k, 1), dtype, left), lay(normal(k, n, 2), dtype, right)]
        expect(worstError(matmul(A, B), A, B), `${left} ${right}`).toBeLessThan(8)
      }
  })

  test.each([
    [2.5, 0],
    [1, 1],
    [-1, 0.5],
    [0, 2],
  ])('alpha %f, beta %f, into out of every layout, whose gaps stay', async (alpha, beta) => {
    const [m, k, n] = [100, 300, 130]
    const [A, B, before] = [normal(m, k, 1), normal(k, n, 2), normal(m, n, 3)]
    const [left, right, D] = [lay(A, dtype, 'row-major'), lay(B, dtype, 'row-major'), lay(before, dtype, 'row-major')]
    for (const layout of layouts) {
      const out = lay(before, dtype, layout)
      await matmulAsync(left, right, { alpha, beta, out })
      expect(worstError(out, left, right, { alpha, beta, D }), layout).toBeLessThan(8)
      expect(out.data.filter((x) => Number.isNaN(x)).length).toBe(out.data.length - m * n)
    }
  })

  test('beta 0 does not read out', () => {
    const [A, B] = [lay(normal(130, 300, 1), dtype, 'row-major'), lay(normal(300, 131, 2), dtype, 'row-major')]
    const out = new Matrix(arrayOf(dtype, 130 * 131).fill(Number.NaN), 130, 131)
    expect(matmul(A, B, { out }).data).toEqual(matmul(A, B).data)
  })

  test('NaN and infinities stay in their rows and columns', () => {
    const [A, B] = [lay(normal(100, 300, 1), dtype, 'row-major'), lay(normal(300, 100, 2), dtype, 'row-major')]
    A.set(99, 7, Number.NaN)
    B.set(260, 98, Number.POSITIVE_INFINITY)
    const C = matmul(A, B)
    for (let i = 0; i < 100; i++)
      for (let j = 0; j < 100; j++) expect(Number.isFinite(C.get(i, j)), `${i}, ${j}`).toBe(i !== 99 && j !== 98)
  })

  test.each([
    [300, 520, 600],
    [130, 4500, 70],
  ])('%i×%i by ×%i on one thread and on more', (m, k, n) => {
    const [A, B] = [lay(normal(m, k, 1), dtype, 'row-major'), lay(normal(k, n, 2), dtype, 'row-major')]
    const results = [1, 2, 3].map((count) => {
      setThreads(count)
      return matmul(A, B)
    })
    for (const C of results) expect(worstError(C, A, B)).toBeLessThan(8)
  })
})
