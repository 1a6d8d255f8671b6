// prebuildify's backend: it calls this as it would call node-gyp (`rebuild --target=… --arch=… --release`), and takes the
// .node from build/Release below its working folder. This runs cmake-js instead, with OpenBLAS linked statically, in a
// build folder of its own: the setting must not leak into development builds.
const { spawnSync } = require('node:child_process')
const { copyFileSync, mkdirSync } = require('node:fs')
const { availableParallelism } = require('node:os')
const { join, resolve } = require('node:path')

const root = resolve(__dirname, '..')
const out = join(process.cwd(), 'work')
const arch = process.argv.find((argument) => argument.startsWith('--arch='))?.slice('--arch='.length) ?? process.arch
const settings = ['OPENBLAS_STATIC=ON', 'WARNINGS_AS_ERRORS=ON']
if (process.env.OPENBLAS_ROOT) settings.push(`OPENBLAS_ROOT=${process.env.OPENBLAS_ROOT}`)

const result = spawnSync(
  process.execPath,
  [
    join(root, 'node_modules', 'cmake-js', 'bin', 'cmake-js'),
    'build',
    ...['--directory', root, '--out', out, '--arch', arch],
    ...['--parallel', process.env.CMAKE_BUILD_PARALLEL_LEVEL ?? String(availableParallelism())],
    ...settings.map((setting) => `--CD${setting}`),
  ],
  { stdio: 'inherit' },
)
if (result.status !== 0) process.exit(result.status ?? 1)

const release = join(process.cwd(), 'build', 'Release')
mkdirSync(release, { recursive: true })
copyFileSync(join(out, 'Release', 'lowrank.node'), join(release, 'lowrank.node'))
