import { describe, expect, test } from 'vitest'
import { det, detAsync, lu, Matrix, ShapeError, slogdet } from '../../lib/index.ts'
import { batchCases, onAnyView, squares } from '../support/batches.ts'
import { batchOf, cases } from '../support/cases.ts'
import { contract, definite } from '../support/contract.ts'
import { epsilonOf } from '../support/properties.ts'
import { read, referenceDeterminant } from '../support/reference.ts'
import { bothWays } from '../support/twins.ts'

const both = bothWays('det', det, detAsync)
const bound = 10

/** |d − det A| / (|det A| · n · κ · ε) */
function determinantError(A: Matrix, d: number): number {
  const { sign, logAbs, condition } = referenceDeterminant(read(A))
  const expected = sign * Math.exp(logAbs)
  return Math.abs(d - expected) / Math.abs(expected) / (Math.max(A.rows, 1) * condition * epsilonOf(A))
}

contract('det', det, detAsync, { operands: [definite], batch: true })

describe('det', () => {
  test.each(cases({ with: ['square', 'fullRank'], without: ['huge', 'tiny', 'large'] }))('$name', async ({ A }) => {
    const d = await both(A)
    expect(determinantError(A, d)).toBeLessThan(bound)
    expect(lu(A).det()).toBe(d)
  })
  test.each(cases({ with: ['singular'] }))('of the singular $name is 0', async ({ A }) => {
    expect(await both(A)).toBe(0)
  })
  test('of 0×0 is 1', async () => {
    expect(await both(Matrix.zeros(0, 0))).toBe(1)
    expect(await both(Matrix.zeros(0, 0, { dtype: 'float32' }))).toBe(1)
  })
  test('is exact where the elimination is, with the sign of the permutation', async () => {
    expect(
      await both([
        [4, 2],
        [2, 5],
      ]),
    ).toBe(16)
    expect(
      await both([
        [0, 1],
        [1, 0],
      ]),
    ).toBe(-1)
    expect(
      await both([
        [0, 1, 0],
        [0, 0, 1],
        [1, 0, 0],
      ]),
    ).toBe(1)
    expect(await both([[0]])).toBe(0)
  })
  test('overflows and underflows only where the result does', async () => {
    const wide = Matrix.diagonal([1e200, 1e200, 1e-200, 1e-200])
    expect(Math.abs((await both(wide)) - 1)).toBeLessThan(1e-14)
    expect(await both(Matrix.diagonal([1e200, -1e200]))).toBe(Number.NEGATIVE_INFINITY)
    expect(await both(Matrix.diagonal([1e-200, 1e-200]))).toBe(0)
    const single = Matrix.diagonal([1e30, 1e-30, 2], { dtype: 'float32' })
    expect(determinantError(single, await both(single))).toBeLessThan(bound)
  })
  test('views of any strides', () =>
    onAnyView(async (A) => expect(determinantError(A, await both(A))).toBeLessThan(bound), { square: true }))
})

describe('det of a batch', () => {
  test.each(batchCases(squares))('$name', async ({ members, batch }) => {
    const values = await both(batch)
    expect(values.constructor).toBe(batch.data.constructor)
    expect(values.length).toBe(members.length)
    for (const [b, A] of members.entries()) expect(determinantError(A, values[b])).toBeLessThan(bound)
  })
  test.each(cases({ with: ['square', 'fullRank'], without: ['huge', 'tiny'], layouts: ['row-major'] }))(
    'five of $name',
    async ({ A }) => {
      for (const d of await both(batchOf([A, A, A, A, A]))) expect(determinantError(A, d)).toBeLessThan(bound)
    },
  )
  test('a singular member has 0, the others theirs', async () => {
    for (const n of [2, 9, 40]) {
      const members = [Matrix.identity(n), Matrix.zeros(n, n), Matrix.identity(n)]
      expect(Array.from(await both(batchOf(members)))).toEqual([1, 0, 1])
    }
  })
  test('of 0×0 members is 1 each', async () => {
    const empty = Matrix.zeros(0, 0)
    expect(Array.from(await both(batchOf([empty, empty, empty])))).toEqual([1, 1, 1])
  })
})

describe('det refuses', () => {
  test.each(cases({ with: ['square', 'nonFinite'] }))('$name', async ({ A }) => {
    await expect(both(A)).rejects.toThrow(/^det: expected A with finite entries/)
    expect(() => slogdet(A)).toThrow(/^slogdet: expected A with finite entries/)
  })
  test('what is not square', async () => {
    await expect(both([[1, 2]])).rejects.toThrow(ShapeError)
    await expect(both([1, 2])).rejects.toThrow('det: expected A to be square but received 2×1')
  })
})
