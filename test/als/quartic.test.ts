import { expect, test } from 'vitest'
import { minimizer, valueAt } from '../../lib/als/quartic.ts'
import { normals } from '../../lib/core/random.ts'

test('a polynomial is evaluated', () => {
  expect(valueAt([1, 2, 3, 4, 5], 2)).toBe(1 + 4 + 12 + 32 + 80)
})

/** The least value on a fine grid, which no minimizer may exceed. */
function leastOnGrid(quartic: readonly number[], reach: number): number {
  let least = Infinity
  for (let k = -20000; k <= 20000; k++) least = Math.min(least, valueAt(quartic, (k / 20000) * reach))
  return least
}

test('no point of a grid is below the minimizer', () => {
  const normal = normals(1)
  for (let k = 0; k < 200; k++) {
    const quartic = [normal(), normal(), normal(), normal(), Math.abs(normal()) + 0.01]
    const t = minimizer(quartic)
    const least = leastOnGrid(quartic, 2 + 2 * Math.abs(t))
    expect(valueAt(quartic, t), `case ${k}: ${quartic}`).toBeLessThanOrEqual(least + 1e-9 * Math.abs(least))
  }
})

test.each([
  ['two equal minima', [1, 0, -2, 0, 1], 1],
  ['a parabola', [5, -4, 1, 0, 0], 2],
  ['no slope anywhere', [3, 0, 0, 0, 0], 0],
  ['a triple root', [0, -4, 6, -4, 1], 1],
  ['nearly a parabola', [5, -4, 1, 1e-18, 1e-20], 2],
  ['large numbers', [1e30, -4e30, 1e30, 0, 0], 2],
])('%s', (_name, quartic, expected) => {
  expect(Math.abs(minimizer(quartic))).toBeCloseTo(expected, 5)
})
