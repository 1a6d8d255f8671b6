// prebuildify's backend: it calls this as it would call node-gyp (`rebuild --target=… --arch=… --release`), and takes the
// .node from build/Release below its working folder. This runs cmake-js instead, with OpenBLAS linked statically, in a
// build folder of its own: the setting must not leak into development builds.
const { spawnSync } = require('node:child_process')
const { copyFileSync, existsSync, mkdirSync, readdirSync } = require('node:fs')
const { availableParallelism } = require('node:os')
const { basename, join, resolve } = require('node:path')

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

// CMake's own folders: Release on Linux and macOS, the build folder or Release on Windows.
const release = join(process.cwd(), 'build', 'Release')
mkdirSync(release, { recursive: true })
const built = [join(out, 'Release', 'lowrank.node'), join(out, 'lowrank.node')].find(existsSync)
if (built === undefined) throw new Error(`cmake-js left no lowrank.node in ${out}`)
copyFileSync(built, join(release, basename(built)))
// On Windows, OpenBLAS is a DLL beside the addon; prebuildify takes it along.
if (process.platform === 'win32' && process.env.OPENBLAS_ROOT) {
  const folder = join(process.env.OPENBLAS_ROOT, 'bin')
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.dll')))
    copyFileSync(join(folder, file), join(release, file))
}
