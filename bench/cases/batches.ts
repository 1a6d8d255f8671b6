/** 10 000 small matrices in one call. */
import { eigh, type Matrix, type MatrixBatch, matmul, solve, svd } from 'lowrank'
import { both, type Case } from '../case.ts'
import { batch } from './data.ts'

const count = 10_000
const size = '10 000 of 8×8'
const bars = (ratio: number) => ({ bar: { float64: ratio, float32: ratio } })

/** 8×8 random matrices with 8 added to the diagonal: far from singular. */
function regular(dtype: 'float64' | 'float32'): MatrixBatch {
  const A = batch(count, 8, 8, dtype)
  for (let i = 0; i < count * 8; i++) A.data[i * 8 + (i % 8)] += 8
  return A
}

export const batches: readonly Case[] = [
  {
    routine: 'solve',
    size,
    dtypes: both,
    by: 'ours, SIMD',
    data: (dtype) => ({ A: regular(dtype), B: batch(count, 8, 1, dtype, 1) }),
    ours:
      ({ A, B }) =>
      () =>
        solve(A as MatrixBatch, B as MatrixBatch),
    answer: (X: MatrixBatch) => [X],
    theirs: 'np.linalg.solve(A, B)',
    theirAnswer: '[r]',
    tolerance: 1e4,
    ...bars(0.3),
  },
  {
    routine: 'svd',
    size,
    dtypes: both,
    by: 'ours, SIMD',
    data: (dtype) => ({ A: batch(count, 8, 8, dtype) }),
    ours:
      ({ A }) =>
      () =>
        svd(A as MatrixBatch),
    answer: ({ singularValues }: { singularValues: Matrix }) => [singularValues],
    theirs: 'np.linalg.svd(A)',
    theirAnswer: '[r.S]',
    tolerance: 1e3,
    ...bars(0.5),
  },
  {
    routine: 'matmul',
    size,
    dtypes: both,
    by: 'ours, SIMD',
    data: (dtype) => ({ A: batch(count, 8, 8, dtype), B: batch(count, 8, 8, dtype, 1) }),
    ours:
      ({ A, B }) =>
      () =>
        matmul(A as MatrixBatch, B as MatrixBatch),
    answer: (C: MatrixBatch) => [C],
    theirs: 'np.matmul(A, B)',
    theirAnswer: '[r]',
    tolerance: 1e3,
    ...bars(1),
  },
  {
    routine: 'eigh',
    size,
    dtypes: both,
    by: 'ours, SIMD',
    data: (dtype) => {
      const A = batch(count, 8, 8, dtype)
      for (let b = 0; b < count; b++)
        for (let i = 0; i < 8; i++)
          for (let j = 0; j < i; j++) A.data[b * 64 + j * 8 + i] = A.data[b * 64 + i * 8 + j] as number
      return { A }
    },
    ours:
      ({ A }) =>
      () =>
        eigh(A as MatrixBatch),
    answer: ({ eigenvalues }: { eigenvalues: Matrix }) => [eigenvalues],
    theirs: 'np.linalg.eigh(A)',
    theirAnswer: '[r.eigenvalues]',
    tolerance: 1e3,
  },
]
