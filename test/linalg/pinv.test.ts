import { describe, expect, test } from 'vitest'
import { Matrix, matmul, pinv, pinvAsync, singularValues } from '../../lib/index.ts'
import { batchOf, cases } from '../support/cases.ts'
import { contract, tall } from '../support/contract.ts'
import { epsilonOf, productError, relativeError } from '../support/properties.ts'
import { bothWays } from '../support/twins.ts'

const both = bothWays('pinv', pinv, pinvAsync)
const layouts = ['row-major', 'strided'] as const
// The inverse of the smallest float32 numbers is no float32 number.
const finiteInverse = (one: { tags: ReadonlySet<string>; dtype: string }) =>
  !(one.tags.has('tiny') && one.dtype === 'float32')

/** The four conditions of Penrose, in multiples of ε and of κ over the values that count. */
function penroseError(A: Matrix, X: Matrix, rank = Math.min(A.rows, A.columns)): number {
  const values = singularValues(A)
  const condition = rank === 0 ? 1 : values[0] / values[rank - 1]
  const [AX, XA] = [matmul(A, X), matmul(X, A)]
  const asymmetry = (S: Matrix) => relativeError(S, S.transpose.copy()) / Math.max(S.rows, 1)
  return Math.max(productError(A, A, X, A), productError(X, X, A, X), asymmetry(AX), asymmetry(XA)) / condition
}

test.each(cases({ with: ['wellConditioned'], layouts }).filter(finiteInverse))(
  '$name',
  async ({ A, rows, columns }) => {
    const X = await both(A)
    expect(X.shape).toEqual([columns, rows])
    expect(penroseError(A, X)).toBeLessThan(8)
  },
)

test.each(cases({ with: ['rankDeficient'], layouts }))('$name', async ({ A, rank }) => {
  expect(penroseError(A, await both(A), rank)).toBeLessThan(8)
})

test.each(cases({ with: ['illConditioned'], layouts }))('$name', async ({ A }) => {
  expect(penroseError(A, await both(A))).toBeLessThan(8)
})

test.each(cases({ with: ['graded'], layouts: ['row-major'] }))(
  'what counts as zero is left out: $name',
  async ({ A }) => {
    const values = singularValues(A)
    const X = await both(A)
    const cutoff = Math.max(A.rows, A.columns) * epsilonOf(A) * values[0]
    const rank = values.filter((s) => s > cutoff).length
    expect(relativeError(singularValues(X).subarray(0, 1), Float64Array.of(1 / values[rank - 1]))).toBeLessThan(
      (8 * values[0]) / values[rank - 1],
    )
  },
)

describe('rtol', () => {
  const A = Matrix.diagonal([4, 2, 1])
  const diagonal = (X: Matrix) => X.toArray().map((row, i) => row[i])
  test.each([
    [0, [0.25, 0.5, 1]],
    [0.25, [0.25, 0.5, 0]],
    [0.3, [0.25, 0.5, 0]],
    [0.5, [0.25, 0, 0]],
    [1, [0, 0, 0]],
    [7, [0, 0, 0]],
  ])('%f', async (rtol, expected) => {
    expect(diagonal(await both(A, { rtol }))).toEqual(expected)
  })
  test.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('%f is refused', async (rtol) => {
    await expect(both(A, { rtol })).rejects.toThrow('pinv: expected rtol to be a finite number of at least 0')
  })
})

test.each(cases({ with: ['wellConditioned'], without: ['large'], layouts: ['row-major'] }).filter(finiteInverse))(
  'a batch of $name',
  async ({ A, rows, columns, dtype }) => {
    const members = [A, Matrix.zeros(rows, columns, { dtype }), A]
    const X = await both(batchOf(members))
    expect([X.count, X.rows, X.columns]).toEqual([3, columns, rows])
    expect(penroseError(A, X.at(0))).toBeLessThan(8)
    expect(
      X.at(1)
        .toArray()
        .flat()
        .every((x) => x === 0),
    ).toBe(true)
    expect(X.at(2).toArray()).toEqual(X.at(0).toArray())
  },
)

contract('pinv', pinv, pinvAsync, { operands: [tall], options: ['rtol'], batch: true })
