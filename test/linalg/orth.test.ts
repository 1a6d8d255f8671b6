import { expect, test } from 'vitest'
import { Matrix, matmul, orth, orthAsync } from '../../lib/index.ts'
import { cases } from '../support/cases.ts'
import { contract, tall } from '../support/contract.ts'
import { negativeLeaders, orthogonalityError, productError } from '../support/properties.ts'
import { bothWays } from '../support/twins.ts'

const both = bothWays('orth', orth, orthAsync)

test.each(
  cases({ without: ['nonFinite'], layouts: ['row-major', 'strided'] }).filter(({ rank }) => rank !== undefined),
)('$name', async ({ A, rows, rank = 0 }) => {
  const Q = await both(A)
  expect(Q.shape).toEqual([rows, rank])
  expect(orthogonalityError(Q)).toBeLessThan(8)
  expect(productError(A, Q, matmul(Q.transpose, A))).toBeLessThan(16)
  expect(negativeLeaders(Q)).toBe(0)
})

test('rtol decides what belongs to the space', async () => {
  const A = Matrix.diagonal([8, 2, 1])
  expect((await both(A, { rtol: 0.125 })).shape).toEqual([3, 2])
  expect((await both(A, { rtol: 0 })).shape).toEqual([3, 3])
  expect((await both(A, { rtol: 1 })).shape).toEqual([3, 0])
})

contract('orth', orth, orthAsync, { operands: [tall], options: ['rtol'] })
