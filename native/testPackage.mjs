// npm run test:package: packs the package as it would be published, installs that into an empty folder and uses it
// there. Linux. Asks three things: does the prebuilt binary work where OpenBLAS is not installed; do the declarations
// compile in a project that has none of our tools; can a user without a fitting prebuilt compile the addon with the
// printed command.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
if (process.platform !== 'linux') throw new Error('npm run test:package works on Linux only')
run(root, 'npm', 'run', 'prebuildify') // and checks it

const folder = mkdtempSync(join(tmpdir(), 'lowrank-package-'))
try {
  const [packed] = JSON.parse(run(root, 'npm', 'pack', '--json', '--pack-destination', folder).replace(/^[^[]*/, ''))
  console.log(
    `${packed.filename}: ${(packed.size / 1e6).toFixed(1)} MB, unpacked ${(packed.unpackedSize / 1e6).toFixed(1)} MB, ${packed.entryCount} files`,
  )
  for (const { path } of packed.files)
    expect(!/(^|\/)(test|bench|lib|build[^/]*)\//.test(path) && !/\.mjs$/.test(path), `${path} does not belong in it`)

  const user = join(folder, 'user')
  mkdirSync(user)
  writeFileSync(join(user, 'package.json'), '{ "name": "user", "private": true, "type": "module" }\n')
  run(user, 'npm', 'install', '--no-audit', '--no-fund', join(folder, packed.filename))
  const installed = readdirSync(join(user, 'node_modules')).filter((name) => !name.startsWith('.'))
  expect(installed.join() === 'lowrank,node-gyp-build', `an install brings ${installed.join(', ')}`)
  const library = join(user, 'node_modules', 'lowrank')
  for (const { path } of packed.files) {
    const text = /\.(js|d\.ts|json|txt|cmake|cjs|md)$/.test(path) ? readFileSync(join(library, path), 'utf8') : ''
    expect(!text.includes(root), `${path} names a folder of this machine`)
  }

  // 1. The prebuilt binary, OpenBLAS hidden: should it be asked for, a file that is no library is found first.
  const hidden = join(folder, 'hidden')
  mkdirSync(hidden)
  for (const name of ['libopenblas.so.0', 'libblas.so.3', 'liblapack.so.3', 'libgfortran.so.5'])
    writeFileSync(join(hidden, name), '')
  writeFileSync(
    join(user, 'use.mjs'),
    `import { Matrix, backendInfo, matmul, svd } from 'lowrank'
     const A = Matrix.from([[2, 0], [1, 3], [0, 1]])
     const { U, singularValues, Vt } = svd(A)
     const back = matmul(matmul(U, Matrix.from([[singularValues[0], 0], [0, singularValues[1]]])), Vt).toArray()
     const error = Math.max(...back.flatMap((row, i) => row.map((x, j) => Math.abs(x - A.get(i, j)))))
     console.log(JSON.stringify({ product: matmul(A.transpose, A).toArray(), error, ...backendInfo() }))\n`,
  )
  check(
    run(user, { PREBUILDS_ONLY: '1', LD_LIBRARY_PATH: hidden }, process.execPath, 'use.mjs'),
    join('prebuilds', `linux-${process.arch}`),
  )
  const command = join(user, 'node_modules', '.bin', 'lowrank')
  if (existsSync(command)) run(user, { PREBUILDS_ONLY: '1', LD_LIBRARY_PATH: hidden }, command, 'info')
  console.log('the prebuilt binary works without OpenBLAS')

  // 2. The declarations, with every check on.
  writeFileSync(
    join(user, 'use.ts'),
    `import { Matrix, matmul, type BackendInfo, backendInfo } from 'lowrank'
     import { svd } from 'lowrank/linalg'
     export const values: number = svd(Matrix.from([[2, 0], [1, 3]])).singularValues.length
     export const product: Matrix = matmul(Matrix.identity(2), Matrix.identity(2))
     export const info: BackendInfo = backendInfo()\n`,
  )
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  const resolutions = { nodenext: 'nodenext', esnext: 'bundler' }
  for (const [module, moduleResolution] of Object.entries(resolutions)) {
    const common = {
      strict: true,
      noEmit: true,
      skipLibCheck: false,
      types: [],
      target: 'es2022',
      lib: ['es2023', 'dom'],
    }
    const settings = { compilerOptions: { ...common, module, moduleResolution }, files: ['use.ts'] }
    writeFileSync(join(user, 'tsconfig.json'), JSON.stringify(settings))
    run(user, process.execPath, compiler, '-p', '.')
  }
  console.log('the declarations compile')

  // 3. Without a prebuilt: the error says what to run, and that works, without our devDependencies.
  rmSync(join(library, 'prebuilds'), { recursive: true })
  const failure = spawnSync(process.execPath, ['use.mjs'], { cwd: user, encoding: 'utf8', env: environment() })
  const advice = failure.stderr.match(/npx (cmake-js compile --directory .*)$/m)?.[1]
  expect(failure.status !== 0 && /NativeLoadError/.test(failure.stderr) && advice !== undefined, failure.stderr)
  // npx would download cmake-js; ours stands in for it.
  run(user, process.execPath, join(root, 'node_modules', 'cmake-js', 'bin', 'cmake-js'), ...advice.split(' ').slice(1))
  check(run(user, process.execPath, 'use.mjs'), join('build', 'Release'))
  console.log('the addon compiles where it is installed')
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function check(text, place) {
  const { product, error, addonPath } = JSON.parse(text)
  expect(JSON.stringify(product) === '[[5,3],[3,10]]', `AᵀA is ${JSON.stringify(product)}`)
  expect(error < 1e-14, `A − U diag(s) Vt is ${error}`)
  expect(addonPath.includes(place), `${addonPath} is not in ${place}`)
}

function expect(holds, otherwise) {
  if (!holds) throw new Error(otherwise)
}

/** This process's, without what npm adds for the script it runs. */
function environment(extra = {}) {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(npm_package|npm_lifecycle|npm_config_|LOWRANK_|PREBUILDS_)/.test(name),
  )
  return { ...Object.fromEntries(kept), ...extra }
}

function run(cwd, ...command) {
  const extra = typeof command[0] === 'object' ? command.shift() : {}
  const { status, stdout, stderr, error } = spawnSync(command[0], command.slice(1), {
    cwd,
    encoding: 'utf8',
    env: environment(extra),
    maxBuffer: 1 << 28,
  })
  if (status !== 0) throw new Error(`${command.join(' ')} failed\n${error?.message ?? ''}\n${stdout}\n${stderr}`)
  return stdout
}
