import { expect, test } from 'vitest'
import { sum } from '../../lib/index.ts'
import { total } from '../support/total.ts'

total('sum', sum, (s) => s)

test('float32 is summed in double precision', () => {
  expect(sum(Float32Array.of(2 ** 24, 1, 1, -(2 ** 24)))).toBe(2)
  expect(sum(new Float32Array([3e38, 3e38, -3e38]), 0)).toEqual(Float32Array.of(3e38))
})
