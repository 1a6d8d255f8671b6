// npm run test:prebuilt [-- vitest's arguments]: runs the tests on the prebuilt binary instead of the local build.
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
process.env.PREBUILDS_ONLY = '1' // before the loader is read
const path = createRequire(import.meta.url)('node-gyp-build').resolve(root)
console.log(`testing ${path}`)
const { status } = spawnSync(
  process.execPath,
  [
    join(root, 'node_modules', 'vitest', 'vitest.mjs'),
    'run',
    '--config',
    join(root, '.config', 'vitest.config.ts'),
    ...process.argv.slice(2),
  ],
  { cwd: root, stdio: 'inherit', env: { ...process.env, LOWRANK_ADDON_PATH: path } },
)
process.exitCode = status ?? 1
