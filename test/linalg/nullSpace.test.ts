import { expect, test } from 'vitest'
import { Matrix, nullSpace, nullSpaceAsync } from '../../lib/index.ts'
import { cases } from '../support/cases.ts'
import { contract } from '../support/contract.ts'
import { fromRows, product } from '../support/generate.ts'
import { epsilonOf, negativeLeaders, normOf, orthogonalityError } from '../support/properties.ts'
import { read } from '../support/reference.ts'
import { bothWays } from '../support/twins.ts'

const both = bothWays('nullSpace', nullSpace, nullSpaceAsync)

test.each(
  cases({ without: ['nonFinite'], layouts: ['row-major', 'strided'] }).filter(({ rank }) => rank !== undefined),
)('$name', async ({ A, rows, columns, rank = 0 }) => {
  const N = await both(A)
  expect(N.shape).toEqual([columns, columns - rank])
  expect(orthogonalityError(N)).toBeLessThan(8)
  expect(negativeLeaders(N)).toBe(0)
  const image = normOf(product(read(A), read(N)))
  expect(image).toBeLessThanOrEqual(8 * Math.max(rows, columns) * epsilonOf(A) * normOf(read(A)))
})

test('rtol decides what counts as zero', async () => {
  const A = Matrix.diagonal([8, 2, 1])
  expect((await both(A, { rtol: 0.125 })).toArray()).toEqual([[0], [0], [1]])
  expect((await both(A, { rtol: 0 })).shape).toEqual([3, 0])
  expect((await both(A, { rtol: 1 })).shape).toEqual([3, 3])
})

test('needs no square matrix of a tall one', () => {
  expect(nullSpace(Matrix.zeros(100_000, 2)).toArray()).toEqual([
    [1, 0],
    [0, 1],
  ])
})

const wide = fromRows([
  [1, 2, 0],
  [0, 1, -1],
])
contract('nullSpace', nullSpace, nullSpaceAsync, { operands: [wide], options: ['rtol'] })
