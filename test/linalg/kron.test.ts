import { describe, expect, test } from 'vitest'
import { ArgumentError, kron, kronAsync, Matrix, matmul, norm } from '../../lib/index.ts'
import { contract, tall } from '../support/contract.ts'
import { kronecker, productTests, vec } from '../support/products.ts'
import { relativeError } from '../support/properties.ts'
import { bothWays } from '../support/twins.ts'

const both = bothWays('kron', kron, kronAsync)

productTests(
  both,
  [
    [
      [1, 1],
      [1, 1],
    ],
    [
      [2, 3],
      [4, 5],
    ],
    [
      [1, 7],
      [3, 1],
    ],
    [
      [0, 3],
      [2, 2],
    ],
    [
      [2, 2],
      [3, 0],
    ],
    [
      [5, 4],
      [9, 17],
    ],
  ],
  kronecker,
)

describe('identities', () => {
  const random = (rows: number, columns: number, seed: number) => Matrix.random(rows, columns, { seed })
  test('(B ⊗ C) vec(X) = vec(C X Bᵀ)', async () => {
    const [B, C, X] = [random(4, 3, 1), random(5, 2, 2), random(2, 3, 3)]
    expect(relativeError(matmul(await both(B, C), vec(X)), vec(matmul(matmul(C, X), B.transpose)))).toBeLessThan(8)
  })
  test('(A ⊗ B)(C ⊗ D) = AC ⊗ BD', async () => {
    const [A, B, C, D] = [random(2, 3, 1), random(4, 2, 2), random(3, 2, 3), random(2, 5, 4)]
    expect(
      relativeError(matmul(await both(A, B), await both(C, D)), await both(matmul(A, C), matmul(B, D))),
    ).toBeLessThan(8)
  })
  test('norms multiply', async () => {
    const [A, B] = [random(4, 6, 1), random(3, 5, 2)]
    for (const kind of ['frobenius', 'nuclear', 'max', 1, 2, Number.POSITIVE_INFINITY] as const)
      expect(norm(await both(A, B), kind) / (norm(A, kind) * norm(B, kind))).toBeCloseTo(1, 13)
  })
})

test('large, on all threads', async () => {
  const [A, B] = [Matrix.random(40, 30, { seed: 1 }), Matrix.random(50, 60, { seed: 2 })]
  const K = await both(A, B)
  for (const [i, j] of [
    [0, 0],
    [39, 29],
    [17, 3],
  ])
    for (const [k, l] of [
      [0, 0],
      [49, 59],
      [31, 7],
    ])
      expect(K.get(50 * i + k, 60 * j + l)).toBe(A.get(i, j) * B.get(k, l))
})

test('a result that no memory holds is refused', async () => {
  const constant = new Matrix(Float64Array.of(1), 4e4, 4e4, { rowStride: 0, columnStride: 0 })
  await expect(both(constant, constant)).rejects.toThrow(ArgumentError)
  await expect(both(Matrix.zeros(1e5, 0), Matrix.zeros(1e5, 0))).rejects.toThrow('2147483647')
})

contract('kron', kron, kronAsync, { operands: [tall, tall], finite: false })
