import { expect, test } from 'vitest'
import { ArgumentError, Matrix, ShapeError } from '../../lib/index.ts'
import { bothWays } from './twins.ts'
import { distance } from './walk.ts'

const double = (A: Matrix) =>
  new Matrix(
    A.copy().data.map((x) => 2 * x),
    A.rows,
    A.columns,
  )
const later = async (A: Matrix) => double(A)
const A = () =>
  Matrix.from([
    [1, 2],
    [3, 4],
  ])

test('passes the result on', async () => {
  expect((await bothWays('double', double, later)(A())).toArray()).toEqual([
    [2, 4],
    [6, 8],
  ])
})

test.each<[string, (A: Matrix) => unknown, (A: Matrix) => Promise<unknown>]>([
  ['changed an argument', (M) => M.data.fill(0), later],
  [
    'differ by',
    double,
    async (M) => {
      const result = double(M)
      result.data[3] *= 1 + 1e-10
      return result
    },
  ],
  [
    'differ by',
    double,
    async (M) => {
      await null
      return double(M)
    },
  ],
  ['differ by', double, async (M) => double(M).data],
  [
    'wrote into an argument',
    double,
    async (M) => {
      const result = double(M)
      await null
      M.data[1] = 5
      return result
    },
  ],
  ['no promise', double, double as never],
  [
    'only doubleAsync fails',
    double,
    async () => {
      throw new Error('late')
    },
  ],
  [
    'but doubleAsync with',
    () => {
      throw new ShapeError('a')
    },
    async () => {
      throw new ArgumentError('a')
    },
  ],
])('finds that twins %s', async (message, sync, async) => {
  await expect(bothWays('double', sync, async)(A())).rejects.toThrow(message)
})

test('distance', () => {
  expect(
    distance({ x: Float64Array.of(1, Number.NaN), f: () => 1 }, { x: Float64Array.of(1, Number.NaN), f: () => 2 }),
  ).toBe(0)
  expect(distance(Float64Array.of(1, 1e-20), Float64Array.of(1, 0))).toBeLessThan(1)
  for (const [x, y] of [
    [Float64Array.of(1), Float32Array.of(1)],
    [Float64Array.of(1), Float64Array.of(1, 2)],
    [{ x: 1 }, { x: 1, y: 2 }],
    [{ x: 1 }, { y: 1 }],
    [Number.NaN, 1],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
    [[1], { 0: 1 }],
  ])
    expect(distance(x, y)).toBe(Number.POSITIVE_INFINITY)
})
