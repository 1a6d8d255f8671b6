import { expect, test } from 'vitest'
import { Matrix, singularValues, singularValuesAsync } from '../../lib/index.ts'
import { batchOf, cases } from '../support/cases.ts'
import { contract, tall } from '../support/contract.ts'
import { disorder, singularValueError } from '../support/properties.ts'
import { bothWays } from '../support/twins.ts'

const both = bothWays('singularValues', singularValues, singularValuesAsync)

test.each(cases({ without: ['nonFinite'], layouts: ['row-major', 'strided'] }))('$name', async ({ A }) => {
  const values = await both(A)
  expect(singularValueError(A, values)).toBeLessThan(8)
  expect(disorder(values, 'descending')).toBe(0)
})

test.each(cases({ without: ['nonFinite', 'large'], layouts: ['row-major'] }))(
  'a batch of $name',
  async ({ A, rows, columns, dtype }) => {
    const members = [A, Matrix.random(rows, columns, { dtype, seed: 5 }), A]
    const values = await both(batchOf(members))
    expect(values.shape).toEqual([3, Math.min(rows, columns)])
    for (const [b, member] of members.entries())
      expect(singularValueError(member, values.row(b).copy().data)).toBeLessThan(8)
  },
)

contract('singularValues', singularValues, singularValuesAsync, { operands: [tall], batch: true })
