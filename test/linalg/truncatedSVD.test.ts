import { describe, expect, test } from 'vitest'
import {
  getThreads,
  Matrix,
  matmul,
  qr,
  SparseMatrix,
  scale,
  setThreads,
  svd,
  type TruncatedSVDOptions,
  type TruncatedSVDResult,
  truncatedSVD,
  truncatedSVDAsync,
} from '../../lib/index.ts'

type DType = 'float64' | 'float32'
type Input = Matrix | SparseMatrix
const epsilonOf = (A: Input) => (A.dtype === 'float32' ? 2 ** -23 : 2 ** -52)
const wide = (A: Input) => (A instanceof SparseMatrix ? A.toDense() : A).toType('float64')

function frobenius(A: Matrix): number {
  let sum = 0
  for (let i = 0; i < A.rows; i++) for (let j = 0; j < A.columns; j++) sum += A.get(i, j) ** 2
  return Math.sqrt(sum)
}

function minus(A: Matrix, B: Matrix): Matrix {
  const C = A.copy()
  for (let i = 0; i < A.rows; i++) for (let j = 0; j < A.columns; j++) C.set(i, j, A.get(i, j) - B.get(i, j))
  return C
}

/** A of m×n with the given singular values. */
function withSpectrum(m: number, n: number, values: (i: number) => number, dtype: DType = 'float64', seed = 1): Matrix {
  const k = Math.min(m, n)
  const U = qr(Matrix.random(m, k, { seed })).Q
  const V = qr(Matrix.random(n, k, { seed: seed + 1 })).Q
  const s = Matrix.diagonal(Array.from({ length: k }, (_, i) => values(i)))
  return matmul(matmul(U, s), V.transpose).toType(dtype) as Matrix
}

/** A sparse matrix with about `density` of its entries. */
function sparse(m: number, n: number, density: number, dtype: DType = 'float64', seed = 1): SparseMatrix {
  const A = Matrix.random(m, n, { seed, dtype })
  const keep = Matrix.random(m, n, { distribution: 'uniform', seed: seed + 1 })
  for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) if (keep.get(i, j) >= density) A.set(i, j, 0)
  return SparseMatrix.fromDense(A as Matrix)
}

/** How far a result is from its promises, in units of ε: orthonormality, order, sign, and the error that it states. */
function faults(A: Input, { U, singularValues, Vt, rank, relativeError }: TruncatedSVDResult) {
  const epsilon = epsilonOf(A)
  const u = wide(U as Matrix)
  const vt = wide(Vt as Matrix)
  const a = wide(A)
  const I = Matrix.identity(rank)
  const S = Matrix.diagonal(Array.from(singularValues))
  const error = frobenius(minus(a, matmul(matmul(u, S), vt))) / (frobenius(a) || 1)
  let signs = true
  for (let j = 0; j < rank; j++) {
    let largest = 0
    for (let i = 0; i < u.rows; i++) if (Math.abs(u.get(i, j)) > Math.abs(largest)) largest = u.get(i, j)
    signs &&= largest > 0
  }
  return {
    orthogonality:
      Math.max(frobenius(minus(matmul(u.transpose, u), I)), frobenius(minus(matmul(vt, vt.transpose), I))) / epsilon,
    // What rounding of the factors adds to the error is of the order of ε.
    statedError: Math.abs(error - relativeError) / (epsilon * (1 + relativeError)),
    descending: singularValues.every((s, i) => s >= 0 && (i === 0 || s <= (singularValues[i - 1] as number))),
    signs,
  }
}

/** ‖Av − σu‖ and ‖Aᵀu − σv‖ over σ₁, the larger one. */
function residual(A: Input, { U, singularValues, Vt }: TruncatedSVDResult): number {
  const a = wide(A)
  const S = Matrix.diagonal(Array.from(singularValues))
  const u = wide(U as Matrix)
  const v = wide(Vt as Matrix).transpose
  const first = singularValues[0] as number
  return (
    Math.max(frobenius(minus(matmul(a, v), matmul(u, S))), frobenius(minus(matmul(a.transpose, u), matmul(v, S)))) /
    first
  )
}

function expectGood(A: Input, result: TruncatedSVDResult): void {
  const { orthogonality, statedError, descending, signs } = faults(A, result)
  const limit = 10 * (Math.sqrt(A.rows + A.columns) + result.rank)
  expect({ descending, signs }).toEqual({ descending: true, signs: true })
  expect(orthogonality).toBeLessThan(limit)
  expect(statedError).toBeLessThan(limit)
}

const randomized = { method: 'randomized' } as const

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

describe('seeds and threads', () => {
  const A = withSpectrum(500, 200, (i) => (i + 1) ** -0.3)
  const S = sparse(900, 400, 0.1)

  test('the same seed gives the same triplets, another one others', () => {
    const options = { rank: 6, iterations: 1, seed: 5, ...randomized }
    expect(truncatedSVD(A, options)).toEqual(truncatedSVD(A, options))
    expect(truncatedSVD(A, { ...options, seed: 6 }).singularValues).not.toEqual(truncatedSVD(A, options).singularValues)
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

test('the checkers see what is wrong', () => {
  const A = withSpectrum(200, 150, (i) => 1 / (i + 1))
  const good = truncatedSVD(A, { rank: 4 })
  const U = good.U.copy()
  U.set(3, 1, U.get(3, 1) + 1e-11)
  expect(faults(A, { ...good, U }).orthogonality).toBeGreaterThan(10 * Math.sqrt(350) + 40)
  expect(faults(A, { ...good, relativeError: good.relativeError + 1e-11 }).statedError).toBeGreaterThan(1000)
  expect(faults(A, { ...good, singularValues: good.singularValues.toReversed() }).descending).toBe(false)
  expect(faults(A, { ...good, U: scale(good.U, -1) as never }).signs).toBe(false)
  expect(residual(A, { ...good, Vt: scale(good.Vt, 1 + 1e-8) as never })).toBeGreaterThan(1e-9)
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

test.each(['svd', 'randomized'] as const)('what is changed after the call does not show: %s', async (method) => {
  for (const turned of [false, true]) {
    const A = turned ? Matrix.random(200, 150, { seed: 3 }).transpose : Matrix.random(200, 150, { seed: 3 })
    const expected = truncatedSVD(A, { rank: 3, method })
    const promise = truncatedSVDAsync(A, { rank: 3, method })
    A.data.fill(0)
    expect((await promise).singularValues).toEqual(expected.singularValues)
  }
})
