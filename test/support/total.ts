/** What sum and mean owe their user: `total('mean', mean, (sum, count) => sum / count)`. */
import { expect, test } from 'vitest'
import { ArgumentError, Matrix, MatrixBatch, ShapeError } from '../../lib/index.ts'
import { arrayOf, cases, dtypes, lay, layouts } from './cases.ts'
import { dense } from './generate.ts'
import { epsilonOf } from './properties.ts'

type Function = (A: never, axis?: never) => unknown

/** Compensated (Neumaier): as good as exact here. */
function accurateSum(values: readonly number[]): number {
  if (!values.every(Number.isFinite)) return values.reduce((sum, x) => sum + x, 0)
  let [sum, lost] = [0, 0]
  for (const x of values) {
    const next = sum + x
    lost += Math.abs(sum) >= Math.abs(x) ? sum - next + x : x - next + sum
    sum = next
  }
  return sum + lost
}

export function total(name: string, fn: Function, of: (sum: number, count: number) => number): void {
  const call = fn as unknown as (A: unknown, axis?: unknown) => number | Float64Array
  /** |found − expected| against the sum of magnitudes, in ε: what pairwise summation in double precision leaves. */
  const error = (found: number, values: readonly number[], epsilon: number) => {
    const expected = of(accurateSum(values), values.length)
    if (Object.is(found, expected) || found === expected) return 0
    const size = of(
      values.reduce((sum, x) => sum + Math.abs(x), 0),
      values.length,
    )
    return Math.abs(found - expected) / (size * epsilon)
  }

  test.each(cases())('$name', ({ A, rows, columns, dtype }) => {
    const entries = A.toArray()
    expect(error(call(A) as number, entries.flat(), 2 ** -52)).toBeLessThan(8)
    for (const axis of [0, 1]) {
      const lines = axis === 1 ? entries : Array.from({ length: columns }, (_, j) => entries.map((row) => row[j]))
      const found = call(A, axis) as Float64Array
      expect(found).toEqual(arrayOf(dtype, Array.from(found)))
      expect(found.length).toBe(axis === 0 ? columns : rows)
      for (const [i, line] of lines.entries()) expect(error(found[i], line, epsilonOf(A))).toBeLessThan(8)
    }
    expect(A.toArray()).toEqual(entries)
  })

  test('of many numbers, in every layout and direction', () => {
    const tenth = (rows: number, columns: number) => dense(rows, columns, () => 0.1)
    for (const dtype of dtypes)
      for (const layout of layouts)
        for (const [rows, columns] of [
          [1, 30_000],
          [30_000, 1],
          [3000, 20],
          [70, 1100],
        ]) {
          const A = lay(tenth(rows, columns), dtype, layout)
          const one = A.get(0, 0)
          const error = (found: ArrayLike<number>, count: number) =>
            Array.from(found).reduce((most, x) => Math.max(most, Math.abs(x / of(count * one, count) - 1)), 0)
          expect(error([call(A) as number], rows * columns)).toBeLessThan(16 * 2 ** -52)
          expect(error(call(A, 0) as Float64Array, rows)).toBeLessThan(16 * epsilonOf(A))
          expect(error(call(A, 1) as Float64Array, columns)).toBeLessThan(16 * epsilonOf(A))
        }
  })

  test('empty', () => {
    expect(call([[]])).toEqual(of(0, 0))
    expect(call(Matrix.zeros(0, 3), 0)).toEqual(new Float64Array(3).fill(of(0, 0)))
    expect(call(Matrix.zeros(3, 0), 1)).toEqual(new Float64Array(3).fill(of(0, 0)))
    expect([call(Matrix.zeros(0, 3), 1), call(Matrix.zeros(3, 0), 0)]).toEqual([
      new Float64Array(0),
      new Float64Array(0),
    ])
  })

  test('a vector is a column', () => {
    expect(call([1, 2, 3])).toBe(of(6, 3))
    expect(call(Float32Array.of(1, 2, 3), 0)).toEqual(Float32Array.of(of(6, 3)))
    expect(call(Float32Array.of(1, 2, 3), 1)).toEqual(Float32Array.of(1, 2, 3))
  })

  test('refusals', () => {
    for (const axis of [2, -1, 0.5, Number.NaN, '0', null])
      expect(() => call([[1]], axis)).toThrow(`${name}: expected axis to be one of 0, 1 but received`)
    for (const wrong of [null, undefined, 'text', 3]) expect(() => call(wrong)).toThrow(ArgumentError)
    expect(() => call(new MatrixBatch(new Float64Array(2), 2, 1, 1))).toThrow(ShapeError)
  })
}
