import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ArgumentError, Matrix, matmul, SparseMatrix } from '../../lib/index.ts'

type Entry = readonly [row: number, column: number, value: number]

const unzip = (entries: readonly Entry[]) => ({
  row: entries.map(([i]) => i),
  column: entries.map(([, j]) => j),
  value: entries.map(([, , v]) => v),
})

/** The dense matrix of triplets, the plain way. */
function dense(rows: number, columns: number, entries: readonly Entry[], duplicates: 'sum' | 'last'): number[][] {
  const result = Array.from({ length: rows }, () => new Array<number>(columns).fill(0))
  for (const [i, j, v] of entries) {
    const line = result[i] as number[]
    line[j] = duplicates === 'sum' ? (line[j] as number) + v : v
  }
  return result
}

function expectOrdered(A: SparseMatrix): void {
  expect(A.rowPointers[0]).toBe(0)
  expect(A.rowPointers.length).toBe(A.rows + 1)
  expect(A.rowPointers[A.rows]).toBe(A.nonZeros)
  for (let i = 0; i < A.rows; i++)
    for (let k = (A.rowPointers[i] as number) + 1; k < (A.rowPointers[i + 1] as number); k++)
      expect(A.columnIndices[k]).toBeGreaterThan(A.columnIndices[k - 1] as number)
}

const triplets = fc.tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 7 })).chain(([rows, columns]) =>
  fc.record({
    rows: fc.constant(rows),
    columns: fc.constant(columns),
    entries: fc.array(
      fc.tuple(
        fc.integer({ min: 0, max: rows - 1 }),
        fc.integer({ min: 0, max: columns - 1 }),
        fc.integer({ min: -9, max: 9 }),
      ),
      { maxLength: 40 },
    ),
  }),
)

describe('fromTriplets', () => {
  test.each(['sum', 'last'] as const)('holds the given entries in order, duplicates %s', (duplicates) => {
    fc.assert(
      fc.property(triplets, ({ rows, columns, entries }) => {
        const A = SparseMatrix.fromTriplets(rows, columns, unzip(entries), { duplicates })
        expectOrdered(A)
        expect(A.toDense().toArray()).toEqual(dense(rows, columns, entries, duplicates))
        expect(A.nonZeros).toBe(new Set(entries.map(([i, j]) => i * columns + j)).size)
        expectOrdered(A.transpose)
        expect(A.transpose.toDense().toArray()).toEqual(A.toDense().transpose.toArray())
        expect(A.transpose.transpose).toBe(A)
        const { rowPointers, columnIndices, values } = A
        expect(SparseMatrix.fromCSR(rows, columns, { rowPointers, columnIndices, values })).toEqual(A)
      }),
    )
  })

  test('refuses an entry given twice, and names both places', () => {
    const twice = { row: [0, 1, 0], column: [2, 0, 2], value: [1, 2, 3] }
    expect(() => SparseMatrix.fromTriplets(2, 3, twice)).toThrow(
      "SparseMatrix.fromTriplets: expected every entry once but received (0, 2) at positions 0 and 2; pass duplicates: 'sum' or 'last' to merge them",
    )
  })

  test('keeps zeros that are given', () => {
    expect(SparseMatrix.fromTriplets(1, 2, { row: [0], column: [1], value: [0] }).nonZeros).toBe(1)
  })

  test.each([
    [[0, 5], [0, 0], [1, 1], 'expected row to hold integers from 0 to 1 but received 5 at position 1'],
    [[0, -1], [0, 0], [1, 1], 'expected row to hold integers from 0 to 1 but received -1 at position 1'],
    [[0, 1], [0.5, 0], [1, 1], 'expected column to hold integers from 0 to 2 but received 0.5 at position 0'],
    [[0, '1'], [0, 0], [1, 1], "expected row to hold integers from 0 to 1 but received '1' at position 1"],
    [[0, 1], [0, 0], [1, null], 'expected value to hold numbers but received null at position 1'],
    [[0, 1], [0, 0], [1], 'expected row, column and value of one length but received 2, 2 and 1'],
    [new Int32Array([0, 2]), [0, 0], [1, 1], 'expected row to hold integers from 0 to 1 but received 2 at position 1'],
    [new Float32Array([0, 0.5]), [0, 0], [1, 1], 'expected row to hold integers from 0 to 1 but received 0.5'],
    [undefined, [0], [1], 'expected row to be an array of integers but received undefined'],
  ])('refuses %j %j %j', (row, column, value, sentence) => {
    const given = { row, column, value } as never
    expect(() => SparseMatrix.fromTriplets(2, 3, given)).toThrow(`SparseMatrix.fromTriplets: ${sentence}`)
  })

  test('refuses wrong extents and options', () => {
    const none = { row: [], column: [], value: [] }
    expect(() => SparseMatrix.fromTriplets(-1, 3, none)).toThrow('expected rows to be an integer from 0')
    expect(() => SparseMatrix.fromTriplets(1, 3, none, { duplicate: 'sum' } as never)).toThrow(
      "did you mean 'duplicates'?",
    )
    expect(() => SparseMatrix.fromTriplets(1, 3, none, { duplicates: 'summ' } as never)).toThrow("did you mean 'sum'?")
    expect(() => SparseMatrix.fromTriplets(0, 3, { row: [0], column: [0], value: [1] })).toThrow(
      'expected row to be empty',
    )
    expect(SparseMatrix.fromTriplets(0, 0, none).toDense().shape).toEqual([0, 0])
  })

  test('takes the dtype of the values, or the one asked for', () => {
    const place = { row: [0], column: [0] }
    expect(SparseMatrix.fromTriplets(1, 1, { ...place, value: Float32Array.of(1) }).values).toBeInstanceOf(Float32Array)
    expect(SparseMatrix.fromTriplets(1, 1, { ...place, value: [1] }).values).toBeInstanceOf(Float64Array)
    const asked = SparseMatrix.fromTriplets(1, 1, { ...place, value: [0.1] }, { dtype: 'float32' })
    expect(asked.values).toEqual(Float32Array.of(0.1))
    expect(asked.toType('float64').values).toEqual(Float64Array.of(Math.fround(0.1)))
  })

  test('does not keep the arrays that it was given', () => {
    const given = { row: Int32Array.of(0, 1), column: Int32Array.of(0, 1), value: Float64Array.of(1, 2) }
    const A = SparseMatrix.fromTriplets(2, 2, given)
    for (const array of Object.values(given)) array.fill(0)
    expect(A.toDense().toArray()).toEqual([
      [1, 0],
      [0, 2],
    ])
  })
})

describe('fromCSR', () => {
  const columnIndices = [0, 2, 1]
  const values = [1, 2, 3]
  test.each([
    [[0, 2], 'expected rowPointers with 3 elements but received 2'],
    [[1, 2, 3], 'expected rowPointers to begin with 0 but received 1'],
    [[0, 3, 2], 'expected rowPointers never to descend but received 2 after 3 at position 2'],
    [[0, 2, 2], 'expected rowPointers to end with the 3 entries but received 2'],
    [[0, 2, 9], 'expected rowPointers to hold integers from 0 to 3 but received 9 at position 2'],
  ])('refuses row pointers %j', (rowPointers, sentence) => {
    const arrays = { rowPointers, columnIndices, values }
    expect(() => SparseMatrix.fromCSR(2, 3, arrays)).toThrow(`SparseMatrix.fromCSR: ${sentence}`)
  })

  test('sorts columns, refuses duplicates', () => {
    const A = SparseMatrix.fromCSR(2, 3, { rowPointers: [0, 2, 3], columnIndices: [2, 0, 1], values: [1, 2, 3] })
    expect([...A.columnIndices, ...A.values]).toEqual([0, 2, 1, 2, 1, 3])
    const twice = { rowPointers: [0, 2, 3], columnIndices: [2, 2, 1], values }
    expect(() => SparseMatrix.fromCSR(2, 3, twice)).toThrow('expected every entry once but received (0, 2)')
  })
})

test('fromDense takes what is not zero, from any view', () => {
  const A = Matrix.from([
    [0, 2, Number.NaN],
    [3, 0, -0],
  ])
  expect(SparseMatrix.fromDense(A).toDense().toArray()).toEqual([
    [0, 2, Number.NaN],
    [3, 0, 0],
  ])
  expect(SparseMatrix.fromDense(A.transpose).toDense().toArray()).toEqual([
    [0, 3],
    [2, 0],
    [Number.NaN, 0],
  ])
  expect(SparseMatrix.fromDense(A).nonZeros).toBe(3)
})

test.each(['rowPointers', 'columnIndices'] as const)('tampered %s are an error, never a read outside', (name) => {
  const A = SparseMatrix.fromTriplets(2, 2, { row: [0, 1], column: [0, 1], value: [1, 2] })
  A[name][1] = 1e9
  expect(() => matmul(A, Float64Array.of(1, 1))).toThrow(ArgumentError)
})

test('prints its size', () => {
  const A = SparseMatrix.fromTriplets(2, 2, { row: [0], column: [0], value: [1] })
  expect(String((A as never as Record<symbol, () => string>)[Symbol.for('nodejs.util.inspect.custom')]?.call(A))).toBe(
    'SparseMatrix 2×2 float64, 1 entries',
  )
})
