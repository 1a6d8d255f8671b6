import { describe, expect, test } from 'vitest'
import {
  ArgumentError,
  type Blocks,
  faceSplitting,
  hadamard,
  khatriRao,
  kron,
  Matrix,
  partitionedKhatriRao,
  partitionedKhatriRaoAsync,
  ShapeError,
} from '../../lib/index.ts'
import { dtypes, lay, layouts } from '../support/cases.ts'
import { contract, tall } from '../support/contract.ts'
import { uniform } from '../support/generate.ts'
import { bothWays } from '../support/twins.ts'

const both = bothWays('partitionedKhatriRao', partitionedKhatriRao, partitionedKhatriRaoAsync)

const starts = (sizes: readonly number[]) => sizes.map((_, i) => sizes.slice(0, i).reduce((sum, size) => sum + size, 0))

/** Block by block with kron. */
function definition(A: Matrix, B: Matrix, rows: [number[], number[]], columns: [number[], number[]]): number[][] {
  const range = (sizes: number[], i: number) => [starts(sizes)[i], starts(sizes)[i] + sizes[i]] as [number, number]
  return rows[0].flatMap((_, I) => {
    const blocks = columns[0].map((_, J) =>
      kron(A.view(range(rows[0], I), range(columns[0], J)), B.view(range(rows[1], I), range(columns[1], J))).toArray(),
    )
    return Array.from({ length: rows[0][I] * rows[1][I] }, (_, i) => blocks.flatMap((block) => block[i]))
  })
}

describe.each(dtypes)('%s', (dtype) => {
  test.each(layouts)('%s: every block is the Kronecker product of the blocks', async (layout) => {
    const A = lay(uniform(6, 9, 1), dtype, layout)
    const B = lay(uniform(6, 9, 2), dtype, layout)
    const cuts: [Blocks, [number[], number[]]][] = [
      [
        3,
        [
          [2, 2, 2],
          [2, 2, 2],
        ],
      ],
      [
        [1, 3, 2],
        [
          [1, 3, 2],
          [1, 3, 2],
        ],
      ],
      [
        { A: [2, 4, 0], B: [1, 2, 3] },
        [
          [2, 4, 0],
          [1, 2, 3],
        ],
      ],
      [
        { A: [0, 0, 6], B: [3, 3, 0] },
        [
          [0, 0, 6],
          [3, 3, 0],
        ],
      ],
    ]
    const columnCuts: [Blocks, [number[], number[]]][] = [
      [1, [[9], [9]]],
      [
        { A: [4, 5], B: [8, 1] },
        [
          [4, 5],
          [8, 1],
        ],
      ],
      [
        [3, 3, 3],
        [
          [3, 3, 3],
          [3, 3, 3],
        ],
      ],
    ]
    for (const [rowBlocks, rows] of cuts)
      for (const [columnBlocks, columns] of columnCuts)
        expect((await both(A, B, { rowBlocks, columnBlocks })).toArray()).toEqual(definition(A, B, rows, columns))
  })
})

test('the partition of the usual example', async () => {
  const A = [
    [1, 2, 3],
    [4, 5, 6],
    [7, 8, 9],
  ]
  const B = [
    [1, 4, 7],
    [2, 5, 8],
    [3, 6, 9],
  ]
  const blocks = { A: [2, 1], B: [1, 2] }
  expect((await both(A, B, { rowBlocks: blocks, columnBlocks: blocks })).toArray()).toEqual([
    [1, 2, 12, 21],
    [4, 5, 24, 42],
    [14, 16, 45, 72],
    [21, 24, 54, 81],
  ])
})

test('its extremes are the other products', async () => {
  const [A, B] = [Matrix.random(4, 6, { seed: 1 }), Matrix.random(4, 6, { seed: 2 })]
  const cut = async (rowBlocks: number, columnBlocks: number) =>
    (await both(A, B, { rowBlocks, columnBlocks })).toArray()
  expect(await cut(1, 1)).toEqual(kron(A, B).toArray())
  expect(await cut(1, 6)).toEqual(khatriRao(A, B).toArray())
  expect(await cut(4, 1)).toEqual(faceSplitting(A, B).toArray())
  expect(await cut(4, 6)).toEqual(hadamard(A, B).toArray())
})

test('refusals', async () => {
  const A = Matrix.zeros(4, 6)
  const cases: [unknown, typeof ShapeError][] = [
    [3, ShapeError],
    [[2, 1], ShapeError],
    [{ A: [4], B: [2, 2] }, ShapeError],
    [0, ArgumentError],
    [-1, ArgumentError],
    [1.5, ArgumentError],
    [[5, -1], ArgumentError],
    [[2, '2'], ArgumentError],
    [{ A: [4] }, ArgumentError],
    [{ A: 4, B: 4 }, ArgumentError],
    ['2', ArgumentError],
    [null, ArgumentError],
    [undefined, ArgumentError],
  ]
  for (const [rowBlocks, error] of cases) {
    const failure = both(A, A, { rowBlocks: rowBlocks as Blocks, columnBlocks: 1 })
    await expect(failure).rejects.toThrow(error)
    await expect(failure).rejects.toThrow(/^partitionedKhatriRao: expected rowBlocks/)
  }
  await expect(both(A, A, undefined as never)).rejects.toThrow(ArgumentError)
})

contract('partitionedKhatriRao', partitionedKhatriRao, partitionedKhatriRaoAsync, {
  operands: [tall, tall],
  options: ['rowBlocks', 'columnBlocks'],
  required: { rowBlocks: 1, columnBlocks: 2 },
  finite: false,
})
