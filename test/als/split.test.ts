import { describe, expect, test } from 'vitest'
import { type Ratings, ratings, type SplitOptions, split } from '../../lib/als/index.ts'
import { uniforms } from '../../lib/core/random.ts'
import { ArgumentError } from '../../lib/index.ts'

/** Rows of very different lengths, some empty; each value says which entry it is. */
function make(rows: number, columns: number, density: number, seed: number, dtype: 'float32' | 'float64' = 'float64') {
  const uniform = uniforms(seed)
  const [row, column]: number[][] = [[], []]
  for (let i = 0; i < rows; i++) {
    const share = density * 2 * uniform() ** 2
    for (let j = 0; j < columns; j++)
      if (uniform() < share) {
        row!.push(i)
        column!.push(j)
      }
  }
  const values = row!.map((_, k) => k + 1)
  return ratings(row!, column!, values, { rowIds: rows, columnIds: columns, dtype })
}

const entries = ({ matrix }: Ratings) => Array.from(matrix.values, (value, k) => `${value}@${matrix.columnIndices[k]}`)

const shares: SplitOptions[] = [
  {},
  { test: 0.3, validation: 0.2 },
  { test: 0, validation: 0.5 },
  { test: 0, validation: 0 },
  { test: 0.999 },
]

describe.each(['entry', 'row'] as const)('by %s', (by) => {
  describe.each(shares)('%j', (options) => {
    test.each([0, 1, 2])('every rating goes to one part, and shape and ids stay: seed %i', (seed) => {
      const all = make(60, 40, 0.4, seed, seed === 1 ? 'float32' : 'float64')
      const parts = split(all, { ...options, by, seed })
      const { train, validation, test: held } = parts
      const union = [train, validation, held].flatMap(entries)
      expect(union.sort()).toEqual(entries(all).sort())
      for (const part of [train, validation, held]) {
        expect([part.rows, part.columns, part.dtype]).toEqual([all.rows, all.columns, all.dtype])
        expect([part.rowIds, part.columnIds]).toEqual([all.rowIds, all.columnIds])
        expect(part.rowIds).toBe(all.rowIds)
      }
      expect(split(all, { ...options, by, seed })).toEqual(parts)
    })
  })

  test('another seed, another split', () => {
    const all = make(60, 40, 0.4, 3)
    expect(entries(split(all, { by, seed: 1 }).test)).not.toEqual(entries(split(all, { by, seed: 2 }).test))
  })

  test('every entry is as likely to be held out', () => {
    const all = ratings(new Array(10).fill(0), [...Array(10).keys()], [...Array(10).keys()])
    const times = new Array(10).fill(0)
    const seeds = 2000
    for (let seed = 0; seed < seeds; seed++)
      for (const value of split(all, { test: 0.3, by, seed }).test.matrix.values) times[value]++
    // Binomial: mean 600, deviation 20.5.
    for (const count of times) expect(Math.abs(count - 0.3 * seeds)).toBeLessThan(5 * 20.5)
  })

  test('nothing splits into nothing', () => {
    const parts = split(ratings([], []), { by })
    expect([parts.train.count, parts.validation.count, parts.test.count]).toEqual([0, 0, 0])
  })
})

test('shares of all ratings are exact to a rating', () => {
  const all = make(50, 50, 0.3, 7)
  const { validation, test: held } = split(all, { validation: 0.15, test: 0.25 })
  expect([validation.count, held.count]).toEqual([Math.round(0.15 * all.count), Math.round(0.25 * all.count)])
})

test('by row, each row gives its shares to less than one, and keeps something to train on', () => {
  const all = make(200, 30, 0.3, 8)
  const { train, validation, test: held } = split(all, { validation: 0.2, test: 0.3, by: 'row', seed: 4 })
  const length = ({ matrix }: Ratings, i: number) => matrix.rowPointers[i + 1]! - matrix.rowPointers[i]!
  for (let i = 0; i < all.rows; i++) {
    const n = length(all, i)
    if (n > 0) expect(length(train, i)).toBeGreaterThan(0)
    if (n > 3) {
      expect(Math.abs(length(held, i) - 0.3 * n)).toBeLessThan(1)
      expect(Math.abs(length(validation, i) - 0.2 * n)).toBeLessThan(1)
    }
  }
  expect(Math.abs(held.count - 0.3 * all.count)).toBeLessThan(0.02 * all.count)
})

test.each<[unknown, RegExp]>([
  [{ test: 1 }, /validation and test that are less than 1 together but received 0 and 1/],
  [{ test: 0.5, validation: 0.5 }, /less than 1 together/],
  [{ test: -0.1 }, /test to be a finite number of at least 0/],
  [{ validation: Number.NaN }, /validation to be a finite number/],
  [{ by: 'user' }, /by to be one of 'entry', 'row'/],
  [{ seed: 0.5 }, /seed to be an integer/],
  [{ tests: 0.1 }, /did you mean 'test'/],
])('refuses %j', (options, message) => {
  const run = () => split(ratings([1], [1]), options as SplitOptions)
  expect(run).toThrow(ArgumentError)
  expect(run).toThrow(message)
})

test('refuses to leave nothing to train on', () => {
  for (const shares of [{ test: 0.9 }, { validation: 0.5, test: 0.4 }])
    expect(() => split(ratings([1], [1]), shares)).toThrow(/leave something to train on .* of 1 ratings; hold out less/)
})

test('refuses what are no ratings', () => {
  expect(() => split([[1]] as never)).toThrow(/Ratings but received an array of 1; make them by ratings\(\)/)
})
