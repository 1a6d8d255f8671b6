import { describe, expect, test } from 'vitest'
import { factorize } from '../../lib/als/index.ts'
import { getThreads, Matrix, matmul, norm, setThreads, solve, subtract } from '../../lib/index.ts'

const dtypes = ['float64', 'float32'] as const
const epsilon = { float64: 2 ** -52, float32: 2 ** -23 }
const [m, n] = [1500, 300] as const

/** The same numbers, laid out in three ways; large enough for several panels in several parts. */
const layouts: Record<string, (A: Matrix) => Matrix> = {
  'row by row': (A) => A,
  'column by column': (A) => A.transpose.copy().transpose,
  'every second entry': (A) => {
    const spread = Matrix.zeros(m, 2 * n, { dtype: A.dtype })
    for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) spread.set(i, 2 * j, A.get(i, j))
    return new Matrix(spread.data, m, n, { rowStride: 2 * n, columnStride: 2 })
  },
}

/** Sweeps by their definition, in double. */
function swept(A: Matrix, W: Matrix, sweeps: number): Matrix {
  let Z = W.transpose
  for (let s = 0; s < sweeps; s++) {
    Z = solve(matmul(W.transpose, W), matmul(W.transpose, A))
    W = solve(matmul(Z, Z.transpose), matmul(Z, A.transpose)).transpose
  }
  return matmul(W, Z)
}

describe.each(dtypes)('%s', (dtype) => {
  const A = Matrix.random(m, n, { seed: 1, dtype })
  const allowed = 500 * epsilon[dtype] * norm(A)

  // Chunks of one to four vectors, and several of them.
  test.each([1, 8, 20, 30, 50, 70])('two sweeps of rank %i are what they are defined as', (k) => {
    const W = Matrix.random(m, k, { seed: 2, dtype })
    const expected = swept(A.toType('float64'), W.toType('float64'), 2)
    for (const [layout, laid] of Object.entries(layouts))
      for (const B of [laid(A), laid(A).view([0, 7]), laid(A).view([5, m], [3, n])]) {
        const part = Matrix.random(B.rows, Math.min(k, B.rows), { seed: 2, dtype })
        const whole = B.rows === m
        const options = { rank: part.columns, method: 'als', maxIterations: 2, tolerance: 0 } as const
        const result = factorize(B, { ...options, initial: { W: whole ? W : part } })
        const reference = whole ? expected : swept(B.toType('float64'), part.toType('float64'), 2)
        const product = matmul(result.W, result.Z).toType('float64')
        const difference = norm(subtract(product, reference))
        // A start of as many columns as A has rows is square, and not so well conditioned.
        expect(difference, `${layout}, ${B.rows}×${B.columns}`).toBeLessThanOrEqual(allowed * (B.rows < 10 ? 100 : 1))
        const left = norm(subtract(B.toType('float64'), product)) ** 2
        const noise = 500 * epsilon[dtype] * norm(B) ** 2
        expect(Math.abs(result.objective - left), `${layout}, ${B.rows}×${B.columns}`).toBeLessThanOrEqual(noise)
      }
  })

  test('the same bits for any number of threads', () => {
    const before = getThreads()
    try {
      const results = [1, 2, 3].map((threads) => {
        setThreads(threads)
        const { W, Z, objective } = factorize(A, { rank: 20, method: 'als', maxIterations: 3 })
        return [W.data, Z.data, objective]
      })
      expect(results[1]).toEqual(results[0])
      expect(results[2]).toEqual(results[0])
    } finally {
      setThreads(before)
    }
  })
})

test('the definition notices', () => {
  const A = Matrix.random(40, 30, { seed: 1 })
  const W = Matrix.random(40, 5, { seed: 2 })
  expect(norm(subtract(swept(A, W, 1), swept(A, W, 2)))).toBeGreaterThan(1e-3 * norm(A))
})
