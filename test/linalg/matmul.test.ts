import { expect, test } from 'vitest'
import { Matrix, matmul, matmulAsync } from '../../lib/index.ts'

test('matmul', async () => {
  const A = Matrix.from([
    [1, 2],
    [3, 4],
  ])
  expect(matmul(A, A.transpose).toArray()).toEqual([
    [5, 11],
    [11, 25],
  ])
  expect((await matmulAsync(A, A.transpose)).toArray()).toEqual([
    [5, 11],
    [11, 25],
  ])
  expect(() => matmul(A, [1, 2, 3])).toThrow('matmul: expected B with 2 rows to match A (2×2) but received 3×1')
})
