import { describe, expect, test } from 'vitest'
import { ArgumentError, Matrix, MatrixBatch, matmul, matmulAsync, ShapeError } from '../../lib/index.ts'
import { arrayOf, batchOf, dtypes, lay, layouts } from '../support/cases.ts'
import { contract, tall } from '../support/contract.ts'
import { dense, fromRows, normal, uniform } from '../support/generate.ts'
import { epsilonOf, productError } from '../support/properties.ts'
import { bothWays } from '../support/twins.ts'

const both = bothWays('matmul', matmul, matmulAsync)

describe.each(dtypes)('%s', (dtype) => {
  // Around the sizes up to which our own kernel serves, and beyond them.
  test.each([
    [1, 1, 1],
    [2, 3, 4],
    [8, 8, 8],
    [16, 16, 16],
    [17, 16, 16],
    [16, 17, 3],
    [5, 40, 1],
    [1, 40, 5],
    [70, 33, 65],
    [130, 2, 90],
  ])('%i×%i by ×%i in every pair of layouts', async (m, k, n) => {
    for (const left of layouts)
      for (const right of layouts) {
        const [A, B] = [lay(normal(m, k, 1), dtype, left), lay(normal(k, n, 2), dtype, right)]
        const C = await both(A, B)
        expect([C.shape, C.dtype]).toEqual([[m, n], dtype])
        expect(productError(C, A, B)).toBeLessThan(8)
      }
  })

  test.each([
    [1, 0],
    [2.5, 0],
    [1, 1],
    [-1, 0.5],
    [0, 2],
    [0, 0],
  ])('alpha %f, beta %f, into out', async (alpha, beta) => {
    for (const [m, k, n] of [
      [3, 4, 5],
      [40, 30, 20],
    ])
      for (const layout of layouts) {
        const [A, B] = [lay(uniform(m, k, 1), dtype, 'row-major'), lay(uniform(k, n, 2), dtype, 'transposed')]
        const before = uniform(m, n, 3)
        const expected = dense(m, n, (i, j) => {
          let sum = 0
          for (let l = 0; l < k; l++) sum += A.get(i, l) * B.get(l, j)
          return alpha * sum + beta * lay(before, dtype, 'row-major').get(i, j)
        })
        for (const multiply of [matmul, matmulAsync]) {
          const out = lay(before, dtype, layout)
          expect(await multiply(A, B, { alpha, beta, out })).toBe(out)
          const worst = expected.data.reduce(
            (most, x, at) => Math.max(most, Math.abs(x - out.get(Math.floor(at / n), at % n))),
            0,
          )
          expect(worst).toBeLessThan(8 * k * epsilonOf(A))
          // What lies between the entries of out stays as it was.
          const around = out.data.filter((x) => Number.isNaN(x)).length
          expect(around).toBe(out.data.length - m * n)
        }
      }
  })

  test('beta 0 does not read out, beta 1 does', () => {
    const A = lay(uniform(3, 3, 1), dtype, 'row-major')
    const filled = () => new Matrix(arrayOf(dtype, 9).fill(Number.NaN), 3, 3)
    expect(matmul(A, A, { out: filled(), beta: 0 }).toArray()).toEqual(matmul(A, A).toArray())
    expect(matmul(A, A, { out: filled(), beta: 1 }).get(1, 1)).toBeNaN()
  })

  test('an inner extent of 0 gives zeros, an outer one nothing', async () => {
    const zeros = (rows: number, columns: number) => Matrix.zeros(rows, columns, { dtype })
    expect((await both(zeros(2, 0), zeros(0, 3))).toArray()).toEqual([
      [0, 0, 0],
      [0, 0, 0],
    ])
    expect((await both(zeros(0, 4), zeros(4, 3))).shape).toEqual([0, 3])
    expect((await both(zeros(2, 4), zeros(4, 0))).shape).toEqual([2, 0])
    const out = new Matrix(arrayOf(dtype, [1, 2]), 1, 2)
    expect(matmul(zeros(1, 0), zeros(0, 2), { out, beta: 3 }).toArray()).toEqual([[3, 6]])
  })

  test.each([3, 40])('NaN and infinities are carried on, %i×n', async (n) => {
    const { NaN: nan, POSITIVE_INFINITY: inf } = Number
    for (const value of [nan, inf, -inf]) {
      const A = lay(
        dense(n, n, () => 1),
        dtype,
        'row-major',
      )
      A.set(n - 1, 2, value)
      const B = lay(
        dense(n, n, () => 1),
        dtype,
        'row-major',
      )
      const C = await both(A, B)
      expect(C.row(n - 1).toArray()[0]).toEqual(new Array(n).fill(value))
      expect(C.get(0, 0)).toBe(n)
      B.set(2, 0, 0)
      expect((await both(A, B)).get(n - 1, 0)).toBe(Number.isNaN(value) ? value : nan)
    }
  })

  test('vectors', async () => {
    const A = lay(tall, dtype, 'strided')
    const x = arrayOf(dtype, [1, 2])
    expect(await both(A, x)).toEqual(arrayOf(dtype, [0, 7, 2.5]))
    expect(await both(A, [1, 2] as never)).toEqual(arrayOf(dtype, [0, 7, 2.5]))
    expect(await both(x, lay(fromRows([[3, 4]]), dtype, 'row-major'))).toEqual(
      new Matrix(arrayOf(dtype, [3, 4, 6, 8]), 2, 2),
    )
    const out = arrayOf(dtype, 3)
    expect(matmul(A, x, { out })).toBe(out)
    expect(Array.from(out)).toEqual([0, 7, 2.5])
    expect(() => matmul(A, x, { out: arrayOf(dtype, 2) })).toThrow(
      new ShapeError('matmul: expected out of 3 elements but received 2'),
    )
    expect(() => matmul(A, x, { out: new Matrix(out, 3, 1) as never })).toThrow(ShapeError)
  })

  test.each([
    [2, 3, 4],
    [8, 8, 8],
    [20, 18, 19],
  ])('batches of %i×%i by ×%i', async (m, k, n) => {
    const members = (rows: number, columns: number, seed: number) =>
      batchOf(Array.from({ length: 5 }, (_, b) => lay(normal(rows, columns, seed + b), dtype, 'row-major')))
    const [A, B] = [members(m, k, 10), members(k, n, 20)]
    const one = { A: lay(normal(m, k, 30), dtype, 'transposed'), B: lay(normal(k, n, 31), dtype, 'strided') }
    for (const [left, right] of [
      [A, B],
      [A, one.B],
      [one.A, B],
    ] as const) {
      const C = (await both(left as MatrixBatch, right)) as MatrixBatch
      expect([C.count, C.rows, C.columns, C.dtype]).toEqual([5, m, n, dtype])
      for (let b = 0; b < 5; b++)
        expect(
          productError(
            C.at(b),
            left instanceof MatrixBatch ? left.at(b) : left,
            right instanceof MatrixBatch ? right.at(b) : right,
          ),
        ).toBeLessThan(8)
    }
    const out = new MatrixBatch(arrayOf(dtype, 5 * m * n).fill(1), 5, m, n)
    matmul(A, B, { out, alpha: 2, beta: -1 })
    const product = matmul(A.at(3), B.at(3))
    expect(Math.abs(out.at(3).get(1, 2) - (2 * product.get(1, 2) - 1))).toBeLessThan(64 * k * epsilonOf(A))
    const x = arrayOf(dtype, k).fill(1)
    const Y = (await both(A as never, x as never)) as unknown as Matrix
    expect(Y.shape).toEqual([5, m])
    expect(productError(Y.row(4).transpose, A.at(4), x)).toBeLessThan(8)
  })
})

describe('out', () => {
  const square = (data: Float64Array, offset = 0) => new Matrix(data, 2, 2, { offset })

  test('may share the buffer with an input, but not overlap it', () => {
    const data = Float64Array.of(1, 2, 3, 4, 0, 0, 0, 0)
    expect(matmul(square(data), square(data), { out: square(data, 4) }).toArray()).toEqual([
      [7, 10],
      [15, 22],
    ])
    const other = Matrix.identity(2)
    for (const offset of [0, 1, 3]) {
      expect(() => matmul(square(data), other, { out: square(data, offset) })).toThrow(
        'matmul: expected out apart from A and B but received an out that overlaps them; use another one',
      )
      expect(() => matmul(other, square(data), { out: square(data, offset) })).toThrow(ArgumentError)
    }
    expect(Array.from(data.slice(0, 4))).toEqual([1, 2, 3, 4])
  })

  test('of another kind, shape or dtype is refused', async () => {
    const A = Matrix.identity(2)
    for (const out of [null, 'text', [[0, 0]], { data: new Float64Array(4), shape: [2, 2] }])
      await expect(both(A, A, { out } as never)).rejects.toThrow(ArgumentError)
    for (const out of [Matrix.zeros(2, 3), Matrix.zeros(1, 4), new MatrixBatch(new Float64Array(4), 1, 2, 2)])
      await expect(both(A, A, { out } as never)).rejects.toThrow(ShapeError)
    await expect(both(A, A, { out: Matrix.zeros(2, 2, { dtype: 'float32' }) } as never)).rejects.toThrow(ArgumentError)
    const shared = new Matrix(new Float64Array(new SharedArrayBuffer(32)), 2, 2)
    expect(() => matmul(A, A, { out: shared })).toThrow('shared memory')
    expect(() => matmul(A, A, { beta: 1 })).toThrow('matmul: expected out where beta is given')
  })

  test('that is detached meanwhile is an error of the promise', async () => {
    const A = Matrix.random(200, 200)
    const out = Matrix.zeros(200, 200)
    const promise = matmulAsync(A, A, { out })
    structuredClone(out.data.buffer, { transfer: [out.data.buffer as ArrayBuffer] })
    await expect(promise).rejects.toThrow(ArgumentError)
  })
})

test('refusals', async () => {
  await expect(both(Matrix.zeros(2, 3), Matrix.zeros(2, 3))).rejects.toThrow(
    'matmul: expected B with 3 rows to match A (2×3) but received 2×3',
  )
  const batches = [2, 3].map((count) => new MatrixBatch(new Float64Array(count), count, 1, 1))
  await expect(both(batches[0], batches[1])).rejects.toThrow(
    'matmul: expected B with 2 members to match A but received 3',
  )
})

contract('matmul', matmul, matmulAsync, {
  operands: [
    tall,
    fromRows([
      [1, 2, 0],
      [0.5, -1, 3],
    ]),
  ],
  options: ['alpha', 'beta', 'out'],
  finite: false,
  batch: true,
})
