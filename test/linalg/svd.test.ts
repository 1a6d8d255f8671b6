import { describe, expect, test } from 'vitest'
import { Matrix, svd, svdAsync } from '../../lib/index.ts'
import { batchOf, cases } from '../support/cases.ts'
import { contract, tall } from '../support/contract.ts'
import {
  disorder,
  negativeLeaders,
  orthogonalityError,
  productError,
  singularValueError,
} from '../support/properties.ts'
import { bothWays } from '../support/twins.ts'

const both = bothWays('svd', svd, svdAsync)
const diagonal = (values: Float64Array | Float32Array) =>
  values instanceof Float32Array
    ? Matrix.diagonal(values, { dtype: 'float32' })
    : Matrix.diagonal(values, { dtype: 'float64' })

test.each(cases({ without: ['nonFinite'] }))('$name', async ({ A, rows, columns }) => {
  const { U, singularValues, Vt } = await both(A)
  const k = Math.min(rows, columns)
  expect([U.shape, singularValues.length, Vt.shape]).toEqual([[rows, k], k, [k, columns]])
  expect(productError(A, U, diagonal(singularValues), Vt)).toBeLessThan(8)
  expect(orthogonalityError(U)).toBeLessThan(8)
  expect(orthogonalityError(Vt.transpose)).toBeLessThan(8)
  expect(singularValueError(A, singularValues)).toBeLessThan(8)
  expect(disorder(singularValues, 'descending')).toBe(0)
  expect(negativeLeaders(U)).toBe(0)
})

test.each(cases({ without: ['nonFinite'], layouts: ['row-major', 'strided'] }))(
  'full: $name',
  async ({ A, rows, columns }) => {
    const { U, singularValues, Vt } = await both(A, { mode: 'full' })
    const k = Math.min(rows, columns)
    expect([U.shape, Vt.shape]).toEqual([
      [rows, rows],
      [columns, columns],
    ])
    expect(productError(A, U.view(undefined, [0, k]), diagonal(singularValues), Vt.view([0, k]))).toBeLessThan(8)
    expect(orthogonalityError(U)).toBeLessThan(8)
    expect(orthogonalityError(Vt.transpose)).toBeLessThan(8)
    expect(negativeLeaders(U)).toBe(0)
    expect(negativeLeaders(Vt.view([k, columns]).transpose)).toBe(0)
  },
)

describe('a batch', () => {
  test.each(cases({ without: ['nonFinite', 'large'], layouts: ['row-major'] }))(
    'of $name',
    async ({ A, rows, columns, dtype }) => {
      for (const mode of ['thin', 'full'] as const) {
        const members = [A, Matrix.random(rows, columns, { dtype, seed: 3 }), Matrix.zeros(rows, columns, { dtype }), A]
        const { U, singularValues, Vt } = await both(batchOf(members), { mode })
        const k = Math.min(rows, columns)
        for (const [b, member] of members.entries()) {
          const values = singularValues.row(b).copy().data
          expect(
            productError(member, U.at(b).view(undefined, [0, k]), diagonal(values), Vt.at(b).view([0, k])),
          ).toBeLessThan(8)
          expect(orthogonalityError(U.at(b))).toBeLessThan(8)
          expect(orthogonalityError(Vt.at(b).transpose)).toBeLessThan(8)
          expect(singularValueError(member, values)).toBeLessThan(8)
          expect(negativeLeaders(U.at(b))).toBe(0)
        }
        expect(U.at(0).toArray()).toEqual(U.at(3).toArray())
      }
    },
  )
})

test('a vector is a column', () => {
  const { U, singularValues, Vt } = svd(Float64Array.of(0, -3, 4))
  expect([U.shape, Array.from(singularValues), Vt.toArray()]).toEqual([[3, 1], [5], [[1]]])
  expect(U.get(2, 0)).toBeCloseTo(0.8, 15)
})

contract('svd', svd, svdAsync, { operands: [tall], options: ['mode'], batch: true })
