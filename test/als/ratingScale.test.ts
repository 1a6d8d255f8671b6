/** Ratings near the ends of their type's range. */
import { describe, expect, test } from 'vitest'
import { completeALS, completeALSAsync, implicitALS } from '../../lib/als/index.ts'
import { ArgumentError, ConvergenceError, Matrix } from '../../lib/index.ts'

const epsilon = { float64: 2 ** -52, float32: 2 ** -23 }

describe.each([
  ['float64', 600, 490],
  ['float32', 100, 60],
] as const)('%s', (dtype, far, near) => {
  const seen = Matrix.random(30, 20, { seed: 3, dtype })
  const times = (exponent: number) =>
    new Matrix(seen.data.map((value, k) => (k % 3 ? value * 2 ** exponent : Number.NaN)) as never, 30, 20)

  test('completeALS refuses what has no squares', async () => {
    const message = new RegExp(`^completeALS: expected ratings whose squares ${dtype} can hold.*; scale them up`)
    const small = times(-far)
    expect(() => completeALS(small)).toThrow(ArgumentError)
    expect(() => completeALS(small)).toThrow(message)
    await expect(completeALSAsync(small)).rejects.toThrow(message)
    expect(() => completeALS(times(far), { solver: 'cg' })).toThrow(ConvergenceError)
    expect(() => completeALS(times(far), { solver: 'cg' })).toThrow(/objective that is a finite number .* scale the/)
    const zeros = completeALS(Matrix.zeros(4, 3, { dtype }), { rank: 2 })
    expect(zeros.objective).toBe(0)
  })

  test('completeALS without λ is the same at every scale that it takes', () => {
    const fitted = (exponent: number) => completeALS(times(exponent), { rank: 3, regularization: 0, biases: false })
    const { iterations, stopReason, objective } = fitted(0)
    for (const exponent of [near, -near]) {
      const found = fitted(exponent)
      expect({ iterations: found.iterations, stopReason: found.stopReason }).toEqual({ iterations, stopReason })
      const allowed = 1e4 * epsilon[dtype]
      expect(Math.abs(found.objective / 4 ** exponent / objective - 1), `2^${exponent}`).toBeLessThan(allowed)
    }
  })

  test('implicitALS of c·A with α/c is that of A, whatever c', () => {
    const fitted = (exponent: number) => implicitALS(times(exponent), { rank: 3, alpha: 40 / 2 ** exponent })
    const { iterations, objective, W } = fitted(0)
    for (const exponent of [far, -far]) {
      const found = fitted(exponent)
      expect([found.iterations, found.objective], `2^${exponent}`).toEqual([iterations, objective])
      expect(found.W.data).toEqual(W.data)
    }
  })
})
