import { describe, expect, test } from 'vitest'
import { Matrix, matmul, qr, scale, svd, truncatedSVD } from '../../lib/index.ts'
import { epsilonOf, expectGood, frobenius, minus, randomized, withSpectrum } from '../support/truncated.ts'

describe.each(['float64', 'float32'] as const)('%s', (dtype) => {
  test('rank deficient: further values vanish, the vectors stay orthonormal', () => {
    for (const [m, n] of [
      [300, 200],
      [200, 300],
    ] as const) {
      const A = withSpectrum(m, n, (i) => (i < 4 ? 1 / (i + 1) : 0), dtype)
      const result = truncatedSVD(A, { rank: 9, ...randomized })
      expectGood(A, result)
      for (const s of result.singularValues.subarray(4)) expect(s).toBeLessThan(50 * epsilonOf(A))
      expect(result.relativeError).toBeLessThan(50 * epsilonOf(A))
    }
  })

  test('graded values, far below the square root of ε', () => {
    const A = withSpectrum(250, 200, (i) => 10 ** (-(dtype === 'float64' ? 1 : 0.4) * i), dtype)
    const exact = svd(A).singularValues
    const result = truncatedSVD(A, { rank: 12, ...randomized })
    expectGood(A, result)
    for (let i = 0; i < 12; i++)
      expect(Math.abs((result.singularValues[i] as number) - (exact[i] as number))).toBeLessThan(20 * epsilonOf(A))
  })

  test.each(dtype === 'float64' ? [1e-290, 1e-160, 1e160, 1e290] : [1e-30, 1e30])(
    'entries of the order of %d',
    (size) => {
      const A = scale(
        withSpectrum(200, 150, (i) => 1 / (i + 1), 'float64'),
        size,
      ).toType(dtype) as Matrix
      const { singularValues, relativeError, U } = truncatedSVD(A, { rank: 5, ...randomized })
      for (let i = 0; i < 5; i++)
        expect(Math.abs((singularValues[i] as number) / (size / (i + 1)) - 1)).toBeLessThan(
          dtype === 'float64' ? 1e-9 : 1e-4,
        )
      expect(relativeError).toBeGreaterThan(0.1)
      expect(relativeError).toBeLessThan(0.4)
      expect(U.data.every(Number.isFinite)).toBe(true)
    },
  )
})

// ‖A‖² − Σσ² keeps no more than six digits of an error of 2e-5; computed by itself it has eleven.
test.each([
  [300, 120],
  [120, 300],
])('%i×%i: a small error to many digits', (m, n) => {
  const A = withSpectrum(m, n, (i) => (i < 5 ? 1 : 4e-6))
  let whole = 0
  let left = 0
  svd(A).singularValues.forEach((s, i) => {
    whole += s ** 2
    if (i >= 5) left += s ** 2
  })
  const { relativeError } = truncatedSVD(A, { rank: 5, ...randomized })
  expect(Math.abs(relativeError / Math.sqrt(left / whole) - 1)).toBeLessThan(5e-12)
})

// From some 4 million entries on, products with a float32 matrix are float32's, unless float32's range is near.
describe('large, dense and float32', () => {
  const rank = 12
  const U = qr(Matrix.random(8000, 40, { seed: 4 })).Q
  const V = qr(Matrix.random(520, 40, { seed: 5 })).Q
  test.each([
    ['slow decay', (i: number) => (i + 1) ** -0.5, 1],
    ['down to 1e-4 of the first', (i: number) => 10 ** (-i / 3), 1],
    ['of low rank', (i: number) => (i < 6 ? 1 : 0), 1],
    ['huge', (i: number) => (i + 1) ** -0.5, 2 ** 120],
    ['tiny', (i: number) => (i + 1) ** -0.5, 2 ** -90],
  ] as const)('%s', (_, spectrum, size) => {
    const values = Float64Array.from({ length: 40 }, (_, i) => spectrum(i))
    const A = scale(matmul(matmul(U, Matrix.diagonal(values)), V.transpose), size).toType('float32')
    for (const input of [A, A.transpose]) {
      const { U: left, singularValues, Vt, relativeError } = truncatedSVD(input, { rank, ...randomized })
      const epsilon = 2 ** -23
      for (let i = 0; i < rank; i++)
        expect(Math.abs((singularValues[i] as number) / size - (values[i] as number))).toBeLessThan(50 * epsilon)
      for (const Q of [left, Vt.transpose]) {
        const q = Q.toType('float64')
        expect(frobenius(minus(matmul(q.transpose, q), Matrix.identity(rank)))).toBeLessThan(50 * epsilon)
      }
      const sum = (from: number) => values.subarray(from).reduce((total, value) => total + value ** 2, 0)
      expect(Math.abs(relativeError - Math.sqrt(sum(rank) / sum(0)))).toBeLessThan(50 * epsilon)
    }
  })
})

// Once the space of AᵀA is used up, every further step of the iteration is made of rounding errors.
describe('a matrix of exactly the rank that is asked for', () => {
  for (const [m, n] of [
    [500, 300],
    [300, 500],
    [1200, 250],
  ] as const)
    for (const r of [1, 2, 5, 8, 13, 16, 20])
      for (const k of [r - 1, r, r + 1].filter((value) => value > 0))
        test(`${m}×${n} of rank ${r}, k = ${k}`, () => {
          const A = matmul(Matrix.random(m, r, { seed: r }), Matrix.random(r, n, { seed: r + 1 }))
          const result = truncatedSVD(A, { rank: k, method: 'randomized' })
          const expected = svd(A).singularValues
          for (let i = 0; i < k; i++)
            expect(Math.abs((result.singularValues[i] as number) - (expected[i] as number))).toBeLessThan(
              1000 * 2 ** -52 * (expected[0] as number),
            )
          expectGood(A, result)
        })
})
