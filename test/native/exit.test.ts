/** How a process ends while asynchronous calls are under way. */
import { expect, test } from 'vitest'
import { child, childOutput } from '../support/child.ts'

const kinds = ['gemm', 'svd', 'batch', 'sparse']

// OpenBLAS frees its memory when the process ends; the jobs in flight must not be in it then. Without the guard one run
// in five crashes.
test('process.exit with jobs in flight', async () => {
  for (const [threads, delay] of [1, 2].flatMap((n) => [0, 1, 5, 15, 20, 30].map((ms) => [n, ms]))) {
    const { code, signal, errors } = await child('exit', { args: ['exit', threads, delay, 'svd', 'gemm', ...kinds] })
    expect({ threads, delay, code, signal, errors }).toEqual({ threads, delay, code: 7, signal: null, errors: '' })
  }
}, 120_000)

test('process.exit during a long job does not wait for it', async () => {
  const { code, output } = await child('exit', { args: ['exit', 1, 50, 'long'] })
  expect({ code, output }).toEqual({ code: 7, output: 'leaving' })
})

test('an exception that nobody catches ends the process as ever', async () => {
  const { code, signal, errors } = await child('exit', { args: ['throw', 1, 5, ...kinds] })
  expect({ code, signal }).toEqual({ code: 1, signal: null })
  expect(errors).toContain('Error: nobody catches this')
})

test('calls under way keep the process alive, settled ones do not', async () => {
  expect(await childOutput('exit', { args: ['wait', 2, 0, ...kinds] })).toBe('settled 4')
})

test('in a Worker too', async () => {
  expect(await childOutput('exit', { args: ['worker', 2, 0, ...kinds] })).toBe('settled 4\nended 0')
})
