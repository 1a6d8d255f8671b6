import { describe, expect, test } from 'vitest'
import { lstsq, lstsqAsync, Matrix, matmul, svd } from '../../lib/index.ts'
import { type DType, epsilonOf, frobenius, minus, withSpectrum } from '../support/truncated.ts'
import { bothWays } from '../support/twins.ts'

const both = bothWays('lstsq', lstsq, lstsqAsync)

/** V₁ S₁⁻¹ U₁ᵀ B with the first `rank` triplets, in float64. */
function leastNorm(A: Matrix, B: Matrix, rank: number): { X: Matrix; largest: number; condition: number } {
  const { U, singularValues, Vt } = svd(A.toType('float64') as Matrix)
  const projected = matmul(U.view([0, U.rows], [0, rank]).transpose, B.toType('float64')).copy()
  for (let i = 0; i < rank; i++)
    for (let j = 0; j < B.columns; j++) projected.set(i, j, projected.get(i, j) / (singularValues[i] as number))
  const X = matmul(Vt.view([0, rank], [0, Vt.columns]).transpose, projected)
  const largest = singularValues[0] as number
  return { X, largest, condition: largest / (singularValues[rank - 1] as number) }
}

// Where squares of rtol are above float64's rounding, a rank short by a few is found without all singular values; where
// it is not a few, or where a value is next to the threshold, by those.
describe.each([
  [150, 150],
  [270, 270],
  [300, 270],
  [270, 300],
])('the rank of %i×%i is decided at rtol·σ₁', (m, n) => {
  const k = Math.min(m, n)
  describe.each(['float32', 'float64'] as DType[])('%s', (dtype) => {
    const rtol = dtype === 'float32' ? 2 ** -23 * Math.max(m, n) : 1e-4
    const spectra: [string, number, (i: number) => number][] = [
      ['all equal', k, () => 1],
      ['a condition of half of 1/rtol', k, (i) => (2 * rtol) ** (i / (k - 1))],
      ['one above, by a fifth', k, (i) => (i === k - 1 ? 1.2 * rtol : 1 / (1 + (i % 7)))],
      ['one below, by a fifth', k - 1, (i) => (i === k - 1 ? 0.8 * rtol : 1 / (1 + (i % 7)))],
      ['one above and one below', k - 1, (i) => (i === k - 1 ? 0.9 * rtol : i === k - 2 ? 1.1 * rtol : 1)],
      ['three of rounding errors', k - 3, (i) => (i >= k - 3 ? 0 : 1 / (1 + i / 30))],
      ['eight small ones of many sizes', k - 8, (i) => (i >= k - 8 ? rtol * 0.1 ** (i + 9 - k) : 1)],
      ['nine', k - 9, (i) => (i >= k - 9 ? 0 : 1)],
      ['most', 5, (i) => (i < 5 ? 1 : 0)],
      ['one large one', 1, (i) => (i === 0 ? 1 : rtol / 3)],
    ]
    test.each(spectra)('%s', async (name, rank, values) => {
      const seed = 7
      const A = withSpectrum(m, n, values, dtype, seed)
      for (const p of [1, 3]) {
        const B = Matrix.random(m, p, { seed, dtype }) as Matrix
        const found = await both(A, B, { rtol })
        const state = `${name}, ${m}×${n}, p = ${p}, seed ${seed}`
        expect(found.rank, state).toBe(rank)
        const { X, largest, condition } = leastNorm(A, B, rank)
        const rest = minus(matmul(A.toType('float64'), X) as Matrix, B.toType('float64') as Matrix)
        // What A does not reach of B counts with the square of the condition.
        const unit = 10 * Math.sqrt(m) * epsilonOf(A) * condition
        const limit = unit * (frobenius(X) + (condition * frobenius(rest)) / largest)
        expect(frobenius(minus(found.X.toType('float64') as Matrix, X)), state).toBeLessThan(limit)
        for (let j = 0; j < p; j++) {
          const [left, size] = [rest, B].map((M) => frobenius(M.column(j) as Matrix) ** 2) as [number, number]
          expect(Math.abs((found.residuals[j] as number) - left) / size, state).toBeLessThan(unit)
        }
      }
    })
  })
})

test.each([1, 2, 3, 4, 5, 6, 7, 8])(
  'random square matrices have the rank that their singular values say: seed %i',
  (seed) => {
    for (const n of [300, 420]) {
      const A = Matrix.random(n, n, { seed, dtype: 'float32' })
      const B = Matrix.random(n, 2, { seed: seed + 100, dtype: 'float32' })
      for (const input of [A, A.transpose]) expect(lstsq(input, B).rank).toBe(lstsq(input, B, { method: 'svd' }).rank)
    }
  },
)

test.each([2 ** 60, 2 ** -60, 2 ** 400, 2 ** -400])('of entries multiplied by %d', (size) => {
  const A = withSpectrum(270, 270, (i) => (i >= 268 ? 1e-6 : 1), 'float64', 3)
  const B = Matrix.random(270, 1, { seed: 3 })
  const large = A.copy()
  large.data.forEach((x, at) => {
    large.data[at] = x * size
  })
  const [plain, scaled] = [lstsq(A, B, { rtol: 1e-4 }), lstsq(large, B, { rtol: 1e-4 })]
  expect([plain.rank, scaled.rank]).toEqual([268, 268])
  for (let i = 0; i < 270; i++)
    expect(Math.abs(scaled.X.get(i, 0) * size - plain.X.get(i, 0))).toBeLessThan(1000 * 2 ** -52 * frobenius(plain.X))
})
