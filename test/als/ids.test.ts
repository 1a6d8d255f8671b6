import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { Ids } from '../../lib/als/index.ts'
import { ArgumentError } from '../../lib/index.ts'

describe('Ids', () => {
  test('positions and ids are inverse', () => {
    const list = ['b', 7, '12', 'a', -3, '007', 0]
    const ids = Ids.from(list)
    expect(ids.toArray()).toEqual(list)
    expect(ids.length).toBe(list.length)
    for (const [i, id] of list.entries()) {
      expect(ids.at(i)).toBe(id)
      expect(ids.indexOf(id)).toBe(i)
    }
  })

  test('either spelling of an integer finds it, other spellings do not', () => {
    const ids = Ids.from([12, '13', '007', '9007199254740993', '-5'])
    for (const [id, at] of [
      ['12', 0],
      [13, 1],
      ['13', 1],
      ['007', 2],
      [-5, 4],
      ['9007199254740993', 3],
    ] as const)
      expect(ids.indexOf(id), `${typeof id} ${id}`).toBe(at)
    for (const id of [7, '012', '12.0', ' 12', '1e1', '', 2 ** 53, Number.NaN, 12.5]) expect(ids.indexOf(id)).toBe(-1)
  })

  test('a number is the integers below it', () => {
    const ids = Ids.from(3)
    expect(ids.toArray()).toEqual([0, 1, 2])
    expect([0, '1', 2, 3, -1, 0.5, 'a', '02', -0].map((id) => ids.indexOf(id))).toEqual([
      0, 1, 2, -1, -1, -1, -1, -1, 0,
    ])
    expect(Object.is(ids.indexOf(-0), 0)).toBe(true)
    expect(Ids.from(0).toArray()).toEqual([])
  })

  test('takes typed arrays, and itself', () => {
    const ids = Ids.from(Int32Array.of(5, 3))
    expect(ids.toArray()).toEqual([5, 3])
    expect(Ids.from(ids)).toBe(ids)
  })

  test('the list that is given and the one returned are copies', () => {
    const list = ['a', 'b']
    const ids = Ids.from(list)
    list[0] = 'z'
    ids.toArray()[1] = 'z'
    expect(ids.toArray()).toEqual(['a', 'b'])
  })

  test('prints its first ids', () => {
    expect(inspect(Ids.from(['a', 2, 'c', 'd']))).toBe("Ids(4) ['a', 2, 'c', …]")
    expect(inspect(Ids.from(2))).toBe('Ids(2) [0, 1]')
  })

  test.each([
    [[1, '1'], /every id once but received '1' at positions 0 and 1/],
    [['a', 'b', 'a'], /'a' at positions 0 and 2/],
    [[1.5], /ids to hold ids, which are strings or integers but received 1.5 at position 0/],
    [[1, null], /null at position 1/],
    [[2 ** 53], /9007199254740992 at position 0/],
    ['abc', /an array of ids/],
    [undefined, /an array of ids/],
    [-1, /count to be an integer/],
    [1.5, /count to be an integer/],
  ] as [unknown, RegExp][])('refuses %j', (source, message) => {
    expect(() => Ids.from(source as string[])).toThrow(ArgumentError)
    expect(() => Ids.from(source as string[])).toThrow(message)
  })

  test('what is no id is unknown', () => {
    for (const ids of [Ids.from(['a', 'b']), Ids.from([7, -1]), Ids.from(3)])
      for (const wrong of [undefined, null, true, 1n, {}, ['a'], Symbol('a'), Number.NaN, 0.5, Infinity])
        expect(ids.indexOf(wrong as never)).toBe(-1)
  })

  test('refuses positions out of range', () => {
    for (const index of [-1, 2, 0.5])
      expect(() => Ids.from(['a', 'b']).at(index)).toThrow(/index to be an integer from 0 to 1/)
  })
})
