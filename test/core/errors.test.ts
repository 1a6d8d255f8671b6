import { expect, test } from 'vitest'
import { sentence } from '../../lib/core/errors.ts'
import * as lowrank from '../../lib/index.ts'

const names = [
  'ShapeError',
  'ArgumentError',
  'SingularMatrixError',
  'NotPositiveDefiniteError',
  'ConvergenceError',
  'FormatError',
  'NativeLoadError',
  'InternalError',
] as const

test.each(names)('%s extends LowRankError and has a code', (name) => {
  // biome-ignore lint/performance/noDynamicNamespaceImportAccess: each of them
  const Class = lowrank[name] as unknown as new (message: string) => lowrank.LowRankError
  const error = new Class('message')
  expect(error).toBeInstanceOf(lowrank.LowRankError)
  expect(error).toBeInstanceOf(Error)
  expect([error.code, error.name, error.message]).toEqual([name, name, 'message'])
  expect(`${error.stack}`).toContain(name)
})

test('what they know besides', () => {
  expect(new lowrank.SingularMatrixError('m', 3, 7)).toMatchObject({ position: 3, index: 7 })
  expect(new lowrank.NotPositiveDefiniteError('m', 2)).toMatchObject({ minor: 2, index: undefined })
  expect(new lowrank.ConvergenceError('m', 4)).toMatchObject({ index: 4 })
  expect(new lowrank.FormatError('m', { file: 'x', line: 2, column: 5 })).toMatchObject({
    file: 'x',
    line: 2,
    column: 5,
  })
  const cause = new Error('why')
  expect(new lowrank.ArgumentError('m', { cause }).cause).toBe(cause)
})

test('the sentence', () => {
  expect(sentence('lstsq', 'B with 4 rows', '3×1')).toBe('lstsq: expected B with 4 rows but received 3×1')
  expect(sentence('f', 'a', 'b', 'do c')).toBe('f: expected a but received b; do c')
})
