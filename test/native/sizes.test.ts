/** Sizes that no memory holds, and those that LAPACK cannot count: a typed error, before anything is allocated. */
import { describe, expect, test } from 'vitest'
import * as lowrank from '../../lib/index.ts'
import { ArgumentError, LowRankError, Matrix, MatrixBatch, ShapeError, SparseMatrix } from '../../lib/index.ts'

const most = 2 ** 31 - 1
/** Any number of entries in one element. */
const vast = (rows: number, columns: number) =>
  new Matrix(Float64Array.of(1), rows, columns, { rowStride: 0, columnStride: 0 })
const hollow = (rows: number, columns: number) => new Matrix(new Float64Array(0), rows, columns)
const hollowBatch = (count: number, rows: number, columns: number) =>
  new MatrixBatch(new Float64Array(0), count, rows, columns)

type Call = () => unknown
const { matmul, kron, khatriRao, qr, svd, lstsq, solve, eigh, cholesky, inv, det, lu, add } = lowrank

const tooLarge: Record<string, Call> = {
  'a product of empty matrices': () => matmul(hollow(1e6, 0), hollow(0, 1e6)),
  'the largest product': () => matmul(hollow(most, 0), hollow(0, most)),
  'a product of a batch': () => matmul(hollowBatch(most, most, 0), hollowBatch(most, 0, most)),
  zeros: () => Matrix.zeros(most, most),
  identity: () => Matrix.identity(most),
  random: () => Matrix.random(most, most),
  'a diagonal matrix': () => Matrix.diagonal(new Float64Array(1e7)),
  'a copy': () => vast(most, most).copy(),
  'another dtype': () => vast(most, most).toType('float32'),
  kron: () => kron(vast(40000, 40000), vast(40000, 40000)),
  khatriRao: () => khatriRao(vast(1e5, 1e5), vast(1e5, 1e5)),
  'a sum': () => add(vast(1e6, 1e6), vast(1e6, 1e6)),
  'the full Q': () => qr(hollow(1e6, 0), { mode: 'full' }),
  'the full U': () => svd(hollow(1e6, 0), { mode: 'full' }),
  'the solution of nothing': () => lstsq(hollow(0, 1e6), hollow(0, 1e6)),
  'a dense form': () => SparseMatrix.fromTriplets(1e6, 1e6, { row: [0], column: [0], value: [1] }).toDense(),
  'an ndarray': () => matmul({ data: Float64Array.of(1), shape: [2 ** 40, 2 ** 40], strides: [0, 0] }, [[1]]),
}

test.each(Object.entries(tooLarge))('%s cannot be had: a typed error', (_, call) => {
  expect(call).toThrow(LowRankError)
  expect(call).not.toThrow(lowrank.InternalError)
  expect(call).toThrow(/memory|fewer than 2³¹|at most|size/)
})

const side = 70_000 // its square is more than 2³¹
const beyondLapack: Record<string, Call> = {
  svd: () => svd(vast(side, side)),
  singularValues: () => lowrank.singularValues(vast(side, side)),
  qr: () => qr(vast(side, side)),
  'qr of one column, full': () => qr(vast(side, 1), { mode: 'full' }),
  'svd of one column, full': () => svd(vast(side, 1), { mode: 'full' }),
  solve: () => solve(vast(side, side), vast(side, 1)),
  lstsq: () => lstsq(vast(side, side), vast(side, 1)),
  eigh: () => eigh(vast(side, side)),
  cholesky: () => cholesky(vast(side, side)),
  lu: () => lu(vast(side, side)),
  inv: () => inv(vast(side, side)),
  det: () => det(vast(side, side)),
  slogdet: () => lowrank.slogdet(vast(side, side)),
  pinv: () => lowrank.pinv(vast(side, side)),
  polar: () => lowrank.polar(vast(side, side)),
  matrixRank: () => lowrank.matrixRank(vast(side, side)),
  orth: () => lowrank.orth(vast(side, side)),
  nullSpace: () => lowrank.nullSpace(vast(side, side)),
  'nullSpace of one row': () => lowrank.nullSpace(vast(1, side)),
  cond: () => lowrank.cond(vast(side, side)),
  'norm 2': () => lowrank.norm(vast(side, side), 2),
  stableRank: () => lowrank.stableRank(vast(side, side)),
}

test.each(Object.entries(beyondLapack))('%s: more entries than LAPACK counts are refused by name', (_, call) => {
  expect(call).toThrow(ArgumentError)
  expect(call).toThrow(/fewer than 2³¹ entries, which is what LAPACK can address/)
})

describe('extents beyond 32 bits are refused', () => {
  for (const [rows, columns] of [
    [2 ** 31, 0],
    [0, 2 ** 31],
    [2 ** 53, 1],
  ])
    test(`${rows}×${columns}`, () => {
      expect(() => hollow(rows, columns)).toThrow(ArgumentError)
      expect(() => hollowBatch(1, rows, columns)).toThrow(ArgumentError)
      expect(() => Matrix.zeros(rows, columns)).toThrow(ArgumentError)
      expect(() => SparseMatrix.fromTriplets(rows, columns, { row: [], column: [], value: [] })).toThrow(ArgumentError)
      expect(() => matmul({ data: new Float64Array(1), shape: [rows, columns] }, [[1]])).toThrow(LowRankError)
    })
})

test('a product of sparse matrices needs memory for its entries, not for its columns', () => {
  const A = SparseMatrix.fromTriplets(2, 2, { row: [0, 1, 1], column: [1, 0, 1], value: [1, 2, 3] })
  const columns = [0, 5, 1e9, most - 1]
  const B = SparseMatrix.fromTriplets(2, most, { row: [0, 1, 0, 1], column: columns, value: [1, 2, 4, 8] })
  const { columnIndices, values, rowPointers } = matmul(A, B)
  expect(Array.from(rowPointers)).toEqual([0, 2, 6])
  expect(Array.from(columnIndices)).toEqual([5, most - 1, ...columns])
  expect(Array.from(values)).toEqual([2, 8, 2, 6, 8, 24])
})

test('few entries of many columns are put in order, twice given ones merged', () => {
  const triplets = { row: [1, 0, 1, 1], column: [most - 1, 7, 3, most - 1], value: [1, 2, 4, 8] }
  for (const [duplicates, last] of [
    ['sum', 9],
    ['last', 8],
  ] as const) {
    const { rowPointers, columnIndices, values } = SparseMatrix.fromTriplets(2, most, triplets, { duplicates })
    expect([rowPointers, columnIndices, values].map((array) => Array.from(array))).toEqual([
      [0, 1, 3],
      [7, 3, most - 1],
      [2, 4, last],
    ])
  }
  expect(() => SparseMatrix.fromTriplets(2, most, triplets)).toThrow(/positions 0 and 3/)
})

test('errors of size leave nothing behind: the next call is right', () => {
  for (let i = 0; i < 50; i++) {
    expect(() => matmul(hollow(1e6, 0), hollow(0, 1e6))).toThrow(ArgumentError)
    expect(matmul([[2]], [[3]]).toArray()).toEqual([[6]])
  }
  expect(() => new Matrix(new Float64Array(3), 2, 2)).toThrow(ShapeError)
})
