import { expect, test } from 'vitest'
import { ArgumentError, MatrixBatch, ShapeError } from '../../lib/index.ts'

const batch = () =>
  new MatrixBatch(
    Float64Array.from({ length: 12 }, (_, i) => i),
    2,
    2,
    3,
  )

test('a member is a view', () => {
  const whole = batch()
  expect(whole.at(1).toArray()).toEqual([
    [6, 7, 8],
    [9, 10, 11],
  ])
  whole.at(1).set(0, 0, 60)
  expect(whole.data[6]).toBe(60)
  expect(whole.at(0).data).toBe(whole.data)
  expect(whole.dtype).toBe('float64')
})

test('none, and members without entries', () => {
  expect(new MatrixBatch(new Float32Array(0), 0, 2, 2).dtype).toBe('float32')
  expect(new MatrixBatch(new Float64Array(0), 3, 0, 2).at(2).shape).toEqual([0, 2])
})

test('refusals', () => {
  const data = new Float64Array(12)
  expect(() => new MatrixBatch(data, 2, 2, 2)).toThrow(
    new ShapeError('MatrixBatch: expected data of 2·2·2 elements but received 12'),
  )
  for (const [count, rows, columns] of [
    [-1, 2, 3],
    [2, 0.5, 3],
    [2, 2, Number.NaN],
  ])
    expect(() => new MatrixBatch(data, count, rows, columns)).toThrow(ArgumentError)
  expect(() => new MatrixBatch([] as never, 0, 0, 0)).toThrow(ArgumentError)
  for (const index of [-1, 2, 0.5, '0']) expect(() => batch().at(index as number)).toThrow(ArgumentError)
})
