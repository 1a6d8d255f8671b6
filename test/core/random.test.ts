import { expect, test } from 'vitest'
import { ArgumentError, Matrix } from '../../lib/index.ts'

const numbers = (seed: number, distribution: 'normal' | 'uniform', count = 3) =>
  Array.from(Matrix.random(1, count, { seed, distribution }).data)

// Pinned: the same on every platform, in every version.
test.each<[number, 'normal' | 'uniform', number[]]>([
  [0, 'normal', [-2.1863930709201043, -0.10574227994513982, 1.0170330322472427]],
  [0, 'uniform', [0.34925858085834305, 0.49270957196388443, 0.20055790105604698]],
  [1, 'normal', [1.5095579709758558, 0.012274693013314643, 1.3321090111898775]],
  [1, 'uniform', [0.7828300130031604, 0.5022997802345552, 0.7942485756713401]],
  [-5, 'normal', [0.8851777232890873, 0.5574864401967031, 1.007625970006758]],
  [-5, 'uniform', [0.8218182971202332, 0.7026817125323556, 0.7527080181932629]],
  [4294967295, 'normal', [0.28887370592988787, -0.7949569760433828, 1.3472330653857532]],
  [4294967295, 'uniform', [0.6427999583590402, 0.10702611298317388, 0.7326836604353391]],
])('seed %i, %s', (seed, distribution, expected) => {
  expect(numbers(seed, distribution)).toEqual(expected)
})

test('float32 is the same numbers, rounded', () => {
  const [double, single] = (['float64', 'float32'] as const).map((dtype) => Matrix.random(4, 5, { dtype, seed: 9 }))
  expect(single.toArray()).toEqual(double.toArray().map((row) => row.map(Math.fround)))
})

const mean = (x: readonly number[]) => x.reduce((sum, value) => sum + value, 0) / x.length
const correlation = (x: readonly number[], y: readonly number[]) => {
  const [mx, my] = [mean(x), mean(y)]
  const covariance = (u: readonly number[], v: readonly number[], mu: number, mv: number) =>
    mean(u.map((value, i) => (value - mu) * (v[i] - mv)))
  return covariance(x, y, mx, my) / Math.sqrt(covariance(x, x, mx, mx) * covariance(y, y, my, my))
}

test('the moments of the distributions', () => {
  const uniform = numbers(3, 'uniform', 20_000)
  expect(uniform.every((x) => x >= 0 && x < 1)).toBe(true)
  expect(mean(uniform)).toBeCloseTo(1 / 2, 1.5)
  expect(mean(uniform.map((x) => x ** 2))).toBeCloseTo(1 / 3, 1.5)
  const normal = numbers(3, 'normal', 20_000)
  for (const [power, moment] of [0, 1, 0, 3].entries())
    expect(Math.abs(mean(normal.map((x) => x ** (power + 1))) - moment)).toBeLessThan(0.2)
})

test('neighbouring seeds have nothing in common', () => {
  const streams = Array.from({ length: 200 }, (_, seed) => numbers(seed, 'uniform', 50))
  for (const seed of [0, 1, 2, 50, 198])
    expect(Math.abs(correlation(streams[seed], streams[seed + 1]))).toBeLessThan(0.5)
  const first = streams.map(([x]) => x)
  expect(Math.abs(mean(first) - 0.5)).toBeLessThan(0.1)
  expect(Math.abs(correlation(first.slice(1), first.slice(0, -1)))).toBeLessThan(0.25)
})

test('refusals', () => {
  for (const seed of [0.5, 2 ** 32, -(2 ** 31) - 1, Number.NaN, '1', null])
    expect(() => Matrix.random(1, 1, { seed: seed as number })).toThrow('Matrix.random: expected seed to be an integer')
  expect(() => Matrix.random(1, 1, { distribution: 'norml' as never })).toThrow("did you mean 'normal'?")
  for (const [rows, columns] of [
    [-1, 2],
    [2, 0.5],
    ['2', 2],
  ])
    expect(() => Matrix.random(rows as number, columns as number)).toThrow(ArgumentError)
})
