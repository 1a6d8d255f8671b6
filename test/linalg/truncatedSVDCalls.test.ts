import { describe, expect, test } from 'vitest'
import { getThreads, Matrix, SparseMatrix, setThreads, truncatedSVD, truncatedSVDAsync } from '../../lib/index.ts'
import {
  expectGood,
  faults,
  frobenius,
  type Input,
  minus,
  randomized,
  sparse,
  withSpectrum,
} from '../support/truncated.ts'

describe('seeds and threads', () => {
  const A = withSpectrum(500, 200, (i) => (i + 1) ** -0.3)
  const S = sparse(900, 400, 0.1)

  test('the same seed gives the same triplets, another one others', () => {
    const options = { rank: 6, iterations: 1, seed: 5, ...randomized }
    const result = truncatedSVD(A, options)
    expectGood(A, result)
    expect(truncatedSVD(A, options)).toEqual(result)
    expect(truncatedSVD(A, { ...options, seed: 6 }).singularValues).not.toEqual(result.singularValues)
  })

  test.each([
    ['dense', A],
    ['sparse', S],
  ] as [string, Input][])('%s: one thread and two agree to rounding', (_, input) => {
    const threads = getThreads()
    const options = { rank: 6, tolerance: 1e-9, ...randomized }
    try {
      setThreads(1)
      const one = truncatedSVD(input, options)
      setThreads(2)
      const two = truncatedSVD(input, options)
      for (let i = 0; i < 6; i++)
        expect(Math.abs((two.singularValues[i] as number) / (one.singularValues[i] as number) - 1)).toBeLessThan(1e-14)
      expect(frobenius(minus(one.U as Matrix, two.U as Matrix))).toBeLessThan(1e-7)
    } finally {
      setThreads(threads)
    }
  })
})

describe('corner cases', () => {
  const zero = Matrix.zeros(100, 90)

  test('a zero matrix has an error of 0', () => {
    for (const A of [zero, SparseMatrix.fromDense(zero)] as Input[]) {
      const result = truncatedSVD(A, { rank: 3 })
      expect(result.relativeError).toBe(0)
      expect(result.singularValues).toEqual(Float64Array.of(0, 0, 0))
      expect(faults(A, result).orthogonality).toBe(0)
      expect(truncatedSVD(A, { targetError: 0.1 }).rank).toBe(0)
    }
  })

  test('empty matrices and rank 0 give empty factors', () => {
    for (const [m, n] of [
      [0, 3],
      [3, 0],
      [0, 0],
    ] as const) {
      const result = truncatedSVD(Matrix.zeros(m, n), { targetError: 0.1 })
      expect([result.U.shape, result.Vt.shape, result.rank, result.relativeError]).toEqual([[m, 0], [0, n], 0, 0])
    }
    const none = truncatedSVD(Matrix.identity(3), { rank: 0 })
    expect([none.U.shape, none.Vt.shape, none.relativeError]).toEqual([[3, 0], [0, 3], 1])
  })

  test('tiny matrices, all methods', () => {
    for (const method of ['auto', 'svd', 'randomized'] as const) {
      const result = truncatedSVD(
        [
          [3, 0],
          [0, -4],
        ],
        { rank: 1, method },
      )
      expect(result.singularValues[0]).toBeCloseTo(4, 14)
      expect(result.relativeError).toBeCloseTo(0.6, 14)
      expect(result.U.toArray()).toEqual([[0], [1]])
      expect(truncatedSVD([[2]], { rank: 1, method }).relativeError).toBe(0)
    }
  })

  test('the whole of a sparse matrix', () => {
    const S = sparse(40, 30, 0.2)
    const result = truncatedSVD(S, { rank: 30 })
    expectGood(S, result)
    expect(result.relativeError).toBeLessThan(1e-13)
  })

  test('results own their buffers', () => {
    const A = withSpectrum(200, 150, (i) => 1 / (i + 1))
    for (const method of ['svd', 'randomized'] as const) {
      const { U, singularValues, Vt } = truncatedSVD(A, { rank: 3, method })
      for (const { buffer, byteLength } of [U.data, singularValues, Vt.data]) expect(buffer.byteLength).toBe(byteLength)
    }
  })

  test.each([
    [{}, 'truncatedSVD: expected rank or targetError among the options but received neither; pass one of them'],
    [{ rank: 4 }, 'truncatedSVD: expected rank to be an integer from 0 to 3 but received 4'],
    [{ rank: 1.5 }, 'truncatedSVD: expected rank to be an integer from 0 to 3 but received 1.5'],
    [{ rank: -1 }, 'expected rank to be an integer'],
    [{ targetError: -0.1 }, 'truncatedSVD: expected targetError to be a finite number of at least 0 but received -0.1'],
    [{ targetError: Number.NaN }, 'expected targetError to be a finite number'],
    [{ rank: 1, method: 'randomised' }, "did you mean 'randomized'?"],
    [{ rank: 1, oversampling: -1 }, 'expected oversampling to be an integer'],
    [{ rank: 1, iterations: 0.5 }, 'expected iterations to be an integer'],
    [{ rank: 1, tolerance: 0 }, 'expected tolerance to be a finite number greater than 0'],
    [{ targetError: 0.1, tolerance: 1e-3 }, 'expected rank where tolerance is given but received none'],
    [{ rank: 1, seed: 0.1 }, 'expected seed to be an integer'],
    [{ rank: 1, sed: 1 }, "did you mean 'seed'?"],
  ])('refuses %j', async (options, sentence) => {
    const A = Matrix.zeros(5, 3)
    expect(() => truncatedSVD(A, options as never)).toThrow(sentence)
    await expect(truncatedSVDAsync(A, options as never)).rejects.toThrow(sentence)
  })

  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])('refuses %d', (value) => {
    const A = Matrix.random(80, 70) as Matrix
    A.set(40, 33, value)
    for (const input of [A, A.transpose, SparseMatrix.fromDense(A)] as Input[])
      expect(() => truncatedSVD(input, { rank: 2 })).toThrow('truncatedSVD: expected A with finite entries')
  })

  test('an abort between kernels ends the call with its reason', async () => {
    const A = withSpectrum(600, 400, (i) => (i + 1) ** -0.1)
    const controller = new AbortController()
    const promise = truncatedSVDAsync(A, { rank: 30, tolerance: 1e-12, signal: controller.signal, ...randomized })
    setTimeout(() => controller.abort(new Error('enough')), 5)
    await expect(promise).rejects.toThrow('enough')
    await expect(truncatedSVDAsync(A, { rank: 3, signal: AbortSignal.abort() })).rejects.toThrow('aborted')
  })
})

test.each(['svd', 'randomized'] as const)('what is changed after the call does not show: %s', async (method) => {
  for (const turned of [false, true]) {
    const A = turned ? Matrix.random(200, 150, { seed: 3 }).transpose : Matrix.random(200, 150, { seed: 3 })
    const expected = truncatedSVD(A, { rank: 3, method })
    const promise = truncatedSVDAsync(A, { rank: 3, method })
    A.data.fill(0)
    expect((await promise).singularValues).toEqual(expected.singularValues)
  }
})
