import { describe, expect, test } from 'vitest'
import { eigh, eighAsync, Matrix, MatrixBatch } from '../../lib/index.ts'
import { batchCases, definiteOf, onAnyView, squares } from '../support/batches.ts'
import { batchOf, cases, lay } from '../support/cases.ts'
import { contract, definite } from '../support/contract.ts'
import { withEigenvalues } from '../support/generate.ts'
import {
  disorder,
  eigenError,
  epsilonOf,
  negativeLeaders,
  orthogonalityError,
  relativeError,
} from '../support/properties.ts'
import { bothWays } from '../support/twins.ts'

const both = bothWays('eigh', eigh, eighAsync)
const bound = 10

function check(A: Matrix, eigenvalues: Float64Array | Float32Array, V: Matrix): void {
  expect([eigenvalues.length, ...V.shape]).toEqual([A.rows, A.rows, A.rows])
  expect(eigenError(A, eigenvalues, V)).toBeLessThan(bound)
  expect(orthogonalityError(V)).toBeLessThan(bound)
  expect(disorder(eigenvalues, 'ascending')).toBe(0)
  expect(negativeLeaders(V)).toBe(0)
}

contract('eigh', eigh, eighAsync, { operands: [definite], batch: true })

describe('eigh', () => {
  // The lower triangle stands for a symmetric matrix, whatever is above.
  test.each(cases({ with: ['square'], without: ['nonFinite'] }))('$name', async ({ A }) => {
    const { eigenvalues, eigenvectors } = await both(A)
    check(A, eigenvalues, eigenvectors)
  })
  test('views of any strides', () =>
    onAnyView(
      async (A) => {
        const { eigenvalues, eigenvectors } = await both(A)
        check(A, eigenvalues, eigenvectors)
      },
      { square: true },
    ))
  test('finds known eigenvalues', async () => {
    for (const known of [
      [-3, -1, 0, 2, 5],
      [1, 1, 1, 2],
      [1e-3, 1, 1e3],
    ]) {
      for (const dtype of ['float64', 'float32'] as const) {
        const A = lay(withEigenvalues(known, 3), dtype, 'row-major')
        const { eigenvalues } = await both(A)
        const largest = Math.max(...known.map(Math.abs))
        for (const [i, w] of known.entries())
          expect(Math.abs(eigenvalues[i] - w) / (largest * known.length * epsilonOf(A))).toBeLessThan(bound)
      }
    }
  })
  test('reads the lower triangle', async () => {
    expect(
      Array.from(
        (
          await both([
            [0, 0],
            [1, 0],
          ])
        ).eigenvalues,
        (w) => Math.round(w * 1e12) / 1e12,
      ),
    ).toEqual([-1, 1])
    expect(
      Array.from(
        (
          await both([
            [0, 1],
            [0, 0],
          ])
        ).eigenvalues,
      ),
    ).toEqual([0, 0])
    expect(
      Array.from(
        (
          await both([
            [2, Number.NaN],
            [0, 1],
          ])
        ).eigenvalues,
      ),
    ).toEqual([1, 2])
  })
  test('large matrices', async () => {
    for (const n of [150, 200]) {
      const A = Matrix.random(n, n, { seed: n })
      const { eigenvalues, eigenvectors } = await both(A)
      check(A, eigenvalues, eigenvectors)
    }
  })
})

describe('eigh of a batch', () => {
  test.each(batchCases(squares, definiteOf))('$name', async ({ members, batch }) => {
    const { eigenvalues, eigenvectors } = await both(batch)
    expect(eigenvalues.shape).toEqual([members.length, batch.rows])
    expect(eigenvectors).toBeInstanceOf(MatrixBatch)
    for (const [b, A] of members.entries()) {
      const values = eigenvalues.row(b).copy().data
      check(A, values, eigenvectors.at(b))
      expect(relativeError(values, eigh(A).eigenvalues)).toBeLessThan(bound * batch.rows)
    }
  })
  test.each(cases({ with: ['square'], without: ['nonFinite'], layouts: ['row-major'] }))(
    'five of $name',
    async ({ A }) => {
      const { eigenvalues, eigenvectors } = await both(batchOf([A, A, A, A, A]))
      check(A, eigenvalues.row(4).copy().data, eigenvectors.at(4))
    },
  )
})

describe('eigh refuses', () => {
  test.each(cases({ with: ['square', 'nonFinite'] }))('$name', async ({ A }) => {
    await expect(both(A)).rejects.toThrow(/^eigh: expected A with finite entries/)
  })
  test('what is not square', async () => {
    await expect(both([[1, 2]])).rejects.toThrow('eigh: expected A to be square but received 1×2')
  })
})
