/**
 * `signal`: before the call, in the queue, between kernels and during one; and what becomes of an algorithm's
 * `finally`.
 */
import { getEventListeners } from 'node:events'
import { describe, expect, test } from 'vitest'
import { call, runAsync, runSync, type Steps } from '../../lib/core/run.ts'
import {
  ArgumentError,
  InternalError,
  Matrix,
  matmul,
  matmulAsync,
  polarAsync,
  svd,
  svdAsync,
} from '../../lib/index.ts'
import { sanitized } from '../support/child.ts'

const A = Matrix.random(30, 30, { seed: 1 })
/** Keeps both runners of the queue busy, for longer than a loaded machine keeps this thread waiting. */
const slow = [0, 1].map((seed) => Matrix.random(600, 600, { seed }))
const occupy = () => slow.map((B) => svdAsync(B))
const reasons = [new Error('mine'), 'text', 0, null, { code: 1 }, Symbol('reason')]

test.each(reasons)('an aborted signal stops a call before it begins: %s', async (reason) => {
  const options = { signal: AbortSignal.abort(reason), out: new Matrix(new Float64Array(900).fill(7), 30, 30) }
  let thrown: unknown = 'nothing'
  try {
    matmul(A, A, options)
  } catch (error) {
    thrown = error
  }
  expect(thrown).toBe(reason)
  await expect(matmulAsync(A, A, options).catch((error) => Promise.resolve([error]))).resolves.toEqual([reason])
  expect(options.out.data.every((x) => x === 7)).toBe(true)
})

test('without a reason it is a DOMException named AbortError', async () => {
  const controller = new AbortController()
  const promise = svdAsync(A, { signal: controller.signal })
  controller.abort()
  await expect(promise).rejects.toMatchObject({ name: 'AbortError' })
  await expect(promise).rejects.toBeInstanceOf(DOMException)
})

test.each(reasons)('a queued call leaves the queue at once, and never runs: %s', async (reason) => {
  const busy = occupy()
  const settled: string[] = []
  const first = Promise.race(busy).then(() => settled.push('a job'))
  const out = Matrix.zeros(30, 30)
  out.data.fill(7)
  const controller = new AbortController()
  const promise = matmulAsync(A, A, { out, signal: controller.signal })
  const after = matmulAsync(A, A)
  controller.abort(reason)
  const outcome = await promise.then(
    () => 'fulfilled',
    (error) => {
      settled.push('the aborted one')
      return [error]
    },
  )
  expect(outcome).toEqual([reason])
  expect(out.data.every((x) => x === 7)).toBe(true)
  await first
  expect(settled).toEqual(['the aborted one', 'a job'])
  expect((await after).data).toEqual(matmul(A, A).data)
  await Promise.all(busy)
})

test('a call that runs ends first, then rejects', async () => {
  const controller = new AbortController()
  const large = Matrix.random(700, 700)
  const promise = svdAsync(large, { signal: controller.signal })
  // Both runners are idle: by the time a timer fires this one has begun.
  await new Promise((resolve) => setTimeout(resolve, 5))
  const reason = new Error('too late')
  controller.abort(reason)
  await expect(promise).rejects.toBe(reason)
})

test('between the kernels of one call', async () => {
  const controller = new AbortController()
  const reason = new Error('between')
  const promise = polarAsync(A, { signal: controller.signal })
  const kernel = svdAsync(A).then(() => controller.abort(reason))
  await expect(promise.then(() => Promise.reject(reason))).rejects.toBe(reason)
  await kernel
})

test('one signal for many calls, of which some are done', async () => {
  const warnings: Error[] = []
  process.on('warning', (warning) => warnings.push(warning))
  const controller = new AbortController()
  const { signal } = controller
  await matmulAsync(A, A, { signal })
  const calls = Array.from({ length: 20 }, () => svdAsync(A, { signal }).then(String, (error) => error))
  const others = Array.from({ length: 5 }, () => matmulAsync(A, A))
  controller.abort('stop')
  for (const outcome of await Promise.all(calls)) expect(['stop', '[object Object]']).toContain(outcome)
  for (const { data } of await Promise.all(others)) expect(data).toEqual(matmul(A, A).data)
  expect(warnings).toEqual([])
})

test('a signal that outlives its calls keeps no listener', async () => {
  const { signal } = new AbortController()
  await Promise.all([svdAsync(A, { signal }), matmulAsync(A, A, { signal })])
  expect(getEventListeners(signal, 'abort')).toEqual([])
  const promise = matmulAsync(A, A, { signal })
  expect(getEventListeners(signal, 'abort').length).toBe(1)
  await promise
})

// The number by which a queued call is known must not be taken from a call that never began.
test.skipIf(sanitized)('aborting a call that was refused leaves the others alone', async () => {
  const busy = occupy()
  const waiting = matmulAsync(A, A)
  const controllers = Array.from({ length: 40 }, () => new AbortController())
  // A view of 2⁴⁰ entries: too large to copy, refused by the addon.
  const vast = new Matrix(Float64Array.of(1), 2 ** 20, 2 ** 20, { rowStride: 0, columnStride: 0 })
  const refused = controllers.map(({ signal }) => {
    const steps = (function* (): Steps<number> {
      return yield* call('norm', 0, vast)
    })()
    return runAsync('norm', steps, { signal })
  })
  for (const controller of controllers) controller.abort('refused')
  for (const promise of refused) await expect(promise).rejects.toBe('refused')
  expect((await waiting).data).toEqual(matmul(A, A).data)
  await Promise.all(busy)
})

describe('an algorithm that is given up', () => {
  /** Calls a kernel, well or badly, and notes where it goes on. */
  function* algorithm(log: string[], bad: boolean): Steps<string> {
    try {
      const C = Matrix.zeros(30, bad ? 31 : 30)
      yield* call('gemm', 1, A, A, 0, C)
      yield* call('gemm', 1, A, A, 0, C)
      return 'done'
    } finally {
      log.push('finally')
    }
  }

  test('runs its finally blocks where a kernel fails', async () => {
    const log: string[] = []
    expect(() => runSync('test', algorithm(log, true), undefined)).toThrow(InternalError)
    await expect(runAsync('test', algorithm(log, true), undefined)).rejects.toThrow(InternalError)
    expect(log).toEqual(['finally', 'finally'])
  })

  test('runs them where it is aborted', async () => {
    const log: string[] = []
    const controller = new AbortController()
    const promise = runAsync('test', algorithm(log, false), { signal: controller.signal })
    controller.abort('enough')
    await expect(promise).rejects.toBe('enough')
    expect(log).toEqual(['finally'])
  })

  test('may recover from a kernel that fails', async () => {
    function* recovering(): Steps<string> {
      try {
        yield* call('gemm', 1, A, A, 0, Matrix.zeros(1, 1))
      } catch (error) {
        if (!(error instanceof InternalError)) throw error
      }
      yield* call('gemm', 1, A, A, 0, Matrix.zeros(30, 30))
      return 'recovered'
    }
    expect(runSync('test', recovering(), undefined)).toBe('recovered')
    await expect(runAsync('test', recovering(), undefined)).resolves.toBe('recovered')
  })

  test('a signal that is none is refused before anything is done', async () => {
    const log: string[] = []
    for (const signal of [{}, 'text', null, { aborted: true }] as unknown as AbortSignal[]) {
      expect(() => runSync('test', algorithm(log, false), { signal })).toThrow(ArgumentError)
      await expect(runAsync('test', algorithm(log, false), { signal })).rejects.toThrow(ArgumentError)
    }
    expect(svd(A).singularValues.length).toBe(30)
    expect(log).toEqual([])
  })
})
