import { describe, expect, test } from 'vitest'
import { ArgumentError, cond, condAsync, Matrix, norm, ShapeError } from '../../lib/index.ts'
import { cases, dtypes } from '../support/cases.ts'
import { contract, definite } from '../support/contract.ts'
import { epsilonOf } from '../support/properties.ts'
import { read, referenceSingularValues } from '../support/reference.ts'
import { bothWays } from '../support/twins.ts'

const both = bothWays('cond', cond, condAsync)
const { POSITIVE_INFINITY: inf, NaN: nan } = Number
const kinds = ['frobenius', 'nuclear', 'max', 1, -1, 2, -2, inf, -inf] as const

test.each(cases({ with: ['wellConditioned'], without: ['empty'], layouts: ['row-major', 'strided'] }))(
  '$name',
  async ({ A, rows, columns }) => {
    const s = referenceSingularValues(read(A))
    const kappa = s[0] / (s.at(-1) as number)
    const tolerance = 16 * Math.max(rows, columns) * epsilonOf(A) * kappa
    expect(Math.abs((await both(A)) / kappa - 1)).toBeLessThan(tolerance)
    expect(Math.abs((await both(A, -2)) * kappa - 1)).toBeLessThan(tolerance)
    if (rows !== columns) {
      for (const kind of kinds)
        if (kind !== 2 && kind !== -2) await expect(both(A, kind)).rejects.toThrow('cond: expected A to be square')
      return
    }
    const sum = (f: (x: number) => number) => Array.from(s).reduce((total, x) => total + f(x / s[0]), 0)
    const nuclear = sum((x) => x) * sum((x) => 1 / x)
    const frobenius = Math.sqrt(sum((x) => x ** 2) * sum((x) => x ** -2))
    expect(Math.abs((await both(A, 'nuclear')) / nuclear - 1)).toBeLessThan(tolerance)
    expect(Math.abs((await both(A, 'frobenius')) / frobenius - 1)).toBeLessThan(tolerance)
  },
)

test.each(
  cases({
    with: ['square', 'wellConditioned'],
    without: ['empty', 'huge', 'tiny', 'large'],
    dtypes: ['float64'],
    layouts: ['offset'],
  }),
)('the norm of A times that of its inverse: $name', async ({ A, columns: n }) => {
  const inverse = inverseOf(A)
  for (const kind of kinds) {
    const expected = norm(A, kind) * norm(inverse, kind)
    expect(Math.abs((await both(A, kind)) / expected - 1), `${kind}`).toBeLessThan(1e4 * n * 2 ** -52)
  }
})

/** Gauss–Jordan with row exchanges. */
function inverseOf(A: Matrix): Matrix {
  const n = A.rows
  const rows = A.toArray().map((row, i) => [...row, ...Array.from({ length: n }, (_, j) => Number(i === j))])
  for (let k = 0; k < n; k++) {
    const pivot = rows.reduce((best, row, i) => (i >= k && Math.abs(row[k]) > Math.abs(rows[best][k]) ? i : best), k)
    ;[rows[k], rows[pivot]] = [rows[pivot], rows[k]]
    rows[k] = rows[k].map((x) => x / rows[k][k])
    for (let i = 0; i < n; i++) if (i !== k) rows[i] = rows[i].map((x, j) => x - rows[i][k] * rows[k][j])
  }
  return Matrix.from(rows.map((row) => row.slice(n)))
}

// As in numpy's tests.
test('kinds without singular values', async () => {
  for (const dtype of dtypes) {
    const A = Matrix.from(
      [
        [1, 0, 1],
        [0, -2, 0],
        [0, 0, 3],
      ],
      { dtype },
    )
    for (const [kind, expected] of [
      [inf, 4],
      [-inf, 2 / 3],
      [1, 4],
      [-1, 0.5],
      ['frobenius', Math.sqrt(265 / 12)],
    ] as const)
      expect(Math.abs((await both(A, kind)) / expected - 1)).toBeLessThan(8 * epsilonOf(A))
  }
})

describe('a singular matrix', () => {
  const singular = [
    [[0]],
    [
      [0, 0],
      [0, 0],
    ],
    [
      [1, 1],
      [1, 1],
    ],
    [
      [1, 2],
      [2, 4],
    ],
    [
      [1, 0, 1],
      [0, 0, 0],
      [2, 5, 1],
    ],
  ]
  test.each(kinds.filter((kind) => kind !== -2))('%s is Infinity', async (kind) => {
    for (const A of singular) for (const dtype of dtypes) expect(await both(Matrix.from(A, { dtype }), kind)).toBe(inf)
  })
  test('-2 is 0, but for zero matrices', async () => {
    expect(await both(singular[3], -2)).toBeLessThan(1e-15)
    expect(await both(singular[1], -2)).toBe(inf)
  })
  test('of any shape', async () => {
    expect(await both(Matrix.zeros(3, 2))).toBe(inf)
  })
})

test('a nearly singular one is finite', async () => {
  const hilbert = Matrix.from(
    Array.from({ length: 10 }, (_, i) => Array.from({ length: 10 }, (_, j) => 1 / (i + j + 1))),
  )
  for (const kind of kinds) expect(await both(hilbert, kind)).toBeLessThan(1e16)
  expect((await both(hilbert)) / 1.602e13).toBeCloseTo(1, 2)
})

test('nothing overflows on the way', async () => {
  for (const size of [1e300, 1e-300])
    for (const kind of kinds)
      expect((await both(Matrix.diagonal([size, size / 2]), kind)) / cond(Matrix.diagonal([2, 1]), kind)).toBeCloseTo(
        1,
        12,
      )
})

test('refusals', async () => {
  for (const kind of kinds) {
    for (const [rows, columns] of [
      [0, 0],
      [0, 3],
      [3, 0],
    ])
      await expect(both(Matrix.zeros(rows, columns), kind)).rejects.toThrow(ShapeError)
    await expect(
      both(
        [
          [1, nan],
          [2, 1],
        ],
        kind,
      ),
    ).rejects.toThrow('cond: expected A with finite entries')
  }
  for (const kind of [0, 3, 'fro', nan, null]) await expect(both([[1]], kind as never)).rejects.toThrow(ArgumentError)
})

const ofTwo = (A: never, options?: never) => cond(A, undefined, options)
const ofTwoAsync = (A: never, options?: never) => condAsync(A, undefined, options)
contract('cond', ofTwo, ofTwoAsync, { operands: [definite] })
