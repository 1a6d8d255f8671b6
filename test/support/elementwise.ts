/** What add, subtract and hadamard owe their user: `elementwise('add', add, (a, b) => a + b)`. */
import { expect, test } from 'vitest'
import { ArgumentError, Matrix, MatrixBatch, ShapeError } from '../../lib/index.ts'
import { arrayOf, cases, dtypes, lay, layouts } from './cases.ts'
import { normal } from './generate.ts'

type Function = (A: never, B: never) => unknown

/** How many entries are not what is expected; much faster than toEqual. */
const mismatches = (A: Matrix, expected: readonly number[]) =>
  A.toArray()
    .flat()
    .filter((x, i) => !Object.is(x, expected[i])).length

export function elementwise(name: string, fn: Function, one: (a: number, b: number) => number): void {
  const call = fn as (A: unknown, B: unknown) => Matrix
  const round = { float64: (x: number) => x, float32: Math.fround }

  test.each(cases({ layouts: ['row-major', 'strided'] }))('$name', ({ A, rows, columns, dtype, seed }) => {
    for (const layout of layouts) {
      const B = lay(normal(rows, columns, seed + 1), dtype, layout)
      const before = [A.toArray(), B.toArray()]
      const C = call(A, B)
      expect([C.shape, C.dtype]).toEqual([[rows, columns], dtype])
      const right = before[1].flat()
      const expected = before[0].flat().map((a, i) => round[dtype](one(a, right[i])))
      expect(mismatches(C, expected)).toBe(0)
      expect(mismatches(A, before[0].flat()) + mismatches(B, right)).toBe(0)
    }
  })

  test('NaN, infinities and signed zeros as IEEE has them', () => {
    const values = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -0, 1, -2]
    const pairs = values.flatMap((a) => values.map((b) => [a, b]))
    for (const dtype of dtypes) {
      const [A, B] = [0, 1].map((side) =>
        arrayOf(
          dtype,
          pairs.map((pair) => pair[side]),
        ),
      )
      expect(Array.from(call(A, B) as never)).toEqual(pairs.map(([a, b]) => one(a, b)))
    }
  })

  test('two vectors give a vector, a vector and a matrix a matrix', () => {
    for (const dtype of dtypes) {
      const x = arrayOf(dtype, [5, 6])
      const column = new Matrix(x, 2, 1)
      const expected = arrayOf(dtype, [one(5, 5), one(6, 6)])
      expect([call(x, x), call(x, [5, 6]), call([5, 6], x)]).toEqual([expected, expected, expected])
      for (const C of [call(x, column), call(column, x), call(column, [[5], [6]])])
        expect([C instanceof Matrix, C.shape, C.data]).toEqual([true, [2, 1], expected])
    }
    expect(call([5, 6], [5, 6])).toEqual(Float64Array.of(one(5, 5), one(6, 6)))
  })

  test('refusals', () => {
    const A = Matrix.zeros(2, 3)
    expect(() => call(A, Matrix.zeros(3, 2))).toThrow(
      new ShapeError(`${name}: expected B of 2×3 to match A but received 3×2`),
    )
    expect(() => call(A, Matrix.zeros(2, 3, { dtype: 'float32' }))).toThrow(ArgumentError)
    expect(() => call(A, new MatrixBatch(new Float64Array(12), 2, 2, 3))).toThrow(ShapeError)
    for (const wrong of [null, undefined, 'text', 3, {}]) expect(() => call(A, wrong)).toThrow(ArgumentError)
  })

  test('the result owns its buffer', () => {
    const { data } = call(Matrix.zeros(70, 70), Matrix.zeros(70, 70))
    expect([data.byteOffset, data.buffer.byteLength]).toEqual([0, 8 * 4900])
  })
}
