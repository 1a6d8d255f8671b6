import { existsSync } from 'node:fs'
import { afterEach, expect, test } from 'vitest'
import { ArgumentError, backendInfo, getThreads, kron, Matrix, matmul, setThreads, svd } from '../../lib/index.ts'
import { relativeError } from '../support/properties.ts'

const initial = getThreads()
afterEach(() => setThreads(initial))

test('backendInfo says what computes, and where', () => {
  const { library, version, core, threads, simd, addonPath, platform } = backendInfo()
  expect(library).toBe('OpenBLAS')
  expect(version).toMatch(/^0\.3\.\d+/)
  expect(core).toMatch(/\w/)
  expect(threads).toBe(initial)
  expect(['avx512', 'avx2', 'baseline', 'neon']).toContain(simd)
  expect(existsSync(addonPath)).toBe(true)
  expect(platform).toBe(`${process.platform}-${process.arch}`)
})

test('setThreads is what getThreads and backendInfo tell', () => {
  for (const n of [1, 2, 3, 1]) {
    setThreads(n)
    expect([getThreads(), backendInfo().threads]).toEqual([n, n])
  }
})

test.each([0, -1, 257, 1.5, Number.NaN, '2', null, undefined])('%s is refused', (n) => {
  expect(() => setThreads(n as number)).toThrow(ArgumentError)
  expect(getThreads()).toBe(initial)
})

test('results do not depend on the threads: our own kernels to the bit, BLAS to rounding', () => {
  const A = Matrix.random(300, 200, { seed: 1 })
  const B = Matrix.random(12, 15, { seed: 2 })
  const [one, two] = [1, 2].map((n) => {
    setThreads(n)
    return { product: matmul(A, A.transpose), values: svd(A).singularValues, kron: kron(A, B) }
  })
  expect(relativeError(two.product, one.product)).toBeLessThan(8)
  expect(relativeError(two.values, one.values)).toBeLessThan(16)
  expect(Buffer.compare(Buffer.from(one.kron.data.buffer), Buffer.from(two.kron.data.buffer))).toBe(0)
})
