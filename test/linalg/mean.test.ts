import { expect, test } from 'vitest'
import { mean } from '../../lib/index.ts'
import { total } from '../support/total.ts'

total('mean', mean, (sum, count) => sum / count)

test('a mean of float32 numbers does not overflow', () => {
  expect(mean(Float32Array.of(3e38, 3e38), 0)).toEqual(Float32Array.of(3e38))
})
