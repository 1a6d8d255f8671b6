import { describe, expect, test } from 'vitest'
import { Matrix, slogdet, slogdetAsync } from '../../lib/index.ts'
import { batchCases, onAnyView, squares } from '../support/batches.ts'
import { batchOf, cases } from '../support/cases.ts'
import { contract, definite } from '../support/contract.ts'
import { epsilonOf } from '../support/properties.ts'
import { read, referenceDeterminant } from '../support/reference.ts'
import { bothWays } from '../support/twins.ts'

const both = bothWays('slogdet', slogdet, slogdetAsync)
const bound = 10

/** |logAbs − log|det A|| / ((n · κ + |log|det A||) · ε): the logarithm itself is rounded. */
function logError(A: Matrix, logAbsDet: number): number {
  const { logAbs, condition } = referenceDeterminant(read(A))
  const n = Math.max(A.rows, 1)
  return Math.abs(logAbsDet - logAbs) / ((n * condition + Math.abs(logAbs)) * epsilonOf(A))
}

contract('slogdet', slogdet, slogdetAsync, { operands: [definite], batch: true })

describe('slogdet', () => {
  test.each(cases({ with: ['square', 'fullRank'], without: ['large'] }))('$name', async ({ A }) => {
    const { sign, logAbsDet } = await both(A)
    expect(sign).toBe(referenceDeterminant(read(A)).sign)
    expect(logError(A, logAbsDet)).toBeLessThan(bound)
  })
  test.each(cases({ with: ['singular'] }))('of the singular $name', async ({ A }) => {
    expect(await both(A)).toEqual({ sign: 0, logAbsDet: Number.NEGATIVE_INFINITY })
  })
  test('of 0×0', async () => {
    expect(await both(Matrix.zeros(0, 0))).toEqual({ sign: 1, logAbsDet: 0 })
  })
  test('views of any strides', () =>
    onAnyView(async (A) => expect(logError(A, (await both(A)).logAbsDet)).toBeLessThan(bound), { square: true }))
})

describe('slogdet of a batch', () => {
  test.each(batchCases(squares))('$name', async ({ members, batch }) => {
    const { sign, logAbsDet } = await both(batch)
    for (const [b, A] of members.entries()) {
      expect(sign[b]).toBe(referenceDeterminant(read(A)).sign)
      expect(logError(A, logAbsDet[b])).toBeLessThan(bound)
    }
  })
  test.each(cases({ with: ['square', 'fullRank'], layouts: ['row-major'] }))('five of $name', async ({ A }) => {
    const { sign, logAbsDet } = await both(batchOf([A, A, A, A, A]))
    expect(sign[4]).toBe(referenceDeterminant(read(A)).sign)
    expect(logError(A, logAbsDet[4])).toBeLessThan(bound)
  })
  test('a singular member', async () => {
    for (const n of [2, 9, 40]) {
      const { sign, logAbsDet } = await both(batchOf([Matrix.identity(n), Matrix.zeros(n, n)]))
      expect([Array.from(sign), Array.from(logAbsDet)]).toEqual([
        [1, 0],
        [0, Number.NEGATIVE_INFINITY],
      ])
    }
  })
})
