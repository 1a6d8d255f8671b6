import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

export function loadAddon(): { addon: unknown; path: string } {
  const require = createRequire(import.meta.url)
  const path = fileURLToPath(new URL('../../build/Release/lowrank.node', import.meta.url))
  return { addon: require(path), path }
}
