import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { Ids, Ratings, ratings } from '../../lib/als/index.ts'
import { uniforms } from '../../lib/core/random.ts'
import { ArgumentError, Matrix, ShapeError, SparseMatrix } from '../../lib/index.ts'

type Id = string | number

/** What was rated, by ids in one spelling. */
function entries({ matrix, rowIds, columnIds }: Ratings): Map<string, number> {
  const found = new Map<string, number>()
  for (let i = 0; i < matrix.rows; i++)
    for (let k = matrix.rowPointers[i]!; k < matrix.rowPointers[i + 1]!; k++)
      found.set(`${rowIds.at(i)}|${columnIds.at(matrix.columnIndices[k]!)}`, matrix.values[k]!)
  return found
}

const spellings: Record<string, (k: number) => Id> = {
  integers: (k) => 3 * k - 20,
  strings: (k) => `user ${k}`,
  'spelled integers': (k) => `${k * 7}`,
  mixed: (k) => (k % 3 === 0 ? k : k % 3 === 1 ? `${k}` : `u${k}`),
}

describe.each(Object.entries(spellings))('%s', (_, spell) => {
  test.each([0, 1, 2, 3])('hold every triplet under its ids, whatever the order: seed %i', (seed) => {
    const uniform = uniforms(seed)
    const pick = (n: number) => Math.floor(n * uniform())
    const expected = new Map<string, number>()
    const [rows, columns, values]: [Id[], Id[], number[]] = [[], [], []]
    for (let k = 0; k < 300; k++) {
      const [row, column] = [spell(pick(40)), spell(pick(25))]
      if (expected.has(`${row}|${column}`)) continue
      rows.push(row)
      columns.push(column)
      values.push(uniform())
      expected.set(`${row}|${column}`, values.at(-1)!)
    }
    const made = ratings(rows, columns, values)
    expect(entries(made)).toEqual(new Map([...expected].sort(([a], [b]) => (a < b ? -1 : 1))))
    const back = ratings([...rows].reverse(), [...columns].reverse(), [...values].reverse())
    expect(back.rowIds.toArray()).toEqual(made.rowIds.toArray())
    expect(back.columnIds.toArray()).toEqual(made.columnIds.toArray())
    expect(back.matrix.toDense().data).toEqual(made.matrix.toDense().data)
    expect(made.matrix.transpose.toDense().toArray()).toEqual(made.matrix.toDense().transpose.toArray())
  })
})

describe('ratings', () => {
  test('ids are sorted: integers by value, then strings', () => {
    const { rowIds } = ratings(['b', 10, '9', 'B', -1, 'a', 2, '002'], new Array(8).fill(0))
    expect(rowIds.toArray()).toEqual([-1, 2, '9', 10, '002', 'B', 'a', 'b'])
  })

  test('ids 0 to m − 1 are their own positions', () => {
    const { matrix, rowIds } = ratings(Int32Array.of(2, 0, 1, 2), Int32Array.of(0, 1, 1, 1), [1, 2, 3, 4])
    expect(matrix.toDense().toArray()).toEqual([
      [0, 2],
      [0, 3],
      [1, 4],
    ])
    expect(rowIds.toArray()).toEqual([0, 1, 2])
  })

  test('both spellings of an integer are one row, named as it came first', () => {
    const { matrix, rowIds } = ratings([12, '12', '7', 7], ['a', 'b', 'a', 'b'])
    expect(rowIds.toArray()).toEqual(['7', 12])
    expect(matrix.toDense().toArray()).toEqual([
      [1, 1],
      [1, 1],
    ])
  })

  test('with ids given, rows and columns are positions, and rows without ratings stay', () => {
    const made = ratings([2, 0], [0, 1], [4, 5], { rowIds: ['x', 'y', 'z'], columnIds: 3 })
    expect(made.rowIds.toArray()).toEqual(['x', 'y', 'z'])
    expect(made.columnIds.toArray()).toEqual([0, 1, 2])
    expect(made.matrix.toDense().toArray()).toEqual([
      [0, 5, 0],
      [0, 0, 0],
      [4, 0, 0],
    ])
    const again = ratings([1], [2], undefined, { rowIds: made.rowIds, columnIds: made.columnIds })
    expect(again.rowIds).toBe(made.rowIds)
    expect(again.matrix.values).toEqual(Float64Array.of(1))
  })

  test('the precision is that of the values, or as asked', () => {
    expect(ratings([1], [1]).dtype).toBe('float64')
    expect(ratings([1], [1], Float32Array.of(0.1)).matrix.values).toEqual(Float32Array.of(0.1))
    expect(ratings([1], [1], [0.1], { dtype: 'float32' }).matrix.values).toEqual(Float32Array.of(0.1))
    expect(ratings([1], [1], undefined, { dtype: 'float32' }).matrix.values).toEqual(Float32Array.of(1))
    const made = ratings(['a'], ['b'], [0.1])
    expect(made.toType('float64')).toBe(made)
    expect(made.toType('float32').matrix.values).toEqual(Float32Array.of(0.1))
    expect(made.toType('float32').rowIds).toBe(made.rowIds)
  })

  test('repeated pairs are summed, or the last one kept', () => {
    const given = [
      ['a', 'b', 'a'],
      ['x', 'x', 'x'],
      [1, 2, 4],
    ] as const
    expect(
      ratings(...given, { duplicates: 'sum' })
        .matrix.toDense()
        .toArray(),
    ).toEqual([[5], [2]])
    expect(
      ratings(...given, { duplicates: 'last' })
        .matrix.toDense()
        .toArray(),
    ).toEqual([[4], [2]])
  })

  test('zeros are ratings, inputs stay, no ratings are legal', () => {
    const values = Float64Array.of(0, 3)
    const made = ratings(['b', 'a'], ['x', 'x'], values)
    expect(made.count).toBe(2)
    made.matrix.values[0] = 9
    expect(values).toEqual(Float64Array.of(0, 3))
    expect([ratings([], []).rows, ratings([], []).count]).toEqual([0, 0])
  })

  test('print their extents', () => {
    expect(inspect(ratings(['b', 'a'], ['x', 'x']))).toBe('Ratings 2×1 float64, 2 entries')
  })

  const one = [0]
  test.each<[string, () => unknown, typeof ArgumentError | typeof ShapeError, RegExp]>([
    [
      'ids',
      () => ratings([1.5], one),
      ArgumentError,
      /rows to hold ids, which are strings or integers but received 1.5 at position 0/,
    ],
    ['no array', () => ratings('abc' as never, one), ArgumentError, /rows to be an array of ids/],
    ['columns', () => ratings(one, [null as never]), ArgumentError, /columns to hold ids.*null at position 0/],
    [
      'NaN',
      () => ratings([0, 1], [0, 1], [1, Number.NaN]),
      ArgumentError,
      /finite ratings but received NaN at position 1/,
    ],
    ['Infinity', () => ratings(one, one, [Infinity]), ArgumentError, /finite ratings but received Infinity/],
    ['overflow', () => ratings(one, one, [1e300], { dtype: 'float32' }), ArgumentError, /finite ratings/],
    ['text', () => ratings(one, one, ['5' as never]), ArgumentError, /values to hold numbers but received '5'/],
    ['lengths', () => ratings([0, 1], one), ShapeError, /one length but received 2, 1 and 2/],
    ['values', () => ratings(one, one, [1, 2]), ShapeError, /one length but received 1, 1 and 2/],
    [
      'pairs',
      () => ratings(['b', 'a', 'b'], ['x', 'x', 'x']),
      ArgumentError,
      /every pair once but received row 'b' with column 'x' at positions 0 and 2; pass duplicates/,
    ],
    [
      'positions',
      () => ratings([3], one, undefined, { rowIds: ['a', 'b', 'c'] }),
      ArgumentError,
      /rows to hold integers from 0 to 2 but received 3/,
    ],
    [
      'ids with rowIds',
      () => ratings(['a'], one, undefined, { rowIds: ['a'] }),
      ArgumentError,
      /rows to hold positions in rowIds but received 'a'; leave rowIds out/,
    ],
    ['rowIds', () => ratings(one, one, undefined, { rowIds: ['a', 'a'] }), ArgumentError, /every id once/],
    ['duplicates', () => ratings(one, one, [1], { duplicates: 'sun' as never }), ArgumentError, /did you mean 'sum'/],
    ['option', () => ratings(one, one, [1], { rowids: 3 } as never), ArgumentError, /did you mean 'rowIds'/],
    ['dtype', () => ratings(one, one, [1], { dtype: 'float16' as never }), ArgumentError, /dtype to be one of/],
  ])('refuses wrong input: %s', (_, run, kind, message) => {
    expect(run).toThrow(kind)
    expect(run).toThrow(message)
  })
})

describe('Ratings', () => {
  test('of a dense matrix are its entries but NaN', () => {
    const A = Matrix.from(
      [
        [1, Number.NaN, 0],
        [Number.NaN, Number.NaN, 2],
      ],
      { dtype: 'float32' },
    )
    const { matrix } = Ratings.fromDense(A)
    expect(matrix.dtype).toBe('float32')
    expect([...matrix.rowPointers, ...matrix.columnIndices, ...matrix.values]).toEqual([0, 2, 3, 0, 2, 2, 1, 0, 2])
    expect(Ratings.fromDense(A.transpose).matrix.toDense().toArray()).toEqual(matrix.transpose.toDense().toArray())
    expect(() => Ratings.fromDense([[Infinity]])).toThrow(/finite ratings/)
  })

  test('take a sparse matrix with or without names', () => {
    const matrix = SparseMatrix.fromTriplets(2, 3, { row: [0], column: [1], value: [5] })
    expect(new Ratings(matrix).columnIds.toArray()).toEqual([0, 1, 2])
    expect(new Ratings(matrix, ['a', 'b'], Ids.from(['x', 'y', 'z'])).columnIds.at(1)).toBe('y')
    expect(() => new Ratings(matrix, ['a'])).toThrow(/2 rowIds, one a row but received 1/)
    expect(() => new Ratings(matrix, 2, 4)).toThrow(ShapeError)
    expect(() => new Ratings([[1]] as never)).toThrow(/a SparseMatrix but received an array of 1; use ratings\(\)/)
    expect(() => new Ratings(SparseMatrix.fromDense([[Number.NaN]]))).toThrow(/finite ratings/)
  })
})
