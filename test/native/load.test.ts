import { afterEach, expect, test, vi } from 'vitest'
import { loadAddon } from '../../lib/native/load.ts'

afterEach(() => vi.unstubAllEnvs())

test('loads the addon and says from where', () => {
  const { addon, path } = loadAddon()
  expect(path).toMatch(/\.node$/)
  expect(addon).toHaveProperty('gemm')
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
