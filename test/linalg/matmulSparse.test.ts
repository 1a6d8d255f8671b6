import { describe, expect, test } from 'vitest'
import { getThreads, Matrix, matmul, matmulAsync, SparseMatrix, setThreads } from '../../lib/index.ts'

type DType = 'float64' | 'float32'

/** A random matrix of which about `density` of the entries are not zero, and the same one sparse. */
function randomSparse(m: number, n: number, density: number, dtype: DType, seed: number) {
  const A = Matrix.random(m, n, { seed, dtype })
  const keep = Matrix.random(m, n, { distribution: 'uniform', seed: seed + 1 })
  for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) if (keep.get(i, j) >= density) A.set(i, j, 0)
  return { A, S: SparseMatrix.fromDense(A as Matrix) }
}

/** The largest |C − αAB − βD| over the sum of magnitudes of its terms, in units of ε: below the number of terms. */
function error(C: Matrix, A: Matrix, B: Matrix, alpha = 1, beta = 0, D?: Matrix): number {
  const epsilon = C.dtype === 'float32' ? 2 ** -23 : 2 ** -52
  let worst = 0
  for (let i = 0; i < C.rows; i++)
    for (let j = 0; j < C.columns; j++) {
      let sum = beta === 0 ? 0 : beta * (D as Matrix).get(i, j)
      let size = Math.abs(sum)
      for (let k = 0; k < A.columns; k++) {
        sum += alpha * A.get(i, k) * B.get(k, j)
        size += Math.abs(alpha * A.get(i, k) * B.get(k, j))
      }
      const off = Math.abs(C.get(i, j) - sum)
      if (off !== 0) worst = Math.max(worst, off / (epsilon * size))
    }
  return worst
}

const shapes = [
  [1, 1, 1],
  [5, 3, 1],
  [4, 9, 7],
  [33, 20, 8],
  [20, 33, 16],
  [17, 5, 31],
  [6, 40, 70],
  [300, 200, 65],
  [40, 4500, 37],
] as const

describe.each(['float64', 'float32'] as const)('%s', (dtype) => {
  describe.each(shapes)('%i×%i by %i columns', (m, k, n) => {
    const { A, S } = randomSparse(m, k, 0.3, dtype, 10 * m + n)
    const limit = 8 + k

    test('sparse × dense, its views, and its transpose', () => {
      const B = Matrix.random(k, n, { seed: 3, dtype })
      const wide = Matrix.random(k, 2 * n + 1, { seed: 4, dtype }).view(undefined, [1, n + 1])
      const turned = Matrix.random(n, k, { seed: 5, dtype }).transpose
      for (const X of [B, wide, turned]) expect(error(matmul(S, X as Matrix), A, X)).toBeLessThan(limit)
      const Y = Matrix.random(m, n, { seed: 6, dtype })
      expect(error(matmul(S.transpose, Y as Matrix), A.transpose, Y)).toBeLessThan(8 + m)
    })

    test('dense × sparse, and its views', () => {
      const B = Matrix.random(n, m, { seed: 3, dtype })
      const turned = Matrix.random(m, n, { seed: 5, dtype }).transpose
      for (const X of [B, turned]) expect(error(matmul(X as Matrix, S), X, A)).toBeLessThan(8 + m)
    })

    test('alpha, beta and out, also into views', () => {
      const B = Matrix.random(k, n, { seed: 3, dtype }) as Matrix
      const D = Matrix.random(m, n, { seed: 7, dtype }) as Matrix
      const targets = [D.copy(), Matrix.random(n, m, { seed: 8, dtype }).transpose as Matrix]
      for (const out of targets) {
        const before = out.copy()
        expect(matmul(S, B, { alpha: -2, beta: 0.5, out })).toBe(out)
        expect(error(out, A, B, -2, 0.5, before)).toBeLessThan(limit + 2)
      }
      const left = Matrix.random(n, m, { seed: 9, dtype }) as Matrix
      const out = Matrix.random(n, k, { seed: 10, dtype }) as Matrix
      const before = out.copy()
      matmul(left, S, { alpha: 3, beta: -1, out })
      expect(error(out, left, A, 3, -1, before)).toBeLessThan(10 + m)
    })

    test('sparse × sparse', () => {
      const { A: B, S: T } = randomSparse(k, n, 0.2, dtype, 77)
      const C = matmul(S, T, { alpha: 1.5 })
      expect(C).toBeInstanceOf(SparseMatrix)
      expect(error(C.toDense(), A, B, 1.5)).toBeLessThan(limit)
      expect(SparseMatrix.fromCSR(m, n, C)).toEqual(C)
    })

    test('vectors, and the asynchronous twin', async () => {
      const x = Matrix.random(k, 1, { seed: 3, dtype })
      const y = matmul(S, x.data)
      expect(y).toBeInstanceOf(dtype === 'float32' ? Float32Array : Float64Array)
      expect(error(new Matrix(y, m, 1), A, x)).toBeLessThan(limit)
      expect(await matmulAsync(S, x.data)).toEqual(y)
      const B = Matrix.random(k, n, { seed: 3, dtype }) as Matrix
      expect(await matmulAsync(S, B)).toEqual(matmul(S, B))
      expect(await matmulAsync(B.transpose, S.transpose)).toEqual(matmul(B.transpose, S.transpose))
      const { S: T } = randomSparse(k, n, 0.2, dtype, 77)
      expect(await matmulAsync(S, T)).toEqual(matmul(S, T))
    })
  })
})

test('the checker sees an error of one entry', () => {
  const { A, S } = randomSparse(20, 10, 0.5, 'float64', 1)
  const B = Matrix.random(10, 4)
  const C = matmul(S, B)
  C.set(3, 2, C.get(3, 2) * (1 + 1e-12) + 1e-12)
  expect(error(C, A, B)).toBeGreaterThan(18)
})

const bits = ({ data }: { data: Float64Array }) => Buffer.from(data.buffer, data.byteOffset, data.byteLength)

test('gives the same bits on one thread and on two', () => {
  const { S } = randomSparse(700, 900, 0.4, 'float64', 5)
  const B = Matrix.random(900, 40)
  const products = () =>
    [matmul(S, B), matmul(B.transpose, S.transpose), { data: matmul(S, S.transpose).values }].map((C) =>
      bits(C as { data: Float64Array }),
    )
  const threads = getThreads()
  try {
    setThreads(1)
    const one = products()
    setThreads(2)
    for (const [i, two] of products().entries()) expect(two.equals(one[i] as Buffer)).toBe(true)
  } finally {
    setThreads(threads)
  }
})

test('carries NaN and Infinity on, where an entry meets them', () => {
  const S = SparseMatrix.fromTriplets(2, 2, { row: [0, 1], column: [0, 1], value: [1, Number.NaN] })
  expect(
    matmul(S, [
      [Number.POSITIVE_INFINITY, 1],
      [0, 1],
    ]).toArray(),
  ).toEqual([
    [Number.POSITIVE_INFINITY, 1],
    [Number.NaN, Number.NaN],
  ])
})

test('empty operands', () => {
  const S = SparseMatrix.fromTriplets(3, 0, { row: [], column: [], value: [] })
  expect(matmul(S, Matrix.zeros(0, 2)).toArray()).toEqual(Matrix.zeros(3, 2).toArray())
  expect(matmul(S.transpose, Matrix.zeros(3, 2)).shape).toEqual([0, 2])
  expect(matmul(S, S.transpose).nonZeros).toBe(0)
  expect(matmul(Matrix.zeros(2, 3), S).shape).toEqual([2, 0])
})

test('an async call does not see later changes of its inputs', async () => {
  const { S } = randomSparse(30, 20, 0.3, 'float64', 5)
  const B = Matrix.random(20, 4)
  const expected = matmul(S, B)
  const promise = matmulAsync(S, B)
  B.data.fill(7)
  expect(await promise).toEqual(expected)
})

test('refuses what does not fit', () => {
  const { S } = randomSparse(3, 2, 0.9, 'float64', 5)
  expect(() => matmul(S, [1, 2, 3])).toThrow('matmul: expected B with 2 rows to match A (3×2) but received 3×1')
  expect(() => matmul(Matrix.zeros(2, 2), S)).toThrow(
    'matmul: expected B with 2 rows to match A (2×2) but received 3×2',
  )
  expect(() => matmul(S, S)).toThrow('matmul: expected B with 2 rows')
  expect(() => matmul(S as never, new Float32Array(2))).toThrow('expected B in float64 like A but received float32')
  expect(() => matmul(S, S.transpose, { out: Matrix.zeros(3, 3) })).toThrow('expected no out')
  expect(() => matmul(S, Matrix.zeros(2, 2), { beta: 1 })).toThrow('expected out where beta is given')
  expect(() => matmul(S, Matrix.zeros(2, 2), { out: Matrix.zeros(2, 2) })).toThrow(
    'expected out of 3×2 but received 2×2',
  )
  const B = Matrix.zeros(3, 2)
  expect(() => matmul(S, B.view([0, 2]), { out: B })).toThrow('expected out apart from A and B')
})
