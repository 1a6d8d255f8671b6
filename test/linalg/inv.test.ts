import { describe, expect, test } from 'vitest'
import { inv, invAsync, Matrix, SingularMatrixError } from '../../lib/index.ts'
import { batchCases, onAnyView, squares } from '../support/batches.ts'
import { batchOf, cases } from '../support/cases.ts'
import { contract, definite } from '../support/contract.ts'
import { backwardError, relativeError } from '../support/properties.ts'
import { bothWays } from '../support/twins.ts'

const both = bothWays('inv', inv, invAsync)
const bound = 10
const identityLike = (A: Matrix) => Matrix.identity(A.rows, { dtype: A.dtype })

contract('inv', inv, invAsync, { operands: [definite], batch: true })

describe('inv', () => {
  // A of 1e38 in float32 has an inverse below the normal numbers.
  test.each(cases({ with: ['square', 'fullRank'], without: ['huge', 'tiny'] }))('$name', async ({ A }) => {
    const X = await both(A)
    expect(X.shape).toEqual(A.shape)
    expect(backwardError(A, X, identityLike(A))).toBeLessThan(bound)
  })
  test.each(cases({ with: ['square', 'huge'], dtypes: ['float64'] }))('$name', async ({ A }) => {
    expect(backwardError(A, await both(A), identityLike(A))).toBeLessThan(bound)
  })
  test('views of any strides', () =>
    onAnyView(
      async (A) => {
        expect(backwardError(A, await both(A), identityLike(A))).toBeLessThan(bound)
      },
      { square: true },
    ))
  test('an inverse of the inverse, exactly', async () => {
    expect(
      (
        await both([
          [0, 2],
          [4, 0],
        ])
      ).toArray(),
    ).toEqual([
      [0, 0.25],
      [0.5, 0],
    ])
  })
})

describe('inv of a batch', () => {
  test.each(batchCases(squares))('$name', async ({ members, batch }) => {
    const X = await both(batch)
    expect([X.count, X.rows, X.columns]).toEqual([batch.count, batch.rows, batch.rows])
    for (const [b, A] of members.entries()) {
      expect(backwardError(A, X.at(b), identityLike(A))).toBeLessThan(bound)
      expect(relativeError(X.at(b), inv(A))).toBeLessThan(100 * bound)
    }
  })
  test.each(cases({ with: ['square', 'fullRank'], without: ['huge', 'tiny'], layouts: ['row-major'] }))(
    'five of $name',
    async ({ A }) => {
      const X = await both(batchOf([A, A, A, A, A]))
      expect(backwardError(A, X.at(4), identityLike(A))).toBeLessThan(bound)
    },
  )
  test.each([2, 12, 40])('a singular member is named, n = %i', async (n) => {
    const members = Array.from({ length: 9 }, () => Matrix.identity(n))
    members[6].set(1, 1, 0)
    await expect(both(batchOf(members))).rejects.toMatchObject({ index: 6, position: 1 })
  })
})

describe('inv refuses', () => {
  test.each(cases({ with: ['singular'] }))('the singular $name', async ({ A }) => {
    await expect(both(A)).rejects.toThrow(SingularMatrixError)
  })
  test.each(cases({ with: ['square', 'nonFinite'] }))('$name', async ({ A }) => {
    await expect(both(A)).rejects.toThrow(/^inv: expected A with finite entries but received NaN or Infinity;/)
  })
  test('what is not square, or too large', async () => {
    await expect(both([[1, 2]])).rejects.toThrow('inv: expected A to be square but received 1×2')
    const big = new Matrix(Float64Array.of(1), 50_000, 50_000, { rowStride: 0, columnStride: 0 })
    expect(() => inv(big)).toThrow('fewer than 2³¹ entries')
  })
})
