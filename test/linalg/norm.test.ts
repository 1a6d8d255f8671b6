import { describe, expect, test } from 'vitest'
import { Matrix, norm, normAsync } from '../../lib/index.ts'
import { cases, dtypes } from '../support/cases.ts'
import { contract, tall } from '../support/contract.ts'
import { type Dense, transposed } from '../support/generate.ts'
import { epsilonOf, normOf } from '../support/properties.ts'
import { maximum, read, referenceSingularValues } from '../support/reference.ts'
import { bothWays } from '../support/twins.ts'

const both = bothWays('norm', norm, normAsync)
const kinds = ['frobenius', 'nuclear', 'max', 1, -1, 2, -2, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY] as const
type Kind = (typeof kinds)[number]

const total = (values: Iterable<number>) => [...values].reduce((sum, x) => sum + Math.abs(x), 0)
const rowSums = ({ rows, columns, data }: Dense) =>
  Array.from({ length: rows }, (_, i) => total(data.subarray(i * columns, (i + 1) * columns)))
const columnSums = (A: Dense) => rowSums(transposed(A))

const definition: Record<string, (A: Dense, s: Float64Array) => number> = {
  frobenius: normOf,
  nuclear: (_, s) => total(s),
  max: maximum,
  1: (A) => Math.max(0, ...columnSums(A)),
  '-1': (A) => Math.min(...columnSums(A)),
  2: (_, s) => s[0] ?? 0,
  '-2': (_, s) => s.at(-1) ?? Number.POSITIVE_INFINITY,
  Infinity: (A) => Math.max(0, ...rowSums(A)),
  '-Infinity': (A) => Math.min(...rowSums(A)),
}

test.each(cases({ without: ['nonFinite'], layouts: ['transposed', 'strided'] }))(
  '$name',
  async ({ A, rows, columns }) => {
    const a = read(A)
    const s = referenceSingularValues(a)
    for (const kind of kinds) {
      const expected = definition[kind](a, s)
      if (expected === Number.POSITIVE_INFINITY) {
        await expect(both(A, kind)).rejects.toThrow('norm: expected A with something to take the least of')
        continue
      }
      // The singular values have errors relative to the largest.
      const size = kind === -2 ? s[0] : expected
      const error = Math.abs((await both(A, kind)) - expected)
      expect(error, `${kind}`).toBeLessThanOrEqual(8 * Math.max(rows, columns) * epsilonOf(A) * size)
    }
  },
)

// The tables of numpy's tests.
test.each<[readonly (readonly number[])[], [Kind, number][]]>([
  [
    [
      [1, 3],
      [5, 7],
    ],
    [
      ['frobenius', 84 ** 0.5],
      ['nuclear', 10],
      ['max', 7],
      [Number.POSITIVE_INFINITY, 12],
      [Number.NEGATIVE_INFINITY, 4],
      [1, 10],
      [-1, 6],
      [2, 9.1231056256176615],
      [-2, 0.87689437438234041],
    ],
  ],
  [
    [
      [0.1, 0.2, 0.3],
      [0.6, 0, 0.5],
      [0.3, 0.2, 0.1],
    ],
    [
      ['frobenius', 0.1 * 89 ** 0.5],
      ['nuclear', 1.3366836911774836],
      [Number.POSITIVE_INFINITY, 1.1],
      [Number.NEGATIVE_INFINITY, 0.6],
      [1, 1],
      [-1, 0.4],
      [2, 0.88722940323461277],
      [-2, 0.19456584790481812],
    ],
  ],
  [
    [
      [1, 0, 1],
      [0, 1, 1],
    ],
    [
      [Number.NEGATIVE_INFINITY, 2],
      [-1, 1],
      [1, 2],
      [2, 3 ** 0.5],
      [-2, 1],
      ['frobenius', 2],
      ['nuclear', 2.7320508075688772],
    ],
  ],
])('%j', async (A, table) => {
  for (const dtype of dtypes)
    for (const [kind, expected] of table)
      expect(Math.abs((await both(Matrix.from(A, { dtype }), kind)) / expected - 1)).toBeLessThan(
        8 * epsilonOf(Matrix.zeros(1, 1, { dtype })),
      )
})

test('of vectors', async () => {
  for (const x of [Float64Array.of(-1, 2, -3, 4), Float32Array.of(-1, 2, -3, 4), [-1, 2, -3, 4]]) {
    expect(await both(x)).toBeCloseTo(30 ** 0.5, 14)
    expect(await both(x, 2)).toBe(norm(x))
    expect(await both(x, 1)).toBe(10)
    expect(await both(x, Number.POSITIVE_INFINITY)).toBe(4)
    expect(await both(x, Number.NEGATIVE_INFINITY)).toBe(1)
  }
  expect(norm([])).toBe(0)
})

describe('NaN and infinities', () => {
  const { NaN: nan, POSITIVE_INFINITY: inf } = Number
  const carried = kinds.filter((kind) => kind !== 2 && kind !== -2 && kind !== 'nuclear')
  const big = (value: number, column = 12) => {
    const A = Matrix.random(20, 30, { seed: 4 })
    A.set(17, column, value)
    return A
  }
  test.each(carried)('%s carries them on', async (kind) => {
    for (const A of [big(nan), big(nan).transpose, Matrix.from(big(nan), { dtype: 'float32' })])
      expect(await both(A, kind)).toBeNaN()
    // The least sum may be another one.
    const expected = kind === -1 || kind === -inf ? norm(big(0), kind) : inf
    for (const infinity of [inf, -inf]) expect(await both(big(infinity), kind)).toBeGreaterThanOrEqual(expected)
    const mixed = big(inf)
    mixed.set(3, 3, nan)
    expect(await both(mixed, kind)).toBeNaN()
  })
  test('a vector has its length', () => {
    expect(norm(Float64Array.of(1, nan), 2)).toBeNaN()
    expect(norm(Float64Array.of(1, -inf), 2)).toBe(inf)
  })
  test.each([2, -2, 'nuclear'] as const)('%s refuses them', async (kind) => {
    await expect(both(big(nan), kind)).rejects.toThrow('norm: expected A with finite entries')
  })
})

test('extreme numbers neither overflow nor vanish', () => {
  for (const size of [1.7e308, 1e200, 1e-200, 2 ** -1022, 2 ** -1060]) {
    const x = new Float64Array(size > 1e300 ? 1 : 9).fill(size)
    expect(norm(x) / size).toBeCloseTo(Math.sqrt(x.length), 4)
  }
  expect(norm(Float64Array.of(5e-324))).toBe(5e-324)
  expect(norm(Float64Array.of(3e-170, 4e-170))).toBeCloseTo(5e-170, 180)
  expect(norm(Float64Array.of(1e-170, 1e170))).toBe(1e170)
  expect(norm(Float64Array.of(Number.MAX_VALUE, Number.MAX_VALUE))).toBe(Number.POSITIVE_INFINITY)
  expect(norm(new Float32Array(4).fill(3e38))).toBeCloseTo(6e38, -32)
})

test('other kinds are refused', () => {
  for (const kind of [0, 3, -3, 'fro', 'nofro', Number.NaN, null, {}])
    expect(() => norm([[1]], kind as never)).toThrow(/^norm: expected kind to be one of 'frobenius', 'max', 1, -1, /)
})

const frobenius = (A: never, options?: never) => norm(A, undefined, options)
const frobeniusAsync = (A: never, options?: never) => normAsync(A, undefined, options)
contract('norm', frobenius, frobeniusAsync, { operands: [tall], finite: false })
