// npm run test:asan [-- vitest's arguments]: builds the addon with AddressSanitizer and UndefinedBehaviorSanitizer into
// build-asan/ and runs the tests on it, all of them or those named. Linux, gcc or clang (CXX=clang++). Neither sees
// into OpenBLAS; leaks are looked for apart, in a plain process (test/leaks.mjs), and count when the addon's own code
// made them.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

if (process.platform !== 'linux') throw new Error('npm run test:asan works on Linux only')
const root = dirname(dirname(fileURLToPath(import.meta.url)))
const out = join(root, 'build-asan')
const reports = join(out, 'reports')

const jobs = process.env.CMAKE_BUILD_PARALLEL_LEVEL ?? String(availableParallelism())
const cmakeJs = join(root, 'node_modules', 'cmake-js', 'bin', 'cmake-js')
// -O1: the sanitizers' checks make -O3 slow to compile, and reports harder to read.
const settings = ['SANITIZE=ON', 'CMAKE_CXX_FLAGS_RELEASE=-O1'].map((setting) => `--CD${setting}`)
must(process.execPath, [cmakeJs, 'build', '--directory', root, '--out', out, '--parallel', jobs, ...settings])

rmSync(reports, { recursive: true, force: true })
mkdirSync(reports)
const env = {
  ...process.env,
  LOWRANK_ADDON_PATH: join(out, 'Release', 'lowrank.node'),
  // Node is not built with the sanitizer: its library comes first, and libstdc++ with it, or the first `throw` ends the
  // process.
  LD_PRELOAD: [sanitizerLibrary(), libraryOf('libstdc++.so.6')].join(' '),
  UBSAN_OPTIONS: 'print_stacktrace=1', // what it finds ends the process, with the report on standard error
}
const asan = (options) =>
  `allocator_may_return_null=1:detect_odr_violation=0:log_path=${join(reports, 'address')}:${options}`

const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')
const tests = spawnSync(
  process.execPath,
  [
    vitest,
    'run',
    '--config',
    join(root, '.config', 'vitest.config.ts'),
    '--test-timeout=120000',
    ...process.argv.slice(2),
  ],
  { cwd: root, stdio: 'inherit', env: { ...env, ASAN_OPTIONS: asan('detect_leaks=0') } },
)

const leakTest = join(root, 'test', 'leaks.mjs')
const leaks = existsSync(leakTest)
  ? spawnSync(process.execPath, [leakTest], {
      cwd: root,
      stdio: 'inherit',
      env: { ...env, ASAN_OPTIONS: asan('detect_leaks=1'), LSAN_OPTIONS: 'exitcode=0' },
    })
  : { status: 0 }

let found = 0
for (const file of readdirSync(reports)) {
  const text = readFileSync(join(reports, file), 'utf8')
  // Node frees little when it ends: only leaks with a frame of ours are ours, but for the shell that Node puts around a
  // handle and frees when that is collected.
  const blocks = text.includes('LeakSanitizer')
    ? text
        .split('\n\n')
        .filter(
          (block) =>
            /leak of/.test(block) &&
            /\blowrank::|lowrank\.node/.test(block) &&
            !/#1 .*\bnapi_create_external\b/.test(block),
        )
    : [text]
  for (const block of blocks) console.error(`\n${block}`)
  found += blocks.length
}
console.log(`sanitizers: ${found} ${found === 1 ? 'report' : 'reports'}`)
process.exitCode = tests.status !== 0 || leaks.status !== 0 || found > 0 ? 1 : 0

function must(command, options) {
  const { status } = spawnSync(command, options, { cwd: root, stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}

function compiler() {
  const cache = readFileSync(join(out, 'CMakeCache.txt'), 'utf8')
  return cache.match(/^CMAKE_CXX_COMPILER:\w+=(.*)$/m)[1]
}

function sanitizerLibrary() {
  const version = spawnSync(compiler(), ['--version'], { encoding: 'utf8' }).stdout
  const architecture = process.arch === 'arm64' ? 'aarch64' : 'x86_64'
  return libraryOf(/clang/i.test(version) ? `libclang_rt.asan-${architecture}.so` : 'libasan.so')
}

function libraryOf(name) {
  return spawnSync(compiler(), [`-print-file-name=${name}`], { encoding: 'utf8' }).stdout.trim()
}
