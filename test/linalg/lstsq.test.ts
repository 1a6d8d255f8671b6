import { describe, expect, test } from 'vitest'
import { ArgumentError, lstsq, lstsqAsync, Matrix } from '../../lib/index.ts'
import { batchCases, conditioned, onAnyView } from '../support/batches.ts'
import { batchOf, type Case, cases, companion } from '../support/cases.ts'
import { contract, right, tall } from '../support/contract.ts'
import { withSingularValues } from '../support/generate.ts'
import {
  backwardError,
  minimumNormError,
  optimalityError,
  relativeError,
  residualError,
  singularValueError,
} from '../support/properties.ts'
import { maximum, read } from '../support/reference.ts'
import { bothWays } from '../support/twins.ts'

const both = bothWays('lstsq', lstsq, lstsqAsync)
const bound = 10
const methods = ['auto', 'qr', 'svd'] as const

/** Of less than half the magnitude of A, by its exponent: neither X nor the squares of the residuals overflow. */
const rightOf = (c: Case, columns: number) => companion(c, c.rows, columns, (maximum(read(c.A)) || 1) ** 0.4)

contract('lstsq', lstsq, lstsqAsync, { operands: [tall, right], options: ['rtol', 'method'], batch: true })

describe.each(methods)('lstsq by %s', (method) => {
  test.each(cases({ without: ['nonFinite'] }))('$name', async (c) => {
    const { A } = c
    const B = rightOf(c, 3)
    const { X, residuals, rank, singularValues } = await both(A, B, { method })
    expect(X.shape).toEqual([A.columns, 3])
    expect(optimalityError(A, X, B)).toBeLessThan(bound)
    expect(residualError(A, X, B, residuals)).toBeLessThan(bound)
    if (c.rank !== undefined) expect(rank).toBe(c.rank)
    if (c.rank !== undefined && c.rank < A.columns && A.rows + A.columns < 100)
      expect(minimumNormError(A, X, c.rank)).toBeLessThan(bound)
    if (method !== 'svd') expect(singularValues).toBeUndefined()
    else if (!c.tags.has('large')) expect(singularValueError(A, singularValues as Float64Array)).toBeLessThan(bound)
  })

  test.each(cases({ with: ['fullRank'], without: ['tall', 'large', 'illConditioned'] }))(
    'solves A X = B: $name',
    async (c) => {
      const B = rightOf(c, 2)
      expect(backwardError(c.A, (await both(c.A, B, { method })).X, B)).toBeLessThan(bound)
    },
  )

  test('a vector gives a vector, and one residual', async () => {
    for (const c of cases({ with: ['fullRank'], without: ['large', 'empty'], layouts: ['row-major', 'strided'] })) {
      const b = rightOf(c, 1).data
      const { X, residuals, rank } = await both(c.A, b, { method })
      expect(X.constructor).toBe(b.constructor)
      expect([X.length, residuals.length, rank]).toEqual([c.columns, 1, c.rank])
      expect(optimalityError(c.A, X, b), c.name).toBeLessThan(bound)
    }
  })

  test.each([
    [4, 2, 2],
    [0, 4, 1],
    [0, 4, 2],
    [4, 0, 1],
    [4, 0, 2],
    [4, 2, 0],
    [2, 4, 0],
    [0, 0, 0],
  ])('A %i×%i and B with %i columns', async (m, n, p) => {
    const A = Matrix.random(m, n, { seed: 1 })
    const B = Matrix.random(m, p, { seed: 2 })
    const { X, residuals, rank, singularValues } = await both(A, B, { method })
    expect([X.shape, residuals.length, rank]).toEqual([[n, p], p, Math.min(m, n)])
    if (m === 0) expect(X.data.every((x) => x === 0)).toBe(true)
    expect(residualError(A, X, B, residuals)).toBeLessThan(bound)
    if (method === 'svd') expect(singularValues?.length).toBe(Math.min(m, n))
  })

  test('views of any strides', () =>
    onAnyView(async (A) => {
      const B = companion({ dtype: A.dtype, seed: 1 }, A.rows, 2)
      const { X, residuals } = await both(A, B, { method })
      expect(optimalityError(A, X, B)).toBeLessThan(bound)
      expect(residualError(A, X, B, residuals)).toBeLessThan(bound)
    }))

  const shapes = [
    [1, 1],
    [3, 2],
    [8, 3],
    [8, 8],
    [3, 5],
    [20, 6],
    [40, 4],
    [16, 12],
    [70, 33],
  ] as const
  test.each(batchCases(shapes, conditioned))('batches: $name', async ({ members, batch, dtype, seed }) => {
    const [m, n] = [batch.rows, batch.columns]
    const rights = members.map((_, b) => companion({ dtype, seed: seed + b }, m, 2))
    const many = batchOf(rights)
    const each = await both(batch, many, { method })
    expect([each.residuals.shape, each.rank]).toEqual([
      [members.length, 2],
      new Int32Array(members.length).fill(Math.min(m, n)),
    ])
    const shared = await both(batch, rights[0], { method })
    const vectors = await both(batch, rights[0].column(0).copy().data, { method })
    const oneForAll = await both(members[0], many, { method })
    expect([vectors.X.shape, vectors.residuals.shape]).toEqual([
      [members.length, n],
      [members.length, 1],
    ])
    for (const [b, A] of members.entries()) {
      const alone = lstsq(A, rights[b], { method })
      expect(optimalityError(A, each.X.at(b), rights[b])).toBeLessThan(bound)
      expect(residualError(A, each.X.at(b), rights[b], each.residuals.row(b).copy().data)).toBeLessThan(bound)
      expect(relativeError(each.X.at(b), alone.X)).toBeLessThan(100 * bound)
      expect(optimalityError(A, shared.X.at(b), rights[0])).toBeLessThan(bound)
      expect(optimalityError(A, vectors.X.row(b).transpose, rights[0].column(0))).toBeLessThan(bound)
      expect(optimalityError(members[0], oneForAll.X.at(b), rights[b])).toBeLessThan(bound)
      if (method === 'svd')
        expect(singularValueError(A, each.singularValues?.row(b).copy().data as Float64Array)).toBeLessThan(bound)
    }
  })

  test.each(cases({ without: ['nonFinite'], layouts: ['row-major'] }))('five of $name', async (c) => {
    const B = rightOf(c, 2)
    const { X, residuals, rank } = await both(batchOf([c.A, c.A, c.A, c.A, c.A]), B, { method })
    expect(optimalityError(c.A, X.at(4), B)).toBeLessThan(bound)
    expect(residualError(c.A, X.at(4), B, residuals.row(4).copy().data)).toBeLessThan(bound)
    if (c.rank !== undefined) expect(rank[4]).toBe(c.rank)
    if (c.rank !== undefined && c.rank < c.columns && c.rows + c.columns < 100)
      expect(minimumNormError(c.A, X.at(4), c.rank)).toBeLessThan(bound)
  })
  test('deficient members of a batch get the solution of least norm, the others keep theirs', async () => {
    const shapes = [
      [6, 3],
      [12, 5],
      [50, 20],
    ] as const
    const make = (m: number, n: number, seed: number) =>
      withSingularValues(
        m,
        n,
        Array.from({ length: seed % 4 === 0 ? n : n - 1 }, (_, i) => 1 / (1 + i)),
        seed,
      )
    for (const { name, batch, members, dtype } of batchCases(shapes, make)) {
      const B = companion({ dtype, seed: 7 }, batch.rows, 2)
      const { X, rank } = await both(batch, B, { method })
      for (const [b, A] of members.entries()) {
        expect(rank[b], name).toBe(b % 2 === 0 ? batch.columns : batch.columns - 1)
        expect(optimalityError(A, X.at(b), B), name).toBeLessThan(bound)
        expect(minimumNormError(A, X.at(b), rank[b]), name).toBeLessThan(bound)
      }
    }
  })
})

describe('rtol', () => {
  // numpy/linalg/tests/test_linalg.py has this matrix: its smallest singular value is rounding noise.
  const A = Matrix.from([
    [0, 1, 0, 1, 2, 0],
    [0, 2, 0, 0, 1, 0],
    [1, 0, 1, 0, 0, 4],
    [0, 0, 0, 2, 3, 0],
  ]).transpose
  test('by default counts what is above rounding', async () => {
    for (const method of methods) expect((await both(A, [1, 0, 0, 0, 0, 0], { method })).rank).toBe(3)
  })
  test('of 0 counts everything', async () => {
    expect((await both(A, [1, 0, 0, 0, 0, 0], { method: 'svd', rtol: 0 })).rank).toBe(4)
  })
  test('is relative to the largest singular value', async () => {
    const D = Matrix.diagonal([100, 10, 1])
    for (const method of methods)
      for (const [rtol, expected] of [
        [0.5, 1],
        [0.05, 2],
        [0.005, 3],
        [0, 3],
      ])
        expect((await both(D, [1, 1, 1], { method, rtol })).rank).toBe(expected)
  })
})

describe('lstsq refuses', () => {
  test.each(cases({ with: ['nonFinite'] }))('$name', async (c) => {
    const B = companion(c, c.rows, 2)
    for (const method of methods)
      await expect(both(c.A, B, { method })).rejects.toThrow(/^lstsq: expected A and B with finite entries/)
  })
  test('right-hand sides that do not fit', async () => {
    const A = Matrix.zeros(4, 2)
    await expect(both(A, [1, 2, 3])).rejects.toThrow('lstsq: expected B with 4 rows to match A (4×2) but received 3×1')
    await expect(both(batchOf([A, A]), batchOf([A]))).rejects.toThrow(
      'lstsq: expected B with 2 members to match A but received 1',
    )
  })
  test('wrong values of rtol', async () => {
    for (const rtol of [-1, Number.NaN, Number.POSITIVE_INFINITY, '0' as never])
      await expect(both([[1]], [1], { rtol })).rejects.toThrow(
        'lstsq: expected rtol to be a finite number of at least 0',
      )
  })
  test('a solution that LAPACK cannot address', () => {
    const layout = { rowStride: 0, columnStride: 0 }
    const [A, B] = [
      new Matrix(Float64Array.of(1), 2, 50_000, layout),
      new Matrix(Float64Array.of(1), 2, 50_000, layout),
    ]
    expect(() => lstsq(A, B)).toThrow(ArgumentError)
  })
})
