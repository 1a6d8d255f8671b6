import { expect, test } from 'vitest'
import { ArgumentError, MatrixBatch, ShapeError, scale } from '../../lib/index.ts'
import { cases } from '../support/cases.ts'

test.each(cases())('$name', ({ A, dtype, rows, columns }) => {
  const before = A.toArray()
  for (const s of [0, -0, 1, -2.5, 1e300, Number.NaN, Number.POSITIVE_INFINITY]) {
    const factor = dtype === 'float32' ? Math.fround(s) : s
    const round = dtype === 'float32' ? Math.fround : Number
    const C = scale(A, s)
    expect([C.shape, C.dtype]).toEqual([[rows, columns], dtype])
    expect(C.toArray()).toEqual(before.map((row) => row.map((a) => round(factor * a))))
  }
  expect(A.toArray()).toEqual(before)
})

test('a vector stays one', () => {
  expect(scale(Float32Array.of(1, 2), 3)).toEqual(Float32Array.of(3, 6))
  expect(scale([1, 2], 3)).toEqual(Float64Array.of(3, 6))
})

test('refusals', () => {
  for (const wrong of [null, undefined, '2', 2n, [2]])
    expect(() => scale([[1]], wrong as never)).toThrow('scale: expected s to be a number but received')
  expect(() => scale('text' as never, 2)).toThrow(ArgumentError)
  expect(() => scale(new MatrixBatch(new Float64Array(2), 2, 1, 1) as never, 2)).toThrow(ShapeError)
})
