import { describe, expect, test } from 'vitest'
import { khatriRaoALS } from '../../lib/als/index.ts'
import { getThreads, khatriRao, Matrix, norm, setThreads, singularValues, subtract } from '../../lib/index.ts'
import { dtypes, lay } from '../support/cases.ts'
import { at, type Dense, dense, normal } from '../support/generate.ts'
import { epsilonOf } from '../support/properties.ts'
import { distance } from '../support/walk.ts'

const noisy = (rows: number, columns: number, seed: number): Dense => {
  const noise = normal(rows, columns, seed)
  return dense(rows, columns, (i, j) => 2 + Math.sin(i / 2 + j) + 0.5 * at(noise, i, j))
}

/** ⊙ of all factors, with normal entries. */
const chain = (extents: readonly number[], columns: number) =>
  extents
    .map((extent, t) => Matrix.random(extent, columns, { seed: 20 + t }))
    .reduce((product, next) => khatriRao(product, next))

describe.each(dtypes)('%s', (dtype) => {
  test.each([
    [3, 4, 9],
    [5, 5, 1],
    [1, 6, 4],
    [70, 66, 2],
    [2, 9, 600],
  ])('two factors (%d, %d), %d columns: the error is that of the singular values cut off', (p, q, columns) => {
    const A = noisy(p * q, columns, 1)
    let [left, whole] = [0, 0]
    for (let j = 0; j < columns; j++) {
      const values = singularValues(
        Matrix.from(Array.from({ length: p }, (_, i) => Array.from({ length: q }, (_, k) => at(A, i * q + k, j)))),
      )
      whole += values.reduce((sum, s) => sum + s * s, 0)
      left += values.slice(1).reduce((sum, s) => sum + s * s, 0)
    }
    for (const layout of ['row-major', 'transposed', 'strided'] as const) {
      const given = lay(A, dtype, layout)
      const result = khatriRaoALS(given, { rows: [p, q] })
      expect(Math.abs(result.relativeError - Math.sqrt(left / whole))).toBeLessThan(100 * epsilonOf(given))
      expect(result).toMatchObject({ stopReason: 'closedForm', iterations: 0 })
      const [B, C] = result.factors as [Matrix, Matrix]
      for (let j = 0; j < columns; j += 7)
        expect(norm(B.column(j)) / norm(C.column(j))).toBeCloseTo(1, dtype === 'float64' ? 12 : 4)
    }
  })

  test.each([[[2, 3, 2]], [[4, 3, 5]], [[2, 2, 2, 2, 3]]])('chains %s end where no factor can gain', (rows) => {
    const m = rows.reduce((product, extent) => product * extent, 1)
    const A = lay(noisy(m, 13, 3), dtype, 'row-major')
    const result = khatriRaoALS(A, { rows, maxIterations: 2000, tolerance: 1e-15 })
    const R = subtract(A as Matrix, result.reconstruct() as Matrix).toType('float64')
    // The gradient by each factor: the residual, contracted with all the others.
    for (const [t, factor] of result.factors.entries()) {
      const others = result.factors.map((other, s) => (s === t ? undefined : other))
      let largest = 0
      for (let j = 0; j < 13; j++)
        for (let i = 0; i < factor.rows; i++) {
          let sum = 0
          for (let index = 0; index < m; index++) {
            let rest = index
            let product = 1
            for (let s = rows.length - 1; s >= 0; s--) {
              const digit = rest % (rows[s] as number)
              rest = Math.floor(rest / (rows[s] as number))
              product *= s === t ? Number(digit === i) : (others[s]?.get(digit, j) as number)
            }
            sum += product * R.get(index, j)
          }
          largest = Math.max(largest, Math.abs(sum))
        }
      expect(largest / norm(A)).toBeLessThan(dtype === 'float64' ? 1e-6 : 1e-3)
    }
    for (let k = 1; k < result.history.length; k++)
      expect(result.history[k]?.objective).toBeLessThanOrEqual(
        (result.history[k - 1]?.objective as number) * (1 + 20 * epsilonOf(A)),
      )
  })

  test.each([[[8, 9]], [[3, 4, 5]]])('what is missing is found again: %s', (rows) => {
    const A = lay(chainEntries(rows, 11), dtype, 'row-major')
    const mask = Uint8Array.from(normal(A.rows, 11, 6).data, (value) => (value < 0.5 ? 1 : 0))
    const result = khatriRaoALS(A, { rows, mask, maxIterations: 3000, tolerance: 1e-14 })
    const bound = dtype === 'float64' ? 1e-5 : 1e-3
    expect(result.relativeError).toBeLessThan(bound)
    expect(norm(subtract(result.reconstruct() as Matrix, A as Matrix)) / norm(A)).toBeLessThan(10 * bound)
  })
})

/** Entries of one sign, so that every column is found from the mean of what is known. */
function chainEntries(rows: readonly number[], columns: number): Dense {
  const product = chain(rows, columns)
  return dense(product.rows, columns, (i, j) => Math.abs(product.get(i, j)))
}

test('the same bits for any number of threads', () => {
  const A = lay(noisy(60, 100, 8), 'float64', 'row-major')
  const before = getThreads()
  try {
    const results = [1, 3].map((threads) => {
      setThreads(threads)
      return khatriRaoALS(A, { rows: [3, 4, 5], maxIterations: 5 }).factors
    })
    expect(distance(results[0], results[1])).toBe(0)
  } finally {
    setThreads(before)
  }
})

test('a column of zeros stays one', () => {
  const A = Matrix.random(12, 3, { seed: 1 })
  for (let i = 0; i < 12; i++) A.set(i, 1, 0)
  for (const rows of [
    [3, 4],
    [2, 3, 2],
  ])
    expect(norm(khatriRaoALS(A, { rows }).reconstruct().column(1))).toBe(0)
})
