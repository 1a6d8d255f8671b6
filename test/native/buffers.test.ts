/**
 * Every kind of memory under a matrix, a vector or a batch, for a function of each class; and memory that is gone at
 * the call.
 */
import { describe, expect, test } from 'vitest'
import {
  ArgumentError,
  cholesky,
  kron,
  LowRankError,
  lstsq,
  lstsqAsync,
  lu,
  Matrix,
  MatrixBatch,
  matmul,
  matmulAsync,
  norm,
  normAsync,
  qr,
  qrAsync,
  SparseMatrix,
  scale,
  solve,
  solveAsync,
  svd,
  svdAsync,
  truncatedSVD,
  truncatedSVDAsync,
} from '../../lib/index.ts'
import { distance } from '../support/walk.ts'

const bytes = 3 * 16 * 8
type Growing = ArrayBuffer & { resize(bytes: number): void; grow(bytes: number): void }
const growing = (Type: unknown) =>
  new (Type as new (bytes: number, options: object) => Growing)(bytes, { maxByteLength: 2 * bytes })

/** Room for 48 numbers. */
const memories: Record<string, () => Float64Array> = {
  plain: () => new Float64Array(48),
  'in the middle of a buffer': () => new Float64Array(new ArrayBuffer(bytes + 128), 64, 48),
  resizable: () => new Float64Array(growing(ArrayBuffer), 0, 48),
  'length-tracking': () => new Float64Array(growing(ArrayBuffer)),
  shared: () => new Float64Array(new SharedArrayBuffer(bytes)),
  'growable and shared': () => new Float64Array(growing(SharedArrayBuffer)),
}

const numbers = Matrix.random(3, 16, { seed: 4 }).data.map((x, k) => x + (k % 5 === 0 ? 6 : 0))
const member = (data: Float64Array) => new Matrix(data, 4, 4)
const batch = (data: Float64Array) => new MatrixBatch(data, 3, 4, 4)
const other = Matrix.random(4, 4, { seed: 5 })
const factors = lu(other)
const sparse = SparseMatrix.fromDense(other)

/** What is made of the memory, then used: a change in between must be noticed. */
const makers = {
  matrix: member,
  transposed: (data: Float64Array) => member(data).transpose,
  batch,
  vector: (data: Float64Array) => data.subarray(0, 4),
  ndarray: (data: Float64Array) => ({ data, shape: [4, 4] }),
} as const
type Made = Matrix
const uses: Record<string, { of: readonly (keyof typeof makers)[]; call: (A: Made) => unknown }> = {
  product: { of: ['matrix', 'transposed', 'batch', 'vector', 'ndarray'], call: (A) => matmul(other, A) },
  productAsync: { of: ['matrix', 'transposed', 'batch', 'vector'], call: (A) => matmulAsync(other, A) },
  'sparse product': { of: ['matrix', 'transposed', 'vector', 'ndarray'], call: (A) => matmul(sparse, A) },
  'sparse productAsync': { of: ['matrix', 'vector'], call: (A) => matmulAsync(sparse, A) },
  'made sparse': { of: ['matrix', 'ndarray'], call: (A) => matmul(SparseMatrix.fromDense(A), other) },
  svd: { of: ['matrix', 'batch', 'ndarray'], call: (A) => svd(A) },
  svdAsync: { of: ['matrix', 'batch'], call: (A) => svdAsync(A) },
  qr: { of: ['matrix', 'transposed', 'batch'], call: (A) => qr(A) },
  qrAsync: { of: ['transposed', 'batch'], call: (A) => qrAsync(A) },
  solve: { of: ['matrix', 'batch', 'vector'], call: (B) => solve(other, B) },
  solveAsync: { of: ['matrix', 'batch', 'vector'], call: (B) => solveAsync(other, B) },
  lstsq: { of: ['matrix', 'batch'], call: (A) => lstsq(A, other) },
  lstsqAsync: { of: ['matrix', 'batch'], call: (A) => lstsqAsync(A, other) },
  'lu.solve': { of: ['matrix', 'batch', 'vector'], call: (B) => factors.solve(B) },
  'lu.solveAsync': { of: ['matrix', 'batch', 'vector'], call: (B) => factors.solveAsync(B) },
  'cholesky.solve': { of: ['matrix', 'vector'], call: (B) => cholesky(Matrix.identity(4)).solve(B) },
  norm: { of: ['matrix', 'transposed', 'ndarray'], call: (A) => norm(A) },
  normAsync: { of: ['matrix'], call: (A) => normAsync(A) },
  scale: { of: ['matrix', 'vector'], call: (A) => scale(A, 2) },
  kron: { of: ['matrix', 'vector'], call: (A) => kron(A, other) },
  truncatedSVD: { of: ['matrix'], call: (A) => truncatedSVD(A, { rank: 2 }) },
  truncatedSVDAsync: { of: ['matrix'], call: (A) => truncatedSVDAsync(A, { rank: 2 }) },
}

const cases = Object.entries(uses).flatMap(([name, { of, call }]) => of.map((kind) => ({ name, kind, call })))

describe.each(cases)('$name of a $kind', ({ kind, call }) => {
  const make = (memory: () => Float64Array) => {
    const data = memory()
    data.set(numbers)
    return { data, made: makers[kind](data) as Made }
  }

  test.each(Object.entries(memories))('memory %s', async (_, memory) => {
    const expected = await call(make(memories['plain']).made)
    const { data, made } = make(memory)
    expect(distance(await call(made), expected)).toBeLessThan(64)
    expect(data.slice(0, 48)).toEqual(numbers)
  })

  const deaths: Record<string, (data: Float64Array) => unknown> = {
    detached: ({ buffer }) => structuredClone(buffer, { transfer: [buffer as ArrayBuffer] }),
    shrunk: ({ buffer }) => (buffer as Growing).resize(24),
    'shrunk to nothing': ({ buffer }) => (buffer as Growing).resize(0),
  }
  for (const [death, kill] of Object.entries(deaths))
    for (const memory of ['resizable', 'length-tracking'] as const)
      test(`${memory}, then ${death}`, async () => {
        const { data, made } = make(memories[memory])
        kill(data)
        const attempt = async () => call(made)
        await expect(attempt()).rejects.toThrow(LowRankError)
        if (kind === 'matrix' || kind === 'batch') await expect(attempt()).rejects.toThrow(ArgumentError)
      })

  test('grown', async () => {
    const expected = await call(make(memories['plain']).made)
    for (const memory of ['resizable', 'length-tracking', 'growable and shared'] as const) {
      const { data, made } = make(memories[memory])
      if (memory === 'growable and shared') (data.buffer as Growing).grow(2 * bytes)
      else (data.buffer as unknown as Growing).resize(2 * bytes)
      // A batch fills its array: one that has grown is as good as before, since its extents tell what is in it.
      expect(distance(await call(made), expected)).toBeLessThan(64)
    }
  })
})
