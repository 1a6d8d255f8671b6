import { describe, expect, test } from 'vitest'
import {
  Matrix,
  SparseMatrix,
  svd,
  type TruncatedSVDOptions,
  truncatedSVD,
  truncatedSVDAsync,
} from '../../lib/index.ts'
import {
  type DType,
  epsilonOf,
  expectGood,
  type Input,
  randomized,
  residual,
  sparse,
  withSpectrum,
} from '../support/truncated.ts'

const inputs: [string, (dtype: DType) => Input][] = [
  ['tall', (dtype) => withSpectrum(300, 150, (i) => (i + 1) ** -0.5, dtype)],
  ['wide', (dtype) => withSpectrum(150, 300, (i) => (i + 1) ** -0.5, dtype)],
  ['square', (dtype) => withSpectrum(200, 200, (i) => 0.9 ** i, dtype)],
  ['transposed view', (dtype) => withSpectrum(150, 300, (i) => (i + 1) ** -1, dtype).transpose],
  ['view inside another', (dtype) => withSpectrum(330, 240, (i) => 1 / (i + 1), dtype).view([7, 307], [3, 203])],
  [
    'strided both ways',
    (dtype) => {
      const data = Matrix.random(300, 400, { dtype, seed: 9 })
      return new Matrix(data.data, 300, 200, { rowStride: 400, columnStride: 2 }) as Matrix
    },
  ],
  ['tall sparse', (dtype) => sparse(700, 300, 0.05, dtype)],
  ['wide sparse', (dtype) => sparse(300, 700, 0.05, dtype)],
]

describe.each(['float64', 'float32'] as const)('%s', (dtype) => {
  describe.each(inputs)('%s', (_, make) => {
    const A = make(dtype)
    const exact = svd(A instanceof SparseMatrix ? A.toDense() : A).singularValues

    test.each([
      ['by itself', { rank: 8 }],
      ['randomized', { rank: 8, ...randomized }],
      ['randomized, more columns', { rank: 13, iterations: 5, oversampling: 3, ...randomized }],
      ['svd', { rank: 8, method: 'svd' }],
    ] as [string, TruncatedSVDOptions][])('%s', (_, options) => {
      const result = truncatedSVD(A, options)
      expect(result.rank).toBe(options.rank)
      expect(result.U.dtype).toBe(dtype)
      expectGood(A, result)
      // The space has at least 36 columns: values are good to a few per cent for the flattest spectrum here.
      for (let i = 0; i < result.rank; i++) {
        const [found, best] = [result.singularValues[i] as number, exact[i] as number]
        expect(found).toBeLessThanOrEqual(best * (1 + 100 * epsilonOf(A)))
        expect(found).toBeGreaterThan(0.95 * best)
      }
    })

    test('to a tolerance', () => {
      const tolerance = dtype === 'float64' ? 1e-10 : 3e-5
      const result = truncatedSVD(A, { rank: 6, tolerance, ...randomized })
      expectGood(A, result)
      expect(residual(A, result)).toBeLessThan(Math.sqrt(6) * tolerance + 100 * epsilonOf(A))
      for (let i = 0; i < 6; i++) {
        const off = Math.abs((result.singularValues[i] as number) / (exact[i] as number) - 1)
        expect(off).toBeLessThan(10 * tolerance ** 2 + 50 * epsilonOf(A))
      }
    })

    test.each([0.3, 0.7, 0.95])('to a target error of %d', (targetError) => {
      for (const method of ['svd', 'randomized', 'auto'] as const) {
        const result = truncatedSVD(A, { targetError, method })
        expectGood(A, result)
        expect(result.relativeError).toBeLessThanOrEqual(targetError * (1 + 1e-6))
        // The smallest rank: the best approximation of one rank less misses the target, but for what the space lacks.
        let whole = 0
        let left = 0
        exact.forEach((s, i) => {
          whole += s ** 2
          if (i >= result.rank - (method === 'svd' ? 1 : 2)) left += s ** 2
        })
        expect(Math.sqrt(left / whole)).toBeGreaterThan(targetError * (1 - 1e-5))
        const capped = truncatedSVD(A, { targetError, method, rank: 2 })
        expect(capped.rank).toBe(Math.min(2, result.rank))
      }
    })

    test('the asynchronous twin gives the same bits and does not see later changes', async () => {
      const own = A instanceof SparseMatrix ? A : (A.copy() as Matrix)
      const options = { rank: 5, seed: 3, ...randomized }
      const expected = truncatedSVD(own, options)
      const promise = truncatedSVDAsync(own, options)
      if (own instanceof Matrix) own.data.fill(0)
      const found = await promise
      expect(Buffer.from(found.U.data.buffer).equals(Buffer.from(expected.U.data.buffer))).toBe(true)
      expect(found.singularValues).toEqual(expected.singularValues)
      expect(found.relativeError).toBe(expected.relativeError)
    })
  })
})
