import { describe, expect, test } from 'vitest'
import { lu, luAsync, Matrix, ShapeError, SingularMatrixError } from '../../lib/index.ts'
import { onAnyView } from '../support/batches.ts'
import { batchOf, type Case, cases, companion } from '../support/cases.ts'
import { contract, tall } from '../support/contract.ts'
import { backwardError, isPermutation, productError, violations } from '../support/properties.ts'
import { maximum, read } from '../support/reference.ts'
import { bothWays } from '../support/twins.ts'

const both = bothWays('lu', lu, luAsync)
const bound = 10
const rightOf = (c: Case, columns: number) => companion(c, c.rows, columns, maximum(read(c.A)) || 1)

/** Row i is row permutation[i] of A. */
function permuteRows(A: Matrix, permutation: Int32Array): Matrix {
  const result = A.copy()
  for (const [i, from] of permutation.entries()) for (let j = 0; j < A.columns; j++) result.set(i, j, A.get(from, j))
  return result
}

async function check(A: Matrix): Promise<void> {
  const { L, U, permutation } = await both(A)
  const k = Math.min(A.rows, A.columns)
  expect([L.shape, U.shape]).toEqual([
    [A.rows, k],
    [k, A.columns],
  ])
  expect(isPermutation(permutation, A.rows)).toBe(true)
  expect(productError(permuteRows(A, permutation), L, U)).toBeLessThan(bound)
  expect(violations(L, 'lower') + violations(L, 'unitDiagonal') + violations(U, 'upper')).toBe(0)
  expect(maximum(read(L))).toBeLessThanOrEqual(1)
}

contract('lu', lu, luAsync, { operands: [tall] })

describe('lu', () => {
  test.each(cases({ without: ['nonFinite'] }))('$name', ({ A }) => check(A))
  test('views of any strides', () => onAnyView(check))
  test('larger than a block of columns', async () => {
    for (const [m, n] of [
      [200, 150],
      [150, 200],
      [129, 129],
    ])
      await check(Matrix.random(m, n, { seed: 3 }))
  })
})

describe('lu.solve', () => {
  test.each(cases({ with: ['square', 'fullRank'] }))('$name', async (c) => {
    const { solve, solveAsync } = lu(c.A)
    const solveBoth = bothWays('lu.solve', solve, solveAsync)
    const B = rightOf(c, 3)
    expect(backwardError(c.A, await solveBoth(B), B)).toBeLessThan(bound)
    const b = B.column(2).copy().data
    expect(backwardError(c.A, await solveBoth(b), b)).toBeLessThan(bound)
    const many = await solveBoth(batchOf([B, B, B]))
    expect(many.count).toBe(3)
    expect(backwardError(c.A, many.at(2), B)).toBeLessThan(bound)
  })
  test.each(cases({ with: ['singular'] }))('refuses the singular $name, whose determinant is 0', async (c) => {
    const { solve, solveAsync, det } = await both(c.A)
    await expect(bothWays('lu.solve', solve, solveAsync)(rightOf(c, 1))).rejects.toThrow(SingularMatrixError)
    expect(det()).toBe(0)
  })
  test('of factors that are not square', async () => {
    const { solve, solveAsync, det } = await both([
      [1, 2, 3],
      [4, 5, 6],
    ])
    await expect(bothWays('lu.solve', solve, solveAsync)([1, 2])).rejects.toThrow(
      'lu.solve: expected A to be square but received 2×3',
    )
    expect(det).toThrow(ShapeError)
  })
  test('refuses right-hand sides that do not fit', async () => {
    const { solve, solveAsync } = lu([
      [1, 2],
      [3, 4],
    ])
    const solveBoth = bothWays('lu.solve', solve, solveAsync)
    await expect(solveBoth([1, 2, 3])).rejects.toThrow(
      'lu.solve: expected B with 2 rows to match A (2×2) but received 3×1',
    )
    await expect(solveBoth([1, Number.POSITIVE_INFINITY])).rejects.toThrow('lu.solve: expected B with finite entries')
    await expect(solveBoth(Float32Array.of(1, 2))).rejects.toThrow('toType')
    await expect(solveBoth([1, 2], { sinal: 1 } as never)).rejects.toThrow("did you mean 'signal'?")
    await expect(solveBoth([1, 2], { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough')
  })
  test('a permutation that was tampered with is refused before it is followed', () => {
    const { solve, permutation } = lu([
      [1, 2],
      [3, 4],
    ])
    permutation[0] = 1_000_000
    expect(() => solve([1, 2])).toThrow('lowrank: shapes or counts of the arrays do not fit each other')
  })
})

describe('lu refuses', () => {
  test.each(cases({ with: ['nonFinite'] }))('$name', async ({ A }) => {
    await expect(both(A)).rejects.toThrow(/^lu: expected A with finite entries/)
  })
})
