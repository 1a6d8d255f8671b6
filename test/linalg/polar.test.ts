import { expect, test } from 'vitest'
import { polar, polarAsync, singularValues } from '../../lib/index.ts'
import { cases } from '../support/cases.ts'
import { contract, tall } from '../support/contract.ts'
import { epsilonOf, orthogonalityError, productError } from '../support/properties.ts'
import { bothWays } from '../support/twins.ts'

const both = bothWays('polar', polar, polarAsync)

test.each(cases({ without: ['nonFinite'], layouts: ['row-major', 'strided'] }))(
  '$name',
  async ({ A, rows, columns }) => {
    const { U, P } = await both(A)
    expect([U.shape, P.shape]).toEqual([
      [rows, columns],
      [columns, columns],
    ])
    expect(productError(A, U, P)).toBeLessThan(8)
    expect(orthogonalityError(rows < columns ? U.transpose : U)).toBeLessThan(8)
    expect(P.transpose.toArray()).toEqual(P.toArray())
    // A symmetric P is semidefinite where its trace is the sum of its singular values, which are those of A.
    const values = Array.from(singularValues(A))
    const largest = values[0] || 1
    const trace = P.toArray().reduce((sum, row, i) => sum + (row[i] as number) / largest, 0)
    const sum = values.reduce((total, s) => total + s / largest, 0)
    expect(Math.abs(trace - sum)).toBeLessThanOrEqual(8 * columns * epsilonOf(A))
  },
)

test('of a zero matrix: any orthonormal U, and P = 0', () => {
  const { U, P } = polar([
    [0, 0],
    [0, 0],
    [0, 0],
  ])
  expect(orthogonalityError(U)).toBeLessThan(1)
  expect(P.toArray()).toEqual([
    [0, 0],
    [0, 0],
  ])
})

contract('polar', polar, polarAsync, { operands: [tall] })
