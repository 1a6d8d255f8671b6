import { describe, expect, test } from 'vitest'
import { kroneckerALS, kroneckerALSAsync } from '../../lib/als/index.ts'
import { kron, Matrix, norm, SparseMatrix, singularValues, subtract } from '../../lib/index.ts'
import { dtypes, lay } from '../support/cases.ts'
import { at, type Dense, dense, normal } from '../support/generate.ts'
import { epsilonOf } from '../support/properties.ts'
import { distance } from '../support/walk.ts'

const shapes = [
  [
    [3, 4],
    [5, 2],
  ],
  [
    [1, 6],
    [7, 1],
  ],
  [
    [4, 4],
    [1, 1],
  ],
  [
    [12, 10],
    [9, 11],
  ],
] as const
type Shapes = (typeof shapes)[number]

/** R(A): block (i₁, j₁) is a row, by definition. */
const rearranged = (A: Dense, [[m1, n1], [m2, n2]]: Shapes) =>
  dense(m1 * n1, m2 * n2, (b, e) => {
    const [i1, j1, i2, j2] = [Math.floor(b / n1), b % n1, Math.floor(e / n2), e % n2]
    return at(A, i1 * m2 + i2, j1 * n2 + j2)
  })

const decaying = (rows: number, columns: number, seed: number): Dense => {
  const noise = normal(rows, columns, seed)
  return dense(rows, columns, (i, j) => 1 / (1 + i + 2 * j) + 0.05 * at(noise, i, j))
}

describe.each(dtypes)('%s', (dtype) => {
  test.each(shapes)('the error is that of the singular values cut off: %s ⊗ %s', (...shape) => {
    const [[m1, n1], [m2, n2]] = shape as unknown as Shapes
    const sizes = [m1 * m2, n1 * n2] as const
    const A = decaying(...sizes, 1)
    for (const layout of ['row-major', 'transposed', 'strided'] as const) {
      const given = lay(A, dtype, layout)
      const values = singularValues(lay(rearranged(A, shape as unknown as Shapes), 'float64', 'row-major'))
      for (const terms of [1, 2, 5]) {
        if (terms > values.length) continue
        const result = kroneckerALS(given, { shapes: shape as unknown as Shapes, terms })
        const best = Math.hypot(...values.slice(terms)) / Math.hypot(...values)
        expect(Math.abs(result.relativeError - best)).toBeLessThan(100 * epsilonOf(given))
        expect(result).toMatchObject({ stopReason: 'closedForm', iterations: 0, converged: true })
        // Each term by the singular value that it is, its factors of equal norms.
        for (const [t, { B, C }] of result.factors.entries()) {
          expect(norm(B) * norm(C)).toBeCloseTo(values[t] as number, dtype === 'float64' ? 10 : 4)
          expect(norm(B) / norm(C)).toBeCloseTo(1, dtype === 'float64' ? 12 : 5)
        }
      }
    }
  })

  test('a factor of hundreds of thousands of numbers, and shapes that change later', async () => {
    const A = lay(normal(400, 500, 3), dtype, 'row-major')
    const given: [[number, number], [number, number]] = [
      [1, 1],
      [400, 500],
    ]
    const promise = kroneckerALSAsync(A, { shapes: given })
    given[0][0] = 400
    given[1][0] = 1
    const result = await promise
    expect(result.relativeError).toBeLessThan(100 * epsilonOf(A))
    expect(norm(subtract(result.reconstruct() as Matrix, A as Matrix))).toBeLessThan(100 * epsilonOf(A) * norm(A))
  })

  test('a wholly known matrix needs no mask; sparse is the same', () => {
    const A = lay(decaying(15, 8, 2), dtype, 'row-major')
    const options = { shapes: shapes[0], terms: 2 }
    const whole = kroneckerALS(A, options)
    const strip = ({ elapsedMs, ...rest }: typeof whole) => rest
    expect(distance(strip(kroneckerALS(A, { ...options, mask: new Uint8Array(120).fill(1) })), strip(whole))).toBe(0)
    const sparse = kroneckerALS(SparseMatrix.fromDense(A), options)
    expect(Math.abs(sparse.relativeError - whole.relativeError)).toBeLessThan(100 * epsilonOf(A))
  })

  test('what is missing is found again where two terms are all there is', () => {
    const terms = [3, 4].map((seed) => kron(Matrix.random(6, 5, { seed }), Matrix.random(7, 8, { seed: seed + 10 })))
    const A = lay(
      dense(42, 40, (i, j) => terms.reduce((sum, term) => sum + term.get(i, j), 0)),
      dtype,
      'row-major',
    )
    const mask = Uint8Array.from(normal(42, 40, 5).data, (value) => (value < 0 ? 1 : 0))
    const factors = [
      [6, 5],
      [7, 8],
    ] as const
    const result = kroneckerALS(A, { shapes: factors, terms: 2, mask, maxIterations: 500, tolerance: 1e-14 })
    const bound = dtype === 'float64' ? 1e-6 : 1e-3
    expect(result.relativeError).toBeLessThan(bound)
    expect(norm(subtract(result.reconstruct() as Matrix, A as Matrix)) / norm(A)).toBeLessThan(10 * bound)
    for (let k = 1; k < result.history.length; k++)
      expect(result.history[k]?.objective).toBeLessThanOrEqual(
        (result.history[k - 1]?.objective as number) * (1 + 1e-5),
      )
  })
})
