/** The choice of solver follows the costs: of the rank, and of how long rows are. */
import { expect, test } from 'vitest'
import { completeALS, ratings } from '../../lib/als/index.ts'
import { chooseSolver } from '../../lib/als/solver.ts'
import { uniforms } from '../../lib/core/random.ts'

const shape = { rows: 20_000, columns: 5000, entries: 1_000_000, implicit: false }

test('small systems are solved exactly, large ones by conjugate gradients', () => {
  expect(chooseSolver({ ...shape, unknowns: 20 })).toBe('cholesky')
  expect(chooseSolver({ ...shape, unknowns: 100 })).toBe('cg')
  expect(chooseSolver({ ...shape, unknowns: 100, implicit: true })).toBe('cg')
})

test('what takes no time is solved exactly', () => {
  expect(chooseSolver({ rows: 10, columns: 10, entries: 50, implicit: false, unknowns: 100 })).toBe('cholesky')
})

test('the shorter the rows, the earlier', () => {
  const least = (entries: number) => {
    let unknowns = 1
    while (chooseSolver({ ...shape, entries, unknowns }) === 'cholesky') unknowns++
    return unknowns
  }
  expect(least(100_000)).toBeLessThan(least(10_000_000))
})

test('a fit says what was chosen', () => {
  const next = uniforms(1)
  const column = Array.from({ length: 300 }, () => Math.floor(next() * 40))
  const data = ratings(
    column.map((_, e) => e % 100),
    column,
    column.map(() => 1 + 4 * next()),
    { duplicates: 'last' },
  )
  for (const [rank, solver] of [
    [4, 'cholesky'],
    [300, 'cg'],
  ] as const)
    expect(completeALS(data, { rank, maxIterations: 2 }).settings.solver).toBe(solver)
  expect(completeALS(data, { rank: 4, maxIterations: 2, solver: 'cg' }).settings.solver).toBe('cg')
})
