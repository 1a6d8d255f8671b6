import { expect, test } from 'vitest'
import { scale, truncatedSVD } from '../../lib/index.ts'
import { faults, residual, withSpectrum } from './truncated.ts'

test('the checkers see what is wrong', () => {
  const A = withSpectrum(200, 150, (i) => 1 / (i + 1))
  const good = truncatedSVD(A, { rank: 4 })
  const U = good.U.copy()
  U.set(3, 1, U.get(3, 1) + 1e-11)
  expect(faults(A, { ...good, U }).orthogonality).toBeGreaterThan(10 * Math.sqrt(350) + 40)
  expect(faults(A, { ...good, relativeError: good.relativeError + 1e-11 }).statedError).toBeGreaterThan(1000)
  expect(faults(A, { ...good, singularValues: good.singularValues.toReversed() }).descending).toBe(false)
  expect(faults(A, { ...good, U: scale(good.U, -1) as never }).signs).toBe(false)
  expect(residual(A, { ...good, Vt: scale(good.Vt, 1 + 1e-8) as never })).toBeGreaterThan(1e-9)
})
