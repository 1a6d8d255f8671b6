import { afterEach, expect, test, vi } from 'vitest'
import { loadAddon } from '../../lib/native/load.ts'

afterEach(() => vi.unstubAllEnvs())

test('loads the addon and says from where', () => {
  const { addon, path } = loadAddon()
  expect(path).toMatch(/\.node$/)
  expect(addon).toHaveProperty('gemm')
})

test('two copies of the library in one process share the addon, each with right results', async () => {
  const copies = [await import('../../lib/index.ts')]
  vi.resetModules()
  copies.push(await import('../../lib/index.ts'))
  expect(copies[0].Matrix).not.toBe(copies[1].Matrix)
  for (const { Matrix, matmul, matmulAsync } of [...copies, ...copies]) {
    const A = Matrix.from([[2]])
    const [later, now] = [matmulAsync(A, A), matmul(A, A)]
    expect([(await later).get(0, 0), now.get(0, 0)]).toEqual([4, 4])
  }
})

test('a file that is not there is reported with what was tried and the commands that help', () => {
  vi.stubEnv('LOWRANK_ADDON_PATH', '/nowhere/lowrank.node')
  expect(() => loadAddon()).toThrow(
    /Tried:\n {2}\/nowhere\/lowrank\.node\nReason:[\s\S]*npx cmake-js compile --directory/,
  )
})

test('a file that is not an addon is reported with the reason', () => {
  vi.stubEnv('LOWRANK_ADDON_PATH', import.meta.filename)
  expect(() => loadAddon()).toThrow(/the one found does not load/)
})
