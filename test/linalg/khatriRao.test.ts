import { expect, test } from 'vitest'
import { hadamard, khatriRao, khatriRaoAsync, Matrix, matmul } from '../../lib/index.ts'
import { contract, tall } from '../support/contract.ts'
import { dense } from '../support/generate.ts'
import { productTests } from '../support/products.ts'
import { productError } from '../support/properties.ts'
import { bothWays } from '../support/twins.ts'

const both = bothWays('khatriRao', khatriRao, khatriRaoAsync)

productTests(
  both,
  [
    [
      [1, 1],
      [1, 1],
    ],
    [
      [2, 5],
      [4, 5],
    ],
    [
      [7, 1],
      [3, 1],
    ],
    [
      [0, 3],
      [2, 3],
    ],
    [
      [3, 0],
      [2, 0],
    ],
    [
      [12, 19],
      [9, 19],
    ],
  ],
  (A, B) => dense(A.rows * B.rows, A.columns, (i, j) => A.get(Math.floor(i / B.rows), j) * B.get(i % B.rows, j)),
)

test('(C ⊙ D)ᵀ(C ⊙ D) = CᵀC ∘ DᵀD', async () => {
  const [C, D] = [Matrix.random(9, 4, { seed: 1 }), Matrix.random(7, 4, { seed: 2 })]
  const K = await both(C, D)
  expect(productError(hadamard(matmul(C.transpose, C), matmul(D.transpose, D)), K.transpose, K)).toBeLessThan(8)
})

test('the columns must be as many', async () => {
  await expect(both(Matrix.zeros(2, 3), Matrix.zeros(2, 4))).rejects.toThrow(
    'khatriRao: expected B with 3 columns to match A (2×3) but received 2×4',
  )
})

contract('khatriRao', khatriRao, khatriRaoAsync, { operands: [tall, tall], finite: false })
