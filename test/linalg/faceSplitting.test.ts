import { expect, test } from 'vitest'
import { faceSplitting, faceSplittingAsync, hadamard, khatriRao, Matrix, matmul } from '../../lib/index.ts'
import { contract, tall } from '../support/contract.ts'
import { dense } from '../support/generate.ts'
import { productTests } from '../support/products.ts'
import { productError } from '../support/properties.ts'
import { bothWays } from '../support/twins.ts'

const both = bothWays('faceSplitting', faceSplitting, faceSplittingAsync)

productTests(
  both,
  [
    [
      [1, 1],
      [1, 1],
    ],
    [
      [5, 2],
      [5, 4],
    ],
    [
      [1, 7],
      [1, 3],
    ],
    [
      [3, 0],
      [3, 2],
    ],
    [
      [0, 3],
      [0, 2],
    ],
    [
      [19, 12],
      [19, 9],
    ],
  ],
  (A, B) =>
    dense(A.rows, A.columns * B.columns, (i, j) => A.get(i, Math.floor(j / B.columns)) * B.get(i, j % B.columns)),
)

test('is the transpose of the Khatri–Rao product of the transposes', async () => {
  const [A, B] = [Matrix.random(6, 3, { seed: 1 }), Matrix.random(6, 4, { seed: 2 })]
  expect((await both(A, B)).transpose.toArray()).toEqual(khatriRao(A.transpose, B.transpose).toArray())
})

test('F Fᵀ = AAᵀ ∘ BBᵀ', async () => {
  const [A, B] = [Matrix.random(5, 8, { seed: 1 }), Matrix.random(5, 6, { seed: 2 })]
  const F = await both(A, B)
  expect(productError(hadamard(matmul(A, A.transpose), matmul(B, B.transpose)), F, F.transpose)).toBeLessThan(8)
})

test('(A ⊗ B)(C ⊙ D) = AC ⊙ BD: a row of the left picks by face-splitting', async () => {
  const [A, B] = [Matrix.random(4, 3, { seed: 1 }), Matrix.random(4, 2, { seed: 2 })]
  const [C, D] = [Matrix.random(3, 5, { seed: 3 }), Matrix.random(2, 5, { seed: 4 })]
  expect(productError(hadamard(matmul(A, C), matmul(B, D)), await both(A, B), khatriRao(C, D))).toBeLessThan(8)
})

test('the rows must be as many', async () => {
  await expect(both(Matrix.zeros(3, 2), Matrix.zeros(4, 2))).rejects.toThrow(
    'faceSplitting: expected B with 3 rows to match A (3×2) but received 4×2',
  )
})

contract('faceSplitting', faceSplitting, faceSplittingAsync, { operands: [tall, tall], finite: false })
