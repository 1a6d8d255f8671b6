import { readFileSync } from 'node:fs'
import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { type DType, Matrix, MatrixBatch } from '../../lib/index.ts'
import { arrayOf } from '../support/cases.ts'

interface Reference {
  readonly dtype: DType
  readonly shape: readonly number[]
  /** Not stored for large arrays, whose entry k is k/8 − 3. */
  readonly entries?: string
  readonly text: string
}

// Made by test/reference/print.py.
const references: Reference[] = JSON.parse(readFileSync(new URL('../reference/print.json', import.meta.url), 'utf8'))

const special = { nan: Number.NaN, inf: Number.POSITIVE_INFINITY, '-inf': Number.NEGATIVE_INFINITY }
const read = (word: string) => (word in special ? special[word as keyof typeof special] : Number(word))

function made({ dtype, shape, entries }: Reference): Matrix | MatrixBatch {
  const size = shape.reduce((product, extent) => product * extent, 1)
  const values =
    entries === undefined
      ? Array.from({ length: size }, (_, k) => k / 8 - 3)
      : entries.split(' ').filter(Boolean).map(read)
  const data = arrayOf(dtype, values)
  const [count, rows, columns] = shape.length === 2 ? [0, ...shape] : shape
  return shape.length === 2 ? new Matrix(data, rows, columns) : new MatrixBatch(data, count, rows, columns)
}

test(`prints ${references.length} arrays as numpy does`, () => {
  for (const reference of references) {
    const { dtype, shape, entries } = reference
    expect(`${made(reference)}`, `${dtype} ${shape}: ${entries}`).toBe(reference.text)
  }
})

test('prints what a view shows', () => {
  const A = Matrix.from([
    [1, 2, 3],
    [4, 5, 6],
  ])
  expect(`${A.transpose}`).toBe('[[1. 4.]\n [2. 5.]\n [3. 6.]]')
  expect(`${A.view([1, 2], [1, 3])}`).toBe('[[5. 6.]]')
})

test('console.log says what it is', () => {
  expect(inspect(Matrix.identity(2, { dtype: 'float32' }))).toBe('Matrix 2×2 float32\n[[1. 0.]\n [0. 1.]]')
  expect(inspect(new MatrixBatch(Float64Array.of(1, 2), 2, 1, 1))).toBe(
    'MatrixBatch 2 of 1×1 float64\n[[[1.]]\n\n [[2.]]]',
  )
})

test('takes no longer for more entries than it shows', () => {
  const start = performance.now()
  const text = `${Matrix.zeros(3000, 3000)}`
  expect(text.length).toBeLessThan(300)
  expect(performance.now() - start).toBeLessThan(1000)
})
