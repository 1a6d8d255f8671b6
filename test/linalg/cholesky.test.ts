import { describe, expect, test } from 'vitest'
import { cholesky, choleskyAsync, Matrix, MatrixBatch, NotPositiveDefiniteError } from '../../lib/index.ts'
import { batchCases, definiteOf, onAnyView, squares } from '../support/batches.ts'
import { batchOf, type Case, cases, companion } from '../support/cases.ts'
import { contract, definite } from '../support/contract.ts'
import { backwardError, epsilonOf, productError, relativeError, violations } from '../support/properties.ts'
import { maximum, read, referenceDeterminant } from '../support/reference.ts'
import { bothWays } from '../support/twins.ts'

const both = bothWays('cholesky', cholesky, choleskyAsync)
const bound = 10
const rightOf = (c: Case, columns: number) => companion(c, c.rows, columns, maximum(read(c.A)) || 1)

contract('cholesky', cholesky, choleskyAsync, { operands: [definite], batch: true })

describe('cholesky', () => {
  test.each(cases({ with: ['positiveDefinite'] }))('$name', async (c) => {
    const { A } = c
    const factors = await both(A)
    const { L } = factors
    expect(productError(A, L, L.transpose)).toBeLessThan(bound)
    expect(violations(L, 'lower') + violations(L, 'nonNegativeDiagonal')).toBe(0)
    const solveBoth = bothWays('cholesky.solve', factors.solve, factors.solveAsync)
    const B = rightOf(c, 3)
    expect(backwardError(A, await solveBoth(B), B)).toBeLessThan(bound)
    const b = B.column(0).copy().data
    expect(backwardError(A, await solveBoth(b), b)).toBeLessThan(bound)
    const many = batchOf([B, B])
    expect(backwardError(A, (await solveBoth(many)).at(1), B)).toBeLessThan(bound)
  })
  test.each(cases({ with: ['positiveDefinite'], without: ['large'] }))('logDet of $name', ({ A }) => {
    const { logAbs, condition } = referenceDeterminant(read(A))
    const error = Math.abs(cholesky(A).logDet() - logAbs)
    expect(error / (Math.max(A.rows, 1) * condition + Math.abs(logAbs)) / epsilonOf(A)).toBeLessThan(bound)
  })
  test('reads the lower triangle', async () => {
    const A = Matrix.from([
      [4, Number.NaN],
      [2, 5],
    ])
    expect((await both(A)).L.toArray()).toEqual([
      [2, 0],
      [1, 2],
    ])
  })
  test('views of any strides', () =>
    onAnyView(
      async (A) => {
        const n = A.rows
        // Dominated by its diagonal.
        for (let i = 0; i < n; i++)
          A.set(
            i,
            i,
            1 +
              Array.from({ length: n }, (_, j) => Math.abs(A.get(Math.max(i, j), Math.min(i, j)))).reduce(
                (x, y) => x + y,
                0,
              ),
          )
        for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) A.set(j, i, A.get(i, j))
        const { L } = await both(A)
        expect(productError(A, L, L.transpose)).toBeLessThan(bound)
      },
      { square: true },
    ))
})

describe('cholesky of a batch', () => {
  test.each(batchCases(squares, definiteOf))('$name', async (c) => {
    const { members, batch } = c
    const { L, solve, solveAsync, logDet } = await both(batch)
    const solveBoth = bothWays('cholesky.solve', solve, solveAsync)
    const B = companion(c, batch.rows, 2)
    const vector = B.column(0).copy().data
    const [shared, each, rows] = [
      await solveBoth(B),
      await solveBoth(batchOf(members.map(() => B))),
      await solveBoth(vector),
    ]
    expect(shared).toBeInstanceOf(MatrixBatch)
    expect(rows.shape).toEqual([members.length, batch.rows])
    for (const [b, A] of members.entries()) {
      expect(productError(A, L.at(b), L.at(b).transpose)).toBeLessThan(bound)
      expect(violations(L.at(b), 'lower')).toBe(0)
      expect(relativeError(L.at(b), cholesky(A).L)).toBeLessThan(100 * bound)
      expect(backwardError(A, shared.at(b), B)).toBeLessThan(bound)
      expect(backwardError(A, each.at(b), B)).toBeLessThan(bound)
      expect(backwardError(A, rows.row(b).transpose, vector)).toBeLessThan(bound)
      expect(Math.abs(logDet()[b] - cholesky(A).logDet()) / epsilonOf(A)).toBeLessThan(100 * bound * batch.rows)
    }
  })
  test.each(cases({ with: ['positiveDefinite'], layouts: ['row-major'] }))('five of $name', async ({ A }) => {
    const { L } = await both(batchOf([A, A, A, A, A]))
    expect(productError(A, L.at(4), L.at(4).transpose)).toBeLessThan(bound)
    expect(violations(L.at(4), 'lower')).toBe(0)
  })
  test.each([2, 9, 40])('a member that is not positive definite is named, n = %i', async (n) => {
    const members = Array.from({ length: 11 }, () => Matrix.identity(n))
    members[7].set(1, 1, -1)
    const failure = await both(batchOf(members)).catch((error) => error)
    expect(failure).toBeInstanceOf(NotPositiveDefiniteError)
    expect(failure).toMatchObject({ index: 7, minor: 2 })
    expect(failure.message).toContain('leading minor of order 2 is not positive (member 7 of the batch)')
  })
})

describe('cholesky refuses', () => {
  test.each(cases({ with: ['symmetric', 'fullRank'], without: ['positiveDefinite'] }))('$name', async ({ A }) => {
    await expect(both(A)).rejects.toThrow(NotPositiveDefiniteError)
  })
  test('with the order of the minor', async () => {
    await expect(both(Matrix.diagonal([1, 1, -1, 1]))).rejects.toMatchObject({ minor: 3, index: undefined })
    await expect(both(Matrix.zeros(2, 2))).rejects.toMatchObject({ minor: 1 })
    const large = Matrix.identity(150)
    large.set(120, 120, 0)
    await expect(both(large)).rejects.toMatchObject({ minor: 121 })
  })
  test.each(cases({ with: ['square', 'nonFinite'] }))('$name', async ({ A }) => {
    await expect(both(A)).rejects.toThrow(/^cholesky: expected A with finite entries/)
  })
  test('what is not square, and right-hand sides that do not fit', async () => {
    await expect(both([[1, 2]])).rejects.toThrow('cholesky: expected A to be square but received 1×2')
    const { solve, solveAsync } = cholesky([
      [1, 0],
      [0, 1],
    ])
    const solveBoth = bothWays('cholesky.solve', solve, solveAsync)
    await expect(solveBoth([1, 2, 3])).rejects.toThrow(
      'cholesky.solve: expected B with 2 rows to match A (2×2) but received 3×1',
    )
    await expect(solveBoth([1, Number.NaN])).rejects.toThrow('cholesky.solve: expected B with finite entries')
    await expect(solveBoth(Float32Array.of(1, 2))).rejects.toThrow('toType')
    await expect(solveBoth([1, 2], { assume: 1 } as never)).rejects.toThrow(
      "cholesky.solve: expected options among signal but received 'assume'",
    )
  })
})
