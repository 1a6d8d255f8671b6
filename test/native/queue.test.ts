/** The queue of asynchronous calls: apart from libuv's pool, first come first served, nothing lost; and its threads. */
import { readFile } from 'node:fs/promises'
import { afterEach, expect, test } from 'vitest'
import {
  cholesky,
  det,
  eigh,
  type FloatArray,
  getThreads,
  inv,
  lstsq,
  Matrix,
  MatrixBatch,
  matmul,
  matmulAsync,
  qr,
  SparseMatrix,
  setThreads,
  solve,
  svd,
  svdAsync,
  truncatedSVD,
} from '../../lib/index.ts'
import { resultArrays } from '../support/walk.ts'

const initial = getThreads()
afterEach(() => setThreads(initial))

test('the file system does not wait for long jobs', async () => {
  const settled: string[] = []
  const A = Matrix.random(500, 500)
  const jobs = Array.from({ length: 30 }, () => svdAsync(A).then(() => settled.push('job')))
  const files = Array.from({ length: 4 }, () => readFile('package.json').then(() => settled.push('file')))
  await Promise.all(files)
  // In libuv's pool of four, nearly all jobs would come before the first file. So many that a busy machine makes no
  // difference.
  expect(settled.filter((kind) => kind === 'job').length).toBeLessThan(20)
  await Promise.all(jobs)
  expect(settled.length).toBe(34)
})

test('calls are begun in the order in which they were made', async () => {
  const order: number[] = []
  const long = svdAsync(Matrix.random(900, 900)) // keeps one runner, so that the other one does the rest
  const A = Matrix.random(30, 30)
  await Promise.all(Array.from({ length: 40 }, (_, i) => matmulAsync(A, A).then(() => order.push(i))))
  expect(order).toEqual(Array.from({ length: 40 }, (_, i) => i))
  await long
})

test('two hundred small calls all settle, each with its own result', async () => {
  const inputs = Array.from({ length: 200 }, (_, seed) => Matrix.random(1 + (seed % 9), 5, { seed }))
  const results = await Promise.all(inputs.map((A) => matmulAsync(A, A.transpose)))
  for (const [i, A] of inputs.entries()) expect(results[i]).toEqual(matmul(A, A.transpose))
})

test('calls that fail among others settle too', async () => {
  const good = Matrix.random(20, 20)
  const bad = new Matrix(new Float64Array(400).fill(Number.NaN), 20, 20)
  const outcomes = await Promise.allSettled(Array.from({ length: 60 }, (_, i) => svdAsync(i % 3 ? good : bad)))
  for (const [i, { status }] of outcomes.entries()) expect(status).toBe(i % 3 ? 'fulfilled' : 'rejected')
})

const bits = (array: ArrayLike<number>) => Buffer.from((array as FloatArray).buffer).toString('hex')

test.each(['float64', 'float32'] as const)('one thread and more give the same bits in our own kernels, %s', (dtype) => {
  for (const n of [3, 8, 16]) {
    const count = 300
    const data = Matrix.random(count, n * n, { dtype, seed: n }).data
    for (let b = 0; b < count; b++) for (let i = 0; i < n; i++) data[b * n * n + i * n + i] += 4 * n
    const batch = new MatrixBatch(data, count, n, n)
    const symmetric = matmul(batch, batch) // of which the lower triangle is read
    const sparse = SparseMatrix.fromDense(new Matrix(data, count, n * n))
    const large = Matrix.random(500, 40 * n, { dtype, seed: 1 })
    const calls = {
      matmul: () => matmul(batch, symmetric),
      solve: () => solve(batch, symmetric),
      inv: () => inv(batch),
      det: () => det(batch),
      qr: () => qr(batch),
      svd: () => svd(batch),
      lstsq: () => lstsq(batch, symmetric),
      eigh: () => eigh(symmetric),
      cholesky: () => cholesky(symmetric),
      sparse: () => matmul(sparse, Matrix.random(n * n, 200, { dtype, seed: 3 })),
      'dense times sparse': () => matmul(Matrix.random(300, count, { dtype, seed: 4 }), sparse),
      'both sparse': () => matmul(sparse.transpose, sparse),
      truncated: () => truncatedSVD(large, { rank: 5, method: 'randomized' }),
    }
    for (const [name, call] of Object.entries(calls)) {
      const [one, ...more] = [1, 2].map((threads) => {
        setThreads(threads)
        try {
          return resultArrays(call()).map(bits)
        } catch (error) {
          return [`${error}`]
        }
      })
      for (const other of more) expect(other, `${name} of ${n}×${n}`).toEqual(one)
    }
  }
})
