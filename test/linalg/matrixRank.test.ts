import { expect, test } from 'vitest'
import { Matrix, matrixRank, matrixRankAsync } from '../../lib/index.ts'
import { cases } from '../support/cases.ts'
import { contract, tall } from '../support/contract.ts'
import { bothWays } from '../support/twins.ts'

const both = bothWays('matrixRank', matrixRank, matrixRankAsync)

test.each(
  cases({ without: ['nonFinite'], layouts: ['row-major', 'strided'] }).filter(({ rank }) => rank !== undefined),
)('$name', async ({ A, rank }) => {
  expect(await both(A)).toBe(rank)
})

// As in numpy's tests.
test.each([
  [4, Matrix.identity(4)],
  [3, Matrix.diagonal([1, 1, 1, 0])],
  [0, Matrix.zeros(4, 4)],
  [1, [1, 0, 0, 0]],
  [0, [0, 0, 0, 0]],
  [1, [1]],
  [0, [[]]],
])('%i', async (rank, A) => {
  expect(await both(A)).toBe(rank)
})

test('rtol is relative to the largest singular value, and a value equal to it counts as zero', async () => {
  const A = Matrix.diagonal([8, 2, 1])
  for (const [rtol, rank] of [
    [0, 3],
    [0.124, 3],
    [0.125, 2],
    [0.25, 1],
    [1, 0],
  ])
    expect(await both(A, { rtol })).toBe(rank)
})

test('the default is ε·max(m, n) of the dtype', () => {
  for (const [dtype, epsilon] of [
    ['float64', 2 ** -52],
    ['float32', 2 ** -23],
  ] as const)
    for (const [factor, rank] of [
      [4, 1],
      [5, 2],
    ]) {
      const A = Matrix.from(
        [
          [1, 0],
          [0, factor * epsilon],
          [0, 0],
          [0, 0],
        ],
        { dtype },
      )
      expect(matrixRank(A)).toBe(rank)
      expect(matrixRank(A.transpose)).toBe(rank)
    }
})

contract('matrixRank', matrixRank, matrixRankAsync, { operands: [tall], options: ['rtol'] })
