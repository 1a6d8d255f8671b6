import { describe, expect, test } from 'vitest'
import {
  boolean,
  checkOptions,
  describe as describeValue,
  finite,
  integer,
  nearest,
  oneOf,
} from '../../lib/core/check.ts'
import { ArgumentError } from '../../lib/index.ts'

const { NaN: nan, POSITIVE_INFINITY: inf } = Number

describe('describe', () => {
  test.each<[unknown, string]>([
    [null, 'null'],
    [undefined, 'undefined'],
    [1.5, '1.5'],
    [-0, '0'],
    [3n, '3n'],
    ['svd', "'svd'"],
    ['x'.repeat(50), 'a string of 50 characters'],
    [Symbol('s'), 'a symbol'],
    [() => 1, 'a function'],
    [[1, 2], 'an array of 2'],
    [new Float32Array(3), 'Float32Array(3)'],
    [new DataView(new ArrayBuffer(1)), 'a DataView'],
    [new Map(), 'a Map'],
    [{}, 'an object'],
    [Object.create(null), 'an object'],
  ])('%s', (value, expected) => expect(describeValue(value)).toBe(expected))
})

test('nearest', () => {
  expect(nearest('tolerence', ['rank', 'tolerance'])).toBe('tolerance')
  expect(nearest('RANK', ['rank', 'seed'])).toBe('rank')
  expect(nearest('xyzzy', ['rank', 'seed'])).toBeUndefined()
  expect(nearest('', [])).toBeUndefined()
})

describe('checkOptions', () => {
  const known = ['rank', 'seed'] as never[]
  test('gives the options on, and none for undefined', () => {
    expect(checkOptions('f', { rank: 1 }, known)).toEqual({ rank: 1 })
    expect(checkOptions('f', undefined, known)).toEqual({})
  })
  test.each([null, 1, 'rank', true, [], Float64Array.of(1)])('refuses %s', (options) => {
    expect(() => checkOptions('f', options as never, known)).toThrow('f: expected an options object but received')
  })
  test('an unknown key is answered with the nearest one', () => {
    expect(() => checkOptions('f', { rnak: 1 }, known)).toThrow(
      new ArgumentError("f: expected options among rank, seed but received 'rnak'; did you mean 'rank'?"),
    )
    expect(() => checkOptions('f', { xyzzyxyzzy: undefined }, known)).toThrow('leave it out')
    expect(() => checkOptions('f', { x: 1 }, [])).toThrow("f: expected no options but received 'x'")
  })
})

test('oneOf', () => {
  expect(oneOf('f', 'kind', inf, ['max', 1, inf])).toBe(inf)
  expect(() => oneOf('f', 'kind', 'mox', ['max', 1])).toThrow(
    new ArgumentError("f: expected kind to be one of 'max', 1 but received 'mox'; did you mean 'max'?"),
  )
  expect(() => oneOf('f', 'kind', '1', ['max', 1])).toThrow(ArgumentError)
})

test('integer', () => {
  expect(integer('f', 'n', 3, 0, 3)).toBe(3)
  for (const wrong of [-1, 4, 0.5, nan, inf, '1', 1n, null])
    expect(() => integer('f', 'n', wrong, 0, 3)).toThrow('f: expected n to be an integer from 0 to 3 but received')
  expect(() => integer('f', 'n', 0, 1)).toThrow('f: expected n to be an integer of at least 1 but received 0')
})

test('finite', () => {
  expect(finite('f', 'x', 0, { least: 0 })).toBe(0)
  for (const wrong of [-1, nan, inf, '1', null])
    expect(() => finite('f', 'x', wrong, { least: 0 })).toThrow('f: expected x to be a finite number of at least 0')
  expect(() => finite('f', 'x', 0, { least: 0, exclusive: true })).toThrow('greater than 0')
  expect(() => finite('f', 'x', 2, { least: 0, most: 1 })).toThrow('of at least 0 and at most 1')
})

test('boolean', () => {
  expect(boolean('f', 'b', false)).toBe(false)
  for (const wrong of [0, 'true', null, undefined]) expect(() => boolean('f', 'b', wrong)).toThrow(ArgumentError)
})
