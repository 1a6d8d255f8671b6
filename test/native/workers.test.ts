/** The addon in Worker threads: four at once, what they share, and what travels between them. */
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { afterEach, expect, test } from 'vitest'
import { getThreads, Matrix, matmul, setThreads } from '../../lib/index.ts'
import { childOutput } from '../support/child.ts'

const workers: Worker[] = []
const start = () => {
  const worker = new Worker(new URL('fixtures/worker.mjs', import.meta.url))
  workers.push(worker)
  return worker
}

afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.terminate()))
})

async function ask(worker: Worker, task: string, details: object = {}, transfer: ArrayBuffer[] = []) {
  worker.postMessage({ task, ...details }, transfer)
  const [{ result, error }] = await once(worker, 'message')
  if (error) throw new Error(error)
  return result
}

test('four Workers at once get right results, sync and async', async () => {
  const errors = await Promise.all([0, 1, 2, 3].map((i) => ask(start(), 'compute', { seed: 100 * i, rounds: 20 })))
  for (const error of errors) expect(error).toBeLessThan(1e-12)
})

test('the number of threads is one for the process', async () => {
  const before = getThreads()
  const worker = start()
  try {
    for (const n of [1, 3, 2]) {
      setThreads(n)
      expect(await ask(worker, 'threads')).toBe(n)
    }
  } finally {
    setThreads(before)
  }
})

test('results own their buffers, and travel both ways', async () => {
  const worker = start()
  const { data, rows, columns } = await ask(worker, 'transfer', { seed: 7 })
  expect(data).toEqual(matmul(Matrix.random(30, 20, { seed: 7 }), Matrix.random(20, 10, { seed: 7 })).data)
  const there = new Matrix(data as Float64Array, rows, columns)
  const turned = there.transpose
  const expected = matmul(there, turned).data
  expect(await ask(worker, 'multiply', { data, rows, columns }, [data.buffer])).toEqual(expected)
  expect(data.length).toBe(0)
  expect(() => matmul(there, turned)).toThrow(/its buffer was detached/)
})

test('Workers terminated with jobs queued and in flight leave the others alone', async () => {
  expect(await childOutput('terminate', { args: [20] })).toBe('20 rounds')
})
