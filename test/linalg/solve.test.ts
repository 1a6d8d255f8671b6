import { describe, expect, test } from 'vitest'
import {
  ArgumentError,
  Matrix,
  MatrixBatch,
  NotPositiveDefiniteError,
  ShapeError,
  SingularMatrixError,
  solve,
  solveAsync,
} from '../../lib/index.ts'
import { batchCases, definiteOf, onAnyView, squares } from '../support/batches.ts'
import { batchOf, type Case, cases, companion, lay } from '../support/cases.ts'
import { contract, definite, right } from '../support/contract.ts'
import { backwardError, relativeError } from '../support/properties.ts'
import { maximum, read } from '../support/reference.ts'
import { bothWays } from '../support/twins.ts'

const both = bothWays('solve', solve, solveAsync)
const bound = 10

/** Of A's magnitude, so that X is of the order of 1. */
const rightOf = (c: Case, columns: number) => companion(c, c.rows, columns, maximum(read(c.A)) || 1)

/** Other entries than those of the named triangle become NaN. */
function onlyTriangle(A: Matrix, which: 'lower' | 'upper'): Matrix {
  const copy = A.copy()
  for (let i = 0; i < A.rows; i++)
    for (let j = 0; j < A.columns; j++) if (which === 'lower' ? j > i : j < i) copy.set(i, j, Number.NaN)
  return copy
}

contract('solve', solve, solveAsync, { operands: [definite, right], options: ['assume'], batch: true })

describe('solve', () => {
  test.each(cases({ with: ['square', 'fullRank'] }))('$name', async (c) => {
    const B = rightOf(c, 3)
    const X = await both(c.A, B)
    expect(X.shape).toEqual(B.shape)
    expect(backwardError(c.A, X, B)).toBeLessThan(bound)
    const b = B.column(1).copy().data
    const x = await both(c.A, b)
    expect(x.constructor).toBe(b.constructor)
    expect(backwardError(c.A, x, b)).toBeLessThan(bound)
  })

  test.each([
    ['symmetric', 'symmetric', 'lower'],
    ['positiveDefinite', 'positiveDefinite', 'lower'],
    ['lower', 'lowerTriangular', 'lower'],
    ['upper', 'upperTriangular', 'upper'],
  ] as const)('%s matrices assumed to be %s, reading the %s triangle', async (tag, assume, triangle) => {
    for (const c of cases({ with: [tag, 'square', 'fullRank'] })) {
      const B = rightOf(c, 2)
      const X = await both(onlyTriangle(c.A, triangle), B, { assume })
      expect(backwardError(c.A, X, B), c.name).toBeLessThan(bound)
      const b = B.column(0).copy().data
      expect(backwardError(c.A, await both(c.A, b, { assume }), b), c.name).toBeLessThan(bound)
    }
  })

  test('no right-hand side, and no equation', async () => {
    expect(
      (
        await both(
          [
            [1, 2],
            [3, 4],
          ],
          Matrix.zeros(2, 0),
        )
      ).shape,
    ).toEqual([2, 0])
    expect((await both(Matrix.zeros(0, 0), Matrix.zeros(0, 3))).shape).toEqual([0, 3])
    expect(await both(Matrix.zeros(0, 0), new Float64Array(0))).toEqual(new Float64Array(0))
  })

  test('views of any strides', () =>
    onAnyView(
      async (A) => {
        const B = companion({ dtype: A.dtype, seed: 1 }, A.rows, 2)
        for (const view of [B, new Matrix(B.data, A.rows, 2, { rowStride: 1, columnStride: A.rows })])
          expect(backwardError(A, await both(A, view), view)).toBeLessThan(bound)
      },
      { square: true },
    ))
})

describe('solve with batches', () => {
  test.each(batchCases(squares))('$name', async ({ members, batch, dtype, seed }) => {
    const n = batch.rows
    const rights = members.map((_, b) => companion({ dtype, seed: seed + b }, n, 2))
    const many = batchOf(rights)
    const single = rights[0]
    const vector = single.column(0).copy().data
    const [each, shared, vectors, oneForAll] = [
      await both(batch, many),
      await both(batch, single),
      await both(batch, vector),
      await both(members[0], many),
    ]
    expect([each, shared, oneForAll].every((X) => X instanceof MatrixBatch && X.count === members.length)).toBe(true)
    expect(vectors.shape).toEqual([members.length, n])
    for (const [b, A] of members.entries()) {
      expect(backwardError(A, each.at(b), rights[b])).toBeLessThan(bound)
      expect(backwardError(A, shared.at(b), single)).toBeLessThan(bound)
      expect(backwardError(A, vectors.row(b).transpose, vector)).toBeLessThan(bound)
      expect(backwardError(members[0], oneForAll.at(b), rights[b])).toBeLessThan(bound)
      expect(relativeError(each.at(b), solve(A, rights[b]))).toBeLessThan(100 * bound)
    }
  })

  test.each(
    batchCases(
      [
        [4, 4],
        [20, 20],
      ],
      definiteOf,
    ),
  )('assumed to be symmetric or definite: $name', async (c) => {
    const B = companion(c, c.batch.rows, 2)
    for (const assume of ['symmetric', 'positiveDefinite'] as const) {
      const X = await both(c.batch, B, { assume })
      for (const [b, A] of c.members.entries()) expect(backwardError(A, X.at(b), B)).toBeLessThan(bound)
    }
  })

  test.each(cases({ with: ['square', 'fullRank'], layouts: ['row-major'] }))('five of $name', async (c) => {
    const B = rightOf(c, 2)
    const assumptions = c.tags.has('positiveDefinite')
      ? (['general', 'positiveDefinite'] as const)
      : (['general'] as const)
    for (const assume of assumptions) {
      const X = await both(batchOf(Array.from({ length: 5 }, () => c.A)), B, { assume })
      expect(backwardError(c.A, X.at(4), B)).toBeLessThan(bound)
    }
  })
  test.each([2, 12, 20, 40])('one matrix for all that cannot be factored is no member, n = %i', async (n) => {
    const rights = batchOf(Array.from({ length: 9 }, () => Matrix.identity(n)))
    const failure = await both(Matrix.zeros(n, n), rights).catch((error) => error)
    expect(failure).toMatchObject({ index: undefined, position: 0, code: 'SingularMatrixError' })
    expect(failure.message).not.toContain('member')
    const minusOne = Matrix.diagonal(new Float64Array(n).fill(-1))
    await expect(both(minusOne, rights, { assume: 'positiveDefinite' })).rejects.toMatchObject({
      index: undefined,
      minor: 1,
    })
  })
  test.each([20, 40])('one definite matrix for all, n = %i', async (n) => {
    const A = lay(definiteOf(n, n, 3), 'float32', 'row-major')
    const rights = batchOf(Array.from({ length: 9 }, (_, b) => companion({ dtype: 'float32', seed: b }, n, 2)))
    for (const assume of ['general', 'symmetric', 'positiveDefinite'] as const)
      expect(backwardError(A, (await both(A, rights, { assume })).at(7), rights.at(7))).toBeLessThan(bound)
  })

  test.each([2, 12, 40])('failures name the member, n = %i', async (n) => {
    const members = Array.from({ length: 21 }, () => Matrix.identity(n))
    members[17] = Matrix.zeros(n, n)
    members[17].set(0, 0, 1)
    const B = Matrix.identity(n)
    const failure = await both(batchOf(members), B).catch((error) => error)
    expect(failure).toBeInstanceOf(SingularMatrixError)
    expect(failure).toMatchObject({ index: 17, position: 1, code: 'SingularMatrixError' })
    expect(failure.message).toBe(
      'solve: expected A to be invertible but received a singular matrix, pivot 1 is zero (member 17 of the batch); use lstsq for a least-squares solution',
    )
    members[17].set(1, 1, -1)
    await expect(both(batchOf(members), B, { assume: 'positiveDefinite' })).rejects.toMatchObject({
      index: 17,
      minor: 2,
    })
    const rights = members.map(() => B.copy())
    rights[4].set(n - 1, n - 1, Number.NaN)
    await expect(both(members[0], batchOf(rights))).rejects.toThrow('NaN or Infinity (member 4 of the batch)')
  })
})

describe('solve refuses', () => {
  test.each(cases({ with: ['singular'] }))('the singular $name', async (c) => {
    const failure = await both(c.A, rightOf(c, 1)).catch((error) => error)
    expect(failure).toBeInstanceOf(SingularMatrixError)
    expect(failure.index).toBeUndefined()
    expect(failure.position).toBeGreaterThanOrEqual(0)
  })
  test('the position of the zero pivot', async () => {
    for (const assume of ['general', 'symmetric', 'upperTriangular', 'lowerTriangular'] as const)
      await expect(both(Matrix.diagonal([1, 2, 0, 3]), [1, 1, 1, 1], { assume })).rejects.toMatchObject({ position: 2 })
  })
  test.each(cases({ with: ['symmetric', 'fullRank'], without: ['positiveDefinite'] }))(
    '$name where it is assumed to be positive definite',
    async (c) => {
      const failure = await both(c.A, rightOf(c, 1), { assume: 'positiveDefinite' }).catch((error) => error)
      expect(failure).toBeInstanceOf(NotPositiveDefiniteError)
      expect(failure.minor).toBeGreaterThan(0)
    },
  )
  test.each(cases({ with: ['square', 'nonFinite'] }))('$name', async (c) => {
    const B = companion(c, c.rows, 1)
    for (const assume of ['general', 'symmetric', 'positiveDefinite', 'lowerTriangular'] as const)
      await expect(both(c.A, B, { assume })).rejects.toThrow(/^solve: expected A and B with finite entries/)
  })
  test('shapes that do not fit', async () => {
    const A = Matrix.identity(3)
    await expect(both(A, [1, 2])).rejects.toThrow('solve: expected B with 3 rows to match A (3×3) but received 2×1')
    await expect(
      both(
        [
          [1, 2, 3],
          [4, 5, 6],
        ],
        [1, 2],
      ),
    ).rejects.toThrow('solve: expected A to be square but received 2×3')
    const two = batchOf([A, A])
    await expect(both(two, batchOf([A, A, A]))).rejects.toThrow(
      'solve: expected B with 2 members to match A but received 3',
    )
    await expect(both(two, batchOf([], A))).rejects.toThrow(ShapeError)
    await expect(both(two, Matrix.zeros(0, 2))).rejects.toThrow(ShapeError)
  })
  test('what LAPACK cannot address', async () => {
    const layout = { rowStride: 0, columnStride: 0 }
    const big = new Matrix(Float64Array.of(1), 50_000, 50_000, layout)
    const message = /^solve: expected A with fewer than 2³¹ entries, .* but received 50000×50000/
    expect(() => solve(big, new Matrix(Float64Array.of(1), 50_000, 1, layout))).toThrow(message)
    await expect(solveAsync(big, new Matrix(Float64Array.of(1), 50_000, 1, layout))).rejects.toThrow(ArgumentError)
  })
  test('an unknown assumption, with the nearest one', async () => {
    await expect(both([[1]], [1], { assume: 'symetric' as never })).rejects.toThrow("did you mean 'symmetric'?")
  })
})
