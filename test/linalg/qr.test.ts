import { describe, expect, test } from 'vitest'
import { Matrix, qr, qrAsync } from '../../lib/index.ts'
import { batchCases, conditioned, onAnyView } from '../support/batches.ts'
import { arrayOf, batchOf, cases, lay } from '../support/cases.ts'
import { contract, tall } from '../support/contract.ts'
import { dense, orthonormal, product } from '../support/generate.ts'
import {
  gramError,
  isPermutation,
  orthogonalityError,
  pivotingError,
  productError,
  relativeError,
  violations,
} from '../support/properties.ts'
import { read } from '../support/reference.ts'
import { bothWays } from '../support/twins.ts'

const both = bothWays('qr', qr, qrAsync)
const bound = 10
const modes = ['thin', 'full', 'r'] as const

/** A full Q of 300×300 takes the checkers a while: one case below has it. */
const modesWithQ = (m: number) => (m < 200 ? (['thin', 'full'] as const) : (['thin'] as const))

/** A P: column j is column permutation[j] of A. */
function permuteColumns(A: Matrix, permutation: ArrayLike<number>): Matrix {
  const result = A.copy()
  for (let i = 0; i < A.rows; i++) for (let j = 0; j < A.columns; j++) result.set(i, j, A.get(i, permutation[j]))
  return result
}

/** What every Q and R owe, for A or A P. */
function checkFactors(A: Matrix, Q: Matrix, R: Matrix): void {
  expect(productError(A, Q, R)).toBeLessThan(bound)
  expect(orthogonalityError(Q)).toBeLessThan(bound)
  expect(violations(R, 'upper') + violations(R, 'nonNegativeDiagonal')).toBe(0)
}

async function check(A: Matrix): Promise<void> {
  const [m, n] = A.shape
  const k = Math.min(m, n)
  for (const mode of modesWithQ(m)) {
    const { Q, R } = await both(A, { mode })
    expect([Q.shape, R.shape]).toEqual(
      mode === 'full'
        ? [
            [m, m],
            [m, n],
          ]
        : [
            [m, k],
            [k, n],
          ],
    )
    checkFactors(A, Q, R)
  }
  const alone = await both(A, { mode: 'r' })
  expect(Object.keys(alone)).toEqual(['R'])
  expect(alone.R.shape).toEqual([k, n])
  expect(gramError(A, alone.R)).toBeLessThan(bound)
  expect(violations(alone.R, 'upper') + violations(alone.R, 'nonNegativeDiagonal')).toBe(0)
}

async function checkPivoted(A: Matrix): Promise<void> {
  for (const mode of modesWithQ(A.rows)) {
    const { Q, R, permutation = [] } = await both(A, { mode, pivoting: true })
    expect(isPermutation(permutation, A.columns)).toBe(true)
    checkFactors(permuteColumns(A, permutation), Q, R)
    expect(pivotingError(R)).toBeLessThan(bound)
  }
  const { R, permutation = [] } = await both(A, { mode: 'r', pivoting: true })
  expect(gramError(permuteColumns(A, permutation), R)).toBeLessThan(bound)
  expect(pivotingError(R)).toBeLessThan(bound)
}

contract('qr', qr, qrAsync, { operands: [tall], options: ['mode', 'pivoting'], batch: true })

describe('qr', () => {
  test.each(cases({ without: ['nonFinite'] }))('$name', ({ A }) => check(A))
  test.each(cases({ without: ['nonFinite'] }))('with pivoting: $name', ({ A }) => checkPivoted(A))
  test('views of any strides', () => onAnyView(check))
  test('views of any strides, with pivoting', () => onAnyView(checkPivoted))

  test.each(cases({ with: ['tall', 'wellConditioned'] }))(
    'R is the one with a non-negative diagonal: $name',
    ({ A }) => {
      const { R } = qr(A, { mode: 'r' })
      expect(relativeError(R, qr(A).R)).toBeLessThan(100 * bound)
      expect(relativeError(R, qr(A, { mode: 'full' }).R.view([0, A.columns]))).toBeLessThan(100 * bound)
    },
  )
  test('finds the Q and R that a matrix was made of', async () => {
    for (const m of [6, 40, 300]) {
      const [Q, R] = [orthonormal(m, 6, 1), dense(6, 6, (i, j) => (i > j ? 0 : i === j ? 2 + i : 1 / (1 + i + j)))]
      const found = await both(lay(product(Q, R), 'float64', 'row-major'))
      expect(relativeError(found.Q, lay(Q, 'float64', 'row-major'))).toBeLessThan(100 * bound)
      expect(relativeError(found.R, lay(R, 'float64', 'row-major'))).toBeLessThan(100 * bound)
    }
  })
  test.each(cases({ with: ['graded'] }))('keeps every column of $name', ({ A }) => {
    const { Q, R } = qr(A)
    for (let j = 0; j < A.columns; j++) {
      const [a, r] = [A.column(j).copy(), R.column(j).copy()]
      // What underflows below the smallest normal number has no digits to keep.
      if (Math.max(...read(a).data.map(Math.abs)) > 1e6 * (A.dtype === 'float64' ? 2 ** -1022 : 2 ** -126))
        expect(productError(a, Q, r)).toBeLessThan(bound)
    }
  })
  test.each(cases({ with: ['rankDeficient'] }))('pivoting shows the rank: $name', ({ A, rank = 0 }) => {
    const { R } = qr(A, { pivoting: true })
    const diagonal = Array.from({ length: R.rows }, (_, i) => R.get(i, i))
    const least = 100 * (A.dtype === 'float64' ? 2 ** -52 : 2 ** -23) * diagonal[0]
    expect(diagonal.filter((r) => r > least).length).toBe(rank)
  })
  test('a full Q of many rows', async () => {
    const A = Matrix.random(250, 6, { seed: 1 })
    const { Q, R } = await both(A, { mode: 'full' })
    checkFactors(A, Q, R)
  })
  test('of nothing', async () => {
    expect((await both(Matrix.zeros(0, 3), { mode: 'full' })).Q.shape).toEqual([0, 0])
    expect((await both(Matrix.zeros(3, 0), { mode: 'full' })).Q.toArray()).toEqual(Matrix.identity(3).toArray())
    expect((await both(Matrix.zeros(3, 0), { pivoting: true })).permutation).toEqual(new Int32Array(0))
  })
})

describe('qr of a batch', () => {
  const shapes = [
    [1, 1],
    [2, 2],
    [5, 3],
    [3, 5],
    [8, 8],
    [16, 4],
    [20, 6],
    [40, 3],
    [17, 17],
    [60, 33],
  ] as const
  test.each(batchCases(shapes, conditioned))('$name', async ({ members, batch }) => {
    for (const mode of modes) {
      if (mode === 'r') {
        const { R } = await both(batch, { mode })
        for (const [b, A] of members.entries())
          expect(relativeError(R.at(b), qr(A, { mode }).R)).toBeLessThan(100 * bound)
        continue
      }
      const { Q, R } = await both(batch, { mode })
      for (const [b, A] of members.entries()) checkFactors(A, Q.at(b), R.at(b))
    }
    const { Q, R, permutation = new Int32Array() } = await both(batch, { pivoting: true })
    const n = batch.columns
    for (const [b, A] of members.entries())
      checkFactors(permuteColumns(A, permutation.subarray(b * n, (b + 1) * n)), Q.at(b), R.at(b))
  })
  test.each(cases({ without: ['nonFinite'], layouts: ['row-major'] }))('five of $name', async ({ A }) => {
    const { Q, R } = await both(batchOf([A, A, A, A, A]))
    checkFactors(A, Q.at(4), R.at(4))
  })
})

describe('qr refuses', () => {
  test.each(cases({ with: ['nonFinite'] }))('$name', async ({ A }) => {
    for (const mode of modes)
      for (const pivoting of [false, true])
        await expect(both(A, { mode, pivoting })).rejects.toThrow(/^qr: expected A with finite entries/)
  })
  test('columns whose length overflows', async () => {
    for (const [largest, dtype] of [
      [1e308, 'float64'],
      [2e38, 'float32'],
    ] as const)
      for (const pivoting of [false, true]) {
        const A = new Matrix(arrayOf(dtype, 20 * 3).fill(largest), 20, 3)
        await expect(both(A, { pivoting })).rejects.toThrow('qr: expected A whose R fits into its dtype')
      }
  })
  test('a Q that LAPACK cannot address', () => {
    const tallest = new Matrix(Float64Array.of(1), 50_000, 2, { rowStride: 0, columnStride: 0 })
    expect(() => qr(tallest, { mode: 'full' })).toThrow('qr: expected Q with fewer than 2³¹ entries')
  })
  test('unknown modes, with the nearest one', async () => {
    await expect(both([[1]], { mode: 'ful' as never })).rejects.toThrow("did you mean 'full'?")
    await expect(both([[1]], { pivoting: 1 as never })).rejects.toThrow(
      'qr: expected pivoting to be true or false but received 1',
    )
  })
})
