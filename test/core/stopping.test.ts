import { describe, expect, test, vi } from 'vitest'
import { Iteration, type IterationOptions, type IterationReport } from '../../lib/core/stopping.ts'
import { ArgumentError, ConvergenceError } from '../../lib/index.ts'

const defaults = { maxIterations: 10, tolerance: 1e-3 }

/** Runs an iteration over given objectives, and repeats the last one when they are used up. */
function run(objectives: readonly number[], options: IterationOptions = {}) {
  const loop = new Iteration('routine', options, defaults)
  let k = 0
  while (loop.next({ objective: objectives[Math.min(k++, objectives.length - 1)] as number }));
  return loop.result()
}

test('stops by the relative change of the objective', () => {
  const result = run([100, 50, 49.99, 49.98])
  expect(result).toMatchObject({ iterations: 3, converged: true, stopReason: 'tolerance', objective: 49.99 })
  expect(result.history.map(({ iteration, objective }) => [iteration, objective])).toEqual([
    [1, 100],
    [2, 50],
    [3, 49.99],
  ])
  expect(run([100, 50, 49.99, 49.98], { tolerance: 1e-5 }).iterations).toBe(5)
})

test('an objective that reaches zero, or rises by rounding, has converged', () => {
  expect(run([1, 0]).iterations).toBe(3)
  expect(run([0])).toMatchObject({ iterations: 2, stopReason: 'tolerance' })
  expect(run([1, 1 + 1e-15])).toMatchObject({ iterations: 2, stopReason: 'tolerance' })
})

test('the objective of a scaled problem is compared, that of the caller reported', () => {
  for (const [scale, reported] of [
    [2 ** -600, [Infinity, Infinity, Infinity]],
    [2 ** 600, [0, 0, 0]],
    [2 ** -3, [6400, 3200, 3199.36]],
  ] as const) {
    const loop = new Iteration('routine', {}, defaults)
    for (const objective of [100, 50, 49.99]) loop.next({ objective }, { scale })
    const { stopReason, history, objective } = loop.result()
    expect(stopReason).toBe('tolerance')
    expect(history.map((report) => report.objective)).toEqual(reported)
    expect(objective).toBe(reported[2])
  }
})

test('tolerance 0 never stops by it', () => {
  expect(run([1, 1], { tolerance: 0 })).toMatchObject({ iterations: 10, converged: false, stopReason: 'maxIterations' })
})

test('stops at the largest number of iterations, at the time limit, and where the callback says so', () => {
  expect(run([4, 2, 1], { maxIterations: 1 })).toMatchObject({ iterations: 1, stopReason: 'maxIterations' })
  expect(run([4, 2, 1], { timeLimitMs: 0 })).toMatchObject({ iterations: 1, stopReason: 'timeLimit' })
  expect(run([4, 2, 1], { timeLimitMs: Infinity, maxIterations: 2 }).stopReason).toBe('maxIterations')
  const onIteration = vi.fn(({ iteration }: IterationReport) => iteration < 2)
  const result = run([4, 2, 1], { onIteration })
  expect(result).toMatchObject({ iterations: 2, converged: false, stopReason: 'callback' })
  expect(onIteration.mock.calls.map(([report]) => report)).toEqual(result.history)
  expect(run([4, 2], { onIteration: () => undefined }).stopReason).toBe('tolerance')
})

test('a reason of the method, and steps that do not count', () => {
  const loop = new Iteration<IterationReport & { error: number }, 'validation'>('routine', {}, defaults)
  expect(loop.next({ objective: 4, error: 2 })).toBe(true)
  expect(loop.next({ objective: 4, error: 1 }, { settled: false })).toBe(true)
  expect(loop.next({ objective: 2, error: 3 }, { stop: 'validation' })).toBe(false)
  const { stopReason, history, elapsedMs } = loop.result()
  expect(stopReason).toBe('validation')
  expect(history.map(({ error }) => error)).toEqual([2, 1, 3])
  expect(elapsedMs).toBeGreaterThanOrEqual(history[2]?.elapsedMs as number)
})

test('what the callback throws passes on unchanged', () => {
  const fault = new RangeError('mine')
  expect(() =>
    run([1], {
      onIteration: () => {
        throw fault
      },
    }),
  ).toThrow(fault)
})

describe('errors', () => {
  test.each([
    [{ maxIterations: 0 }, /maxIterations to be an integer of at least 1 but received 0/],
    [{ maxIterations: 1.5 }, /maxIterations/],
    [{ tolerance: -1 }, /tolerance to be a finite number of at least 0/],
    [{ tolerance: Number.NaN }, /tolerance/],
    [{ timeLimitMs: -1 }, /timeLimitMs/],
    [{ timeLimitMs: '5' }, /timeLimitMs/],
    [{ onIteration: true }, /onIteration to be a function but received true/],
  ])('%o', (options, message) => {
    expect(() => run([1], options as never)).toThrow(ArgumentError)
    expect(() => run([1], options as never)).toThrow(message)
  })
  test('an objective that is no number', () => {
    expect(() => run([1, Number.NaN])).toThrow(ConvergenceError)
    expect(() => run([Infinity])).toThrow(/routine: expected an objective that is a finite number/)
  })
})
