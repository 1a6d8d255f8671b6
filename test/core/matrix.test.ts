import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ArgumentError, Matrix, ShapeError } from '../../lib/index.ts'

const A = () =>
  Matrix.from([
    [1, 2, 3],
    [4, 5, 6],
  ])

/** A matrix with any strides that fit, and the nested arrays that it stands for. */
const views = fc
  .record({
    rows: fc.nat(5),
    columns: fc.nat(5),
    rowStride: fc.nat(12),
    columnStride: fc.nat(12),
    offset: fc.nat(6),
    single: fc.boolean(),
  })
  .map(({ rows, columns, rowStride, columnStride, offset, single }) => {
    const length = offset + Math.max(0, rows - 1) * rowStride + Math.max(0, columns - 1) * columnStride + 1
    const data = (single ? Float32Array : Float64Array).from(Array.from({ length }, (_, i) => i))
    const entries = Array.from({ length: rows }, (_, i) =>
      Array.from({ length: columns }, (_, j) => offset + i * rowStride + j * columnStride),
    )
    return { view: new Matrix(data, rows, columns, { rowStride, columnStride, offset }), entries }
  })

describe('views', () => {
  test('read what their strides say', () => {
    fc.assert(
      fc.property(views, ({ view, entries }) => {
        expect(view.toArray()).toEqual(entries)
        expect(view.shape).toEqual([view.rows, view.columns])
        expect(view.transpose.toArray()).toEqual(
          Array.from({ length: view.columns }, (_, j) => entries.map((row) => row[j])),
        )
        const copy = view.copy()
        expect([copy.toArray(), copy.rowStride, copy.columnStride, copy.offset]).toEqual([entries, view.columns, 1, 0])
        expect(copy.data.buffer.byteLength).toBe(view.rows * view.columns * copy.data.BYTES_PER_ELEMENT)
        for (const dtype of ['float64', 'float32'] as const) {
          const converted = view.toType(dtype)
          expect([converted.toArray(), converted.dtype]).toEqual([entries, dtype])
          if (dtype === view.dtype) expect(converted).toBe(view)
        }
      }),
    )
  })

  test('of ranges, rows and columns', () => {
    fc.assert(
      fc.property(views, fc.nat(), fc.nat(), fc.nat(), fc.nat(), ({ view, entries }, a, b, c, d) => {
        const range = (extent: number, x: number, y: number) =>
          [x % (extent + 1), y % (extent + 1)].sort((p, q) => p - q) as [number, number]
        const [rows, columns] = [range(view.rows, a, b), range(view.columns, c, d)]
        const part = view.view(rows, columns)
        expect(part.toArray()).toEqual(entries.slice(...rows).map((row) => row.slice(...columns)))
        expect(part.data).toBe(view.data)
        for (let i = 0; i < view.rows; i++) expect(view.row(i).toArray()).toEqual([entries[i]])
        for (let j = 0; j < view.columns; j++) expect(view.column(j).toArray()).toEqual(entries.map((row) => [row[j]]))
      }),
    )
  })

  test('write through to the same memory', () => {
    const whole = A()
    whole.transpose.view([1, 3]).set(0, 1, 50)
    expect(whole.get(1, 1)).toBe(50)
    whole.copy().set(0, 0, 9)
    expect(whole.get(0, 0)).toBe(1)
  })
})

describe('made', () => {
  test('zeros, identity, diagonal', () => {
    for (const dtype of ['float64', 'float32'] as const) {
      expect(Matrix.zeros(2, 1, { dtype }).toArray()).toEqual([[0], [0]])
      expect(Matrix.identity(2, { dtype }).toArray()).toEqual([
        [1, 0],
        [0, 1],
      ])
      expect(Matrix.diagonal([1, 2], { dtype }).toArray()).toEqual([
        [1, 0],
        [0, 2],
      ])
      expect(Matrix.identity(3, { dtype }).dtype).toBe(dtype)
    }
    expect(Matrix.zeros(0, 5).shape).toEqual([0, 5])
    expect(Matrix.identity(0).toArray()).toEqual([])
    expect(Matrix.diagonal(Float32Array.of(3)).dtype).toBe('float32')
    expect(Matrix.diagonal([]).shape).toEqual([0, 0])
  })
})

describe('refusals', () => {
  test.each<[string, () => unknown, abstract new (...args: never[]) => Error]>([
    ['data', () => new Matrix([1] as never, 1, 1), ArgumentError],
    ['integers', () => new Matrix(Int32Array.of(1) as never, 1, 1), ArgumentError],
    ['rows', () => new Matrix(Float64Array.of(1), -1, 1), ArgumentError],
    ['columns', () => new Matrix(Float64Array.of(1), 1, 2 ** 31), ArgumentError],
    ['stride', () => new Matrix(Float64Array.of(1), 1, 1, { rowStride: -1 }), ArgumentError],
    ['layout', () => new Matrix(Float64Array.of(1), 1, 1, { rowStrid: 1 } as never), ArgumentError],
    ['too little data', () => new Matrix(new Float64Array(5), 2, 3), ShapeError],
    ['reach', () => new Matrix(new Float64Array(6), 2, 3, { offset: 1 }), ShapeError],
    ['get', () => A().get(2, 0), ArgumentError],
    ['get, fraction', () => A().get(0, 0.5), ArgumentError],
    ['set', () => A().set(0, 3, 1), ArgumentError],
    ['set, text', () => A().set(0, 0, '1' as never), ArgumentError],
    ['row', () => A().row(2), ArgumentError],
    ['column', () => A().column(-1), ArgumentError],
    ['view', () => A().view([1, 0]), ArgumentError],
    ['view, beyond', () => A().view([0, 3]), ArgumentError],
    ['view, text', () => A().view('all' as never), ArgumentError],
    ['toType', () => A().toType('float16' as never), ArgumentError],
    ['zeros', () => Matrix.zeros(2, Number.NaN), ArgumentError],
    ['zeros, huge', () => Matrix.zeros(2 ** 30, 2 ** 30), ArgumentError],
    ['dtype', () => Matrix.zeros(1, 1, { dtype: 'float' as never }), ArgumentError],
    ['diagonal', () => Matrix.diagonal([[1]] as never), ShapeError],
  ])('%s', (_, call, error) => {
    expect(call).toThrow(error)
    expect(call).toThrow(/^(Matrix[.\w]*|lowrank): expected .* but received /)
  })
})
