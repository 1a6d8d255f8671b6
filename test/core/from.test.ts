import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ArgumentError, Matrix, ShapeError } from '../../lib/index.ts'

describe('Matrix.from', () => {
  test('what it keeps and what it copies', () => {
    const data = Float64Array.of(1, 2, 3, 4)
    const A = new Matrix(data, 2, 2)
    expect(Matrix.from(A)).toBe(A)
    expect(Matrix.from(data).data).toBe(data)
    expect(Matrix.from({ data, shape: [2, 2] }).data).toBe(data)
    expect(Matrix.from({ data, shape: [2, 2], strides: [1, 2] }).data).toBe(data)
    expect(Matrix.from({ data, shape: [2, 2], strides: [-2, 1], offset: 2 }).data).not.toBe(data)
    const shared = new Float64Array(new SharedArrayBuffer(32))
    expect(Matrix.from(shared).data.buffer).not.toBe(shared.buffer)
  })

  test('a flat array is one column', () => {
    for (const source of [[1, 2], Float64Array.of(1, 2), Int8Array.of(1, 2), { data: [1, 2], shape: [2] }])
      expect(Matrix.from(source as number[]).toArray()).toEqual([[1], [2]])
    expect(Matrix.from([]).shape).toEqual([0, 1])
    expect(Matrix.from([[]]).shape).toEqual([1, 0])
  })

  test('the dtype is that of the array, of plain numbers and integers float64, or the one asked for', () => {
    const types: [unknown, string][] = [
      [[[1]], 'float64'],
      [Float32Array.of(1), 'float32'],
      [Uint8Array.of(1), 'float64'],
      [{ data: Float32Array.of(1), shape: [1, 1] }, 'float32'],
      [{ data: Int32Array.of(1), shape: [1, 1] }, 'float64'],
    ]
    for (const [source, dtype] of types) {
      expect(Matrix.from(source as never).dtype).toBe(dtype)
      expect(Matrix.from(source as never, { dtype: 'float32' }).dtype).toBe('float32')
      expect(Matrix.from(source as never, { dtype: 'float64' }).dtype).toBe('float64')
    }
  })

  test('rows may be typed arrays', () => {
    expect(Matrix.from([Float64Array.of(1, 2), [3, 4]]).toArray()).toEqual([
      [1, 2],
      [3, 4],
    ])
  })

  test('ndarrays of any strides, zero and negative ones too', () => {
    const extents = fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 }))
    const strides = fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: -9, max: 9 }))
    fc.assert(
      fc.property(extents, strides, fc.boolean(), ([rows, columns], [down, right], integers) => {
        const reach = [0, (rows - 1) * down, (columns - 1) * right, (rows - 1) * down + (columns - 1) * right]
        const offset = -Math.min(...reach)
        const length = offset + Math.max(...reach) + 1
        const data = (integers ? Int16Array : Float64Array).from(Array.from({ length }, (_, i) => i))
        const expected = Array.from({ length: rows }, (_, i) =>
          Array.from({ length: columns }, (_, j) => offset + i * down + j * right),
        )
        const source = { data, shape: [rows, columns], stride: [down, right], offset }
        expect(Matrix.from(source).toArray()).toEqual(expected)
        expect(() => Matrix.from({ ...source, offset: offset + 1 })).toThrow(ShapeError)
      }),
    )
  })

  test.each([
    [[[1, 2], [3]], ShapeError],
    [[[1], 2], ArgumentError],
    [[['1']], ArgumentError],
    [[1, null], ArgumentError],
    ['text', ArgumentError],
    [7, ArgumentError],
    [null, ArgumentError],
    [undefined, ArgumentError],
    [{}, ArgumentError],

    [{ data: [1], shape: [1, 1, 1, 1] }, ShapeError],
    [{ data: [1], shape: [1, 1, 1] }, ShapeError],
    [{ data: [1], shape: [2, 1] }, ShapeError],
    [{ data: ['1'], shape: [1, 1] }, ArgumentError],
    [{ data: Float64Array.of(1), shape: [1, 1], strides: [1] }, ShapeError],
    [{ data: Float64Array.of(1), shape: [1.5] }, ArgumentError],
    [{ data: Float64Array.of(1), shape: [1], offset: -1 }, ArgumentError],
  ])('refuses %j', (source, error) => {
    expect(() => Matrix.from(source as never)).toThrow(error)
    expect(() => Matrix.from(source as never)).toThrow(/^Matrix\.from: expected /)
  })

  test('a detached array is refused', () => {
    const data = Float64Array.of(1, 2)
    structuredClone(data.buffer, { transfer: [data.buffer] })
    expect(() => Matrix.from({ data, shape: [2, 1] })).toThrow(ShapeError)
  })
})
