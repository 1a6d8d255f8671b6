import { expect, test } from 'vitest'
import { Matrix, stableRank, stableRankAsync } from '../../lib/index.ts'
import { cases } from '../support/cases.ts'
import { contract, tall } from '../support/contract.ts'
import { epsilonOf, normOf } from '../support/properties.ts'
import { read, referenceSingularValues } from '../support/reference.ts'
import { bothWays } from '../support/twins.ts'

const both = bothWays('stableRank', stableRank, stableRankAsync)

test.each(cases({ without: ['nonFinite'], layouts: ['row-major', 'strided'] }))('$name', async ({ A }) => {
  const a = read(A)
  const largest = referenceSingularValues(a)[0] || 1
  const expected = (normOf(a) / largest) ** 2
  const found = await both(A)
  expect(Math.abs(found - expected)).toBeLessThanOrEqual(16 * Math.max(A.rows, A.columns) * epsilonOf(A) * expected)
})

test('counts equal singular values, and little of small ones', () => {
  expect(stableRank(Matrix.identity(7))).toBe(7)
  expect(stableRank(Matrix.diagonal([2, 1, 1]))).toBe(1.5)
  expect(stableRank(Matrix.zeros(3, 2))).toBe(0)
  expect(stableRank([[]])).toBe(0)
})

contract('stableRank', stableRank, stableRankAsync, { operands: [tall] })
