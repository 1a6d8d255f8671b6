/**
 * Memory that changes hands while a call is under way: inputs were copied, a result is brought only to what is still
 * there.
 */
import { expect, test } from 'vitest'
import {
  ArgumentError,
  type FloatArray,
  LowRankError,
  Matrix,
  MatrixBatch,
  matmul,
  matmulAsync,
  SparseMatrix,
  svdAsync,
} from '../../lib/index.ts'

const transfer = (array: FloatArray) => structuredClone(array.buffer, { transfer: [array.buffer as ArrayBuffer] })

type Resizable = ArrayBuffer & { resize(bytes: number): void }
const resizable = (bytes: number, maxByteLength: number) =>
  new (ArrayBuffer as unknown as new (bytes: number, options: object) => Resizable)(bytes, { maxByteLength })

const dense = Matrix.random(40, 40, { seed: 5 })
const sparse = SparseMatrix.fromDense(Matrix.random(40, 40, { seed: 6 }))
const batch = () => new MatrixBatch(Matrix.random(10, 16, { seed: 7 }).data, 10, 4, 4)

const calls = {
  product: (out: Matrix) => matmulAsync(dense, dense, { out }),
  'product added to': (out: Matrix) => matmulAsync(dense, dense, { out, beta: 1 }),
  'product into a view': (out: Matrix) => matmulAsync(dense, dense, { out: out.transpose }),
  'sparse product': (out: Matrix) => matmulAsync(sparse, dense, { out }),
  'product with a sparse one': (out: Matrix) => matmulAsync(dense, sparse, { out }),
}

test.each(Object.entries(calls))('%s: out detached during the call is a typed error', async (_, call) => {
  const out = Matrix.zeros(40, 40)
  const promise = call(out)
  transfer(out.data)
  await expect(promise).rejects.toThrow(ArgumentError)
  await expect(promise).rejects.toThrow(/detached during the call; keep it until the promise settles/)
})

test.each(Object.entries(calls))(
  '%s: out shrunk during the call is a typed error, a grown one is filled',
  async (_, call) => {
    const bytes = 40 * 40 * 8
    for (const tracking of [true, false]) {
      const shrinking = resizable(bytes, 2 * bytes)
      const data = tracking ? new Float64Array(shrinking) : new Float64Array(shrinking, 0, 1600)
      const promise = call(new Matrix(data, 40, 40))
      shrinking.resize(bytes - 8)
      await expect(promise).rejects.toThrow(ArgumentError)

      const growing = resizable(bytes, 2 * bytes)
      const grown = new Matrix(tracking ? new Float64Array(growing) : new Float64Array(growing, 0, 1600), 40, 40)
      const filled = call(grown)
      growing.resize(2 * bytes)
      await filled
      const expected = Matrix.zeros(40, 40)
      await call(expected)
      expect(grown.data.slice(0, 1600)).toEqual(expected.data)
      expect(grown.data.slice(1600).every((x) => x === 0)).toBe(true)
    }
  },
)

test('a vector and a batch as out, detached', async () => {
  const vector = new Float64Array(40)
  const intoVector = matmulAsync(dense, new Float64Array(40), { out: vector })
  transfer(vector)
  await expect(intoVector).rejects.toThrow(ArgumentError)
  const out = new MatrixBatch(new Float64Array(160), 10, 4, 4)
  const intoBatch = matmulAsync(batch(), batch(), { out })
  transfer(out.data)
  await expect(intoBatch).rejects.toThrow(ArgumentError)
})

test('inputs transferred, shrunk or overwritten during the call do not show', async () => {
  const spoil: ((A: Matrix) => void)[] = [
    (A) => transfer(A.data),
    (A) => (A.data.buffer as Resizable).resize(8),
    (A) => A.data.fill(Number.NaN),
  ]
  for (const change of spoil) {
    const fresh = () => {
      const A = new Matrix(new Float64Array(resizable(40 * 40 * 8, 40 * 40 * 8)), 40, 40)
      A.data.set(dense.data)
      return A
    }
    const [A, B, C] = [fresh(), fresh(), fresh()]
    const promises = [matmulAsync(A, B), matmulAsync(sparse, B), matmulAsync(C.transpose, sparse)]
    const decomposed = svdAsync(A)
    for (const M of [A, B, C]) change(M)
    const [product, left, right] = await Promise.all(promises)
    expect(product).toEqual(matmul(dense, dense))
    expect(left).toEqual(matmul(sparse, dense))
    expect(right).toEqual(matmul(dense.transpose, sparse))
    expect((await decomposed).singularValues[0]).toBeCloseTo((await svdAsync(dense)).singularValues[0], 10)
  }
})

test.each(Object.entries(calls))('%s: out detached before the call is a typed error', async (_, call) => {
  const out = Matrix.zeros(40, 40)
  transfer(out.data)
  await expect((async () => call(out))()).rejects.toThrow(LowRankError)
})

test('an out that folds onto itself is refused', async () => {
  const data = new Float64Array(1600)
  for (const layout of [
    { rowStride: 0 },
    { rowStride: 1 },
    { columnStride: 0 },
    { rowStride: 39 },
    { rowStride: 2, columnStride: 3 },
  ]) {
    const out = new Matrix(data, 40, 40, layout)
    for (const [A, B] of [
      [dense, dense],
      [sparse, dense],
      [dense, sparse],
    ] as [Matrix, Matrix][]) {
      expect(() => matmul(A, B, { out })).toThrow(ArgumentError)
      await expect(matmulAsync(A, B, { out })).rejects.toThrow(/an element for each entry/)
    }
  }
  expect(data.every((x) => x === 0)).toBe(true)
  const thin = new Matrix(new Float64Array(3), 1, 3, { rowStride: 0 })
  expect(matmul([[1]], new Matrix(Float64Array.of(1, 2, 3), 1, 3), { out: thin }).toArray()).toEqual([[1, 2, 3]])
})
