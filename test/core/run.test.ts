import { describe, expect, test } from 'vitest'
import { call, runAsync, runSync, type Steps } from '../../lib/core/run.ts'
import { ArgumentError, InternalError, Matrix, matmulAsync, svdAsync } from '../../lib/index.ts'

const A = Matrix.random(30, 20, { seed: 1 })

/** The norm of A, in so many kernels. */
function* norms(times: number, between?: (k: number) => void): Steps<number[]> {
  const found = []
  for (let k = 0; k < times; k++) {
    found.push(yield* call('norm', k, A))
    between?.(k)
  }
  return found
}

test('both ways give what the algorithm returns', async () => {
  const expected = runSync('f', norms(4), undefined)
  expect(expected[0]).toBeGreaterThan(expected[1])
  expect(await runAsync('f', norms(4), undefined)).toEqual(expected)
})

test('what an algorithm throws comes out, from before its first kernel as a rejection too', async () => {
  const fault = new ArgumentError('no')
  // biome-ignore lint/correctness/useYield: it fails before
  function* failing(): Steps<number> {
    throw fault
  }
  expect(() => runSync('f', failing(), undefined)).toThrow(fault)
  await expect(runAsync('f', failing(), undefined)).rejects.toBe(fault)
  const late = () =>
    norms(3, (k) => {
      if (k === 1) throw fault
    })
  expect(() => runSync('f', late(), undefined)).toThrow(fault)
  await expect(runAsync('f', late(), undefined)).rejects.toBe(fault)
})

describe('a wrong call of a kernel is an InternalError, before anything is read', () => {
  const wrong: [string, () => Steps<number>][] = [
    ['too few operands', () => (call as (...args: unknown[]) => Steps<number>)('norm', 0)],
    ['another type', () => (call as (...args: unknown[]) => Steps<number>)('norm', 0, Int32Array.of(1))],
    ['shapes', () => call('scale', 1, A, Matrix.zeros(1, 1))],
    ['dtypes', () => call('scale', 1, A, Matrix.zeros(30, 20, { dtype: 'float32' }))],
    ['reach', () => call('norm', 0, { ...layoutOf(A), rows: 1e6 })],
    ['negative extents', () => call('norm', 0, { ...layoutOf(A), rows: -1 })],
    ['fractions', () => call('norm', 0, { ...layoutOf(A), columnStride: 0.5 })],
    [
      'blocks',
      () =>
        call(
          'kron',
          A,
          A,
          ...([29, 30, 20, 20].map((n) => Int32Array.of(n)) as [Int32Array, Int32Array, Int32Array, Int32Array]),
          Matrix.zeros(870, 400),
        ),
    ],
    ['a length of sums', () => call('sum', A, 0, 1, new Float64Array(19))],
  ]
  test.each(wrong)('%s', async (_, steps) => {
    expect(() => runSync('f', steps(), undefined)).toThrow(InternalError)
    await expect(runAsync('f', steps(), undefined)).rejects.toThrow(InternalError)
  })
})

function layoutOf({ data, count, memberStride, rows, columns, rowStride, columnStride, offset }: Matrix) {
  return { data, count, memberStride, rows, columns, rowStride, columnStride, offset }
}

describe('signal', () => {
  test('is looked at between kernels', async () => {
    for (const run of [runSync, runAsync]) {
      const controller = new AbortController()
      const reached: number[] = []
      const steps = norms(3, (k) => {
        reached.push(k)
        controller.abort(new Error('enough'))
      })
      await expect((async () => run('f', steps, { signal: controller.signal }))()).rejects.toThrow('enough')
      expect(reached).toEqual([0])
    }
  })

  test('takes calls that have not begun out of the queue', async () => {
    const controller = new AbortController()
    const big = Matrix.random(300, 300, { seed: 2 })
    const before = [svdAsync(big), svdAsync(big), svdAsync(big)]
    const waiting = Array.from({ length: 20 }, () => svdAsync(big, { signal: controller.signal }))
    controller.abort()
    const start = performance.now()
    for (const outcome of await Promise.allSettled(waiting))
      expect(outcome).toMatchObject({ status: 'rejected', reason: { name: 'AbortError' } })
    const cancelled = performance.now() - start
    const results = await Promise.all(before)
    expect(results.map(({ U }) => U.shape)).toEqual(new Array(3).fill([300, 300]))
    expect(cancelled).toBeLessThan(performance.now() - start + 1)
  })

  test('that never fires changes nothing', async () => {
    const { signal } = new AbortController()
    expect((await matmulAsync(A.transpose, A, { signal })).shape).toEqual([20, 20])
  })
})

test('many calls at once', async () => {
  const expected = runSync('f', norms(1), undefined)
  const results = await Promise.all(Array.from({ length: 500 }, () => runAsync('f', norms(1), undefined)))
  expect(results).toEqual(new Array(500).fill(expected))
})
