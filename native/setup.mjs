// What `npm run quickstart` and `npm test` run first: installs what is missing, builds what is stale, and says what it
// runs. Plain Node, no dependency. Stages can be named: `node native/setup.mjs packages addon dist`.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { availableParallelism } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

class Refusal extends Error {}

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const stages = { packages, addon, dist, declarations }
const usual = ['packages', 'addon', 'dist']

try {
  if (process.platform === 'win32') refuse('lowrank is not built on Windows: use WSL, which is Linux to it')
  requireNode('20.19.0')
  const chosen = process.argv.slice(2)
  for (const name of chosen.length > 0 ? chosen : usual) {
    if (!(name in stages)) refuse(`no stage "${name}": there are ${Object.keys(stages).join(', ')}`)
    stages[name]()
  }
} catch (error) {
  if (!(error instanceof Refusal)) throw error
  console.error(`\nset-up: ${error.message}`)
  process.exitCode = 1
}

// ------------------------------------------------------------------------------------------------- the stages---

/** node_modules, when missing or older than the lock file. */
function packages() {
  const installed = join(root, 'node_modules', '.package-lock.json') // npm writes it last
  const lock = join(root, 'package-lock.json')
  const stamp = join(root, 'node_modules', '.lowrank-lock')
  const wanted = createHash('sha1').update(readFileSync(lock)).digest('hex')
  // A checkout changes the lock file's time and not its text, `npm install` changes both files: either will do.
  if (existsSync(installed) && (readText(stamp) === wanted || statSync(installed).mtimeMs >= statSync(lock).mtimeMs)) {
    if (readText(stamp) !== wanted) writeFileSync(stamp, wanted)
    return
  }
  run(...npm(), 'ci', '--no-audit', '--no-fund')
  writeFileSync(stamp, wanted)
}

/** build/Release/lowrank.node, when a source or OpenBLAS has changed. */
function addon() {
  if (process.env.LOWRANK_ADDON_PATH) return // another build is to be used
  const stamp = join(root, 'build', 'addon.stamp')
  const state = () => {
    const headers = ['node-addon-api', 'node-api-headers'].map((name) => join('node_modules', name, 'package.json'))
    return `${fingerprint('CMakeLists.txt', 'native', ...headers)}\n${openblasState()}`
  }
  const before = readText(stamp)
  if (existsSync(join(root, 'build', 'Release', 'lowrank.node')) && before === state()) return

  requireTools()
  const cache = join(root, 'build', 'CMakeCache.txt')
  const settings = readText(cache)
  const compiledIn = settings.match(/^CMAKE_HOME_DIRECTORY:\w+=(.*)$/m)?.[1]
  const tools = [...settings.matchAll(/^CMAKE_(?:CXX_COMPILER|MAKE_PROGRAM):\w+=(.*)$/gm)].map((match) => match[1])
  if (compiledIn !== undefined && (safeRealpath(compiledIn) !== realpathSync(root) || !tools.every(existsSync))) {
    rmSync(join(root, 'build'), { recursive: true }) // the folder was moved, or a tool went: CMake would refuse
  } else if (before !== '' && before.split('\n')[1] !== openblasState()) {
    rmSync(cache, { force: true }) // CMake remembers where it found OpenBLAS
  }
  const jobs = process.env.CMAKE_BUILD_PARALLEL_LEVEL ?? String(availableParallelism())
  // Not `cmake-js compile`: after an error in a source that one builds everything once more.
  build('the native addon', join('node_modules', 'cmake-js', 'bin', 'cmake-js'), 'build', '--parallel', jobs)
  mkdirSync(dirname(stamp), { recursive: true })
  writeFileSync(stamp, state())
}

/** dist/, when lib/ has changed. */
function dist() {
  bundle('dist/', '.stamp')
}

/** The declarations in dist/, likewise: for the package, not for the tests. */
function declarations() {
  bundle('the declarations', '.declarations', '--declarations')
}

function bundle(what, stampName, ...options) {
  const stamp = join(root, 'dist', stampName)
  const state = fingerprint('lib', '.config', 'package.json', 'package-lock.json')
  if (readText(stamp) === state) return
  build(what, join('.config', 'bundle.mjs'), ...options)
  writeFileSync(stamp, state)
}

// --------------------------------------------------------------------------------------------- what the system needs

function requireTools() {
  const missing = missingTools()
  if (missing.length === 0) return
  console.log(`set-up: missing for the build: ${missing.map((tool) => tool.what).join(', ')}`)
  install(missing)
  const still = missingTools()
  if (still.length > 0) {
    refuse(`still missing after the installation:\n${still.map((tool) => `  ${tool.what}`).join('\n')}`)
  }
}

function missingTools() {
  const tools = [
    {
      what: 'a C++ compiler',
      found: process.env.CXX
        ? onPath(process.env.CXX.split(' ')[0])
        : ['c++', 'g++', 'clang++'].some(onPath) && hasCommandLineTools(),
      packages: { apt: 'g++', dnf: 'gcc-c++', apk: 'g++', brew: null },
    },
    {
      what: 'make or ninja',
      found: ['make', 'ninja'].some(onPath),
      packages: { apt: 'make', dnf: 'make', apk: 'make', brew: 'ninja' },
    },
    {
      what: 'CMake 3.18 or newer',
      found: onPath('cmake') && isAtLeast(output('cmake', '--version').match(/\d+\.\d+(\.\d+)?/)?.[0] ?? '0', '3.18'),
      packages: { apt: 'cmake', dnf: 'cmake', apk: 'cmake', brew: 'cmake' },
    },
    {
      what: 'pkg-config',
      found: onPath('pkg-config'),
      packages: { apt: 'pkg-config', dnf: 'pkgconf-pkg-config', apk: 'pkgconf', brew: 'pkgconf' },
    },
    {
      what: 'OpenBLAS 0.3.19 or newer, with its development files',
      found: onPath('pkg-config') && hasOpenblas(),
      packages: { apt: 'libopenblas-dev', dnf: 'openblas-devel', apk: 'openblas-dev', brew: 'openblas' },
    },
  ]
  return tools.filter((tool) => !tool.found)
}

function hasCommandLineTools() {
  return process.platform !== 'darwin' || spawnSync('xcode-select', ['-p']).status === 0 // c++ is there as a stub
}

function hasOpenblas() {
  const env = { ...process.env }
  if (process.platform === 'darwin' && onPath('brew')) {
    const prefix = output('brew', '--prefix', 'openblas').trim() // Homebrew keeps it out of the default search path
    env.PKG_CONFIG_PATH = [join(prefix, 'lib', 'pkgconfig'), env.PKG_CONFIG_PATH].filter(Boolean).join(':')
  }
  return spawnSync('pkg-config', ['--atleast-version=0.3.19', 'openblas'], { env }).status === 0
}

function install(missing) {
  const manager = [
    { name: 'apt', command: 'apt-get', options: ['install', '-y', '--no-install-recommends'] },
    { name: 'dnf', command: 'dnf', options: ['install', '-y'] },
    { name: 'apk', command: 'apk', options: ['add'] },
    { name: 'brew', command: 'brew', options: ['install'] },
  ].find((candidate) => onPath(candidate.command))
  if (manager === undefined) {
    refuse(
      `no package manager that it knows (apt-get, dnf, apk, brew) is here. Install these by hand, then run this again:\n${missing
        .map((tool) => `  ${tool.what}`)
        .join('\n')}`,
    )
  }
  const names = missing.map((tool) => tool.packages[manager.name]).filter((name) => name !== null)
  if (names.length < missing.length)
    refuse('the C++ compiler comes with Apple’s tools. Run this, then run set-up again:\n  xcode-select --install')

  const become = superuser(manager, names)
  const env = manager.name === 'apt' ? { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } : process.env
  // sudo drops the environment, so apt's setting is passed as an argument.
  const prefix = become.length > 0 && manager.name === 'apt' ? [...become, 'DEBIAN_FRONTEND=noninteractive'] : become
  const command = [...prefix, manager.command, ...manager.options, ...names]
  if (manager.name === 'apt') {
    const update = [...prefix, 'apt-get', 'update']
    if (!aptKnows(names)) runIn(env, ...update)
    else if (tryRun(env, ...command)) return
    else runIn(env, ...update) // the lists are there, but too old for what the servers hold
  }
  runIn(env, ...command)
}

function aptKnows(names) {
  const known = output('apt-cache', 'madison', ...names)
  return names.every((name) => known.includes(`${name} |`))
}

/** What to put before a command that changes the system: nothing for root and Homebrew, else sudo, if it can be had. */
function superuser(manager, names) {
  if (manager.name === 'brew' || process.getuid?.() === 0) return []
  const commands = [
    ...(manager.name === 'apt' ? ['apt-get update'] : []),
    [manager.command, ...manager.options.filter((option) => option !== '-y'), ...names].join(' '),
  ]
  const asRoot = `Run as root, then run this again:\n${commands.map((command) => `  ${command}`).join('\n')}`
  if (!onPath('sudo')) refuse(`installing packages needs root, and there is no sudo here. ${asRoot}`)
  if (!process.stdin.isTTY && spawnSync('sudo', ['-n', 'true']).status !== 0) {
    refuse(
      `installing packages needs root, and sudo would ask for a password, but nobody is here to type it. ${asRoot}`,
    )
  }
  return ['sudo']
}

// ------------------------------------------------------------------------------------------------ running and looking

function npm() {
  const cli = process.env.npm_execpath
  return cli?.endsWith('npm-cli.js') ? [process.execPath, cli] : ['npm']
}

/** Runs a command in the open; refuses when it fails. */
function run(...command) {
  runIn(process.env, ...command)
}

function runIn(env, ...command) {
  if (!tryRun(env, ...command)) refuse(`this failed: ${shown(command)}`)
}

function tryRun(env, ...command) {
  console.log(`$ ${shown(command)}`)
  const result = spawnSync(command[0], command.slice(1), {
    cwd: root,
    env,
    stdio: ['inherit', 'inherit', 'inherit'],
  })
  if (result.error) console.error(result.error.message)
  return result.status === 0
}

/** Runs a Node script quietly; shows all it said when it fails. */
function build(what, ...script) {
  console.log(`$ node ${script.join(' ')}`)
  const start = Date.now()
  const result = spawnSync(process.execPath, script, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28 })
  if (result.status !== 0) {
    process.stdout.write(result.stdout ?? '')
    process.stderr.write(result.stderr ?? '')
    refuse(`building ${what} failed (${result.error?.message ?? `exit code ${result.status ?? result.signal}`})`)
  }
  console.log(`built ${what} in ${((Date.now() - start) / 1000).toFixed(1)} s`)
}

function shown(command) {
  const text = command.map((word) => (word === process.execPath ? 'node' : word)).join(' ')
  return text.replace(/^node \S*npm-cli\.js/, 'npm')
}

function output(...command) {
  return spawnSync(command[0], command.slice(1), { encoding: 'utf8' }).stdout ?? ''
}

function onPath(name) {
  const folders = name.includes('/') ? [''] : (process.env.PATH ?? '').split(delimiter)
  return folders.some((folder) => isExecutable(join(folder, name)))
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

/** Changes when any of these files, or of the files below these folders, changes, comes or goes. */
function fingerprint(...paths) {
  const hash = createHash('sha1')
  const visit = (path) => {
    const stats = statSync(join(root, path), { throwIfNoEntry: false })
    if (stats?.isDirectory()) {
      for (const name of readdirSync(join(root, path)).sort()) visit(join(path, name))
    } else {
      hash.update(`${path} ${stats?.size} ${stats?.mtimeMs}\n`)
    }
  }
  paths.forEach(visit)
  return hash.digest('hex')
}

/** The OpenBLAS the addon was last built with, as it is now. */
function openblasState() {
  const path = readText(join(root, 'build', 'openblas.txt')).trim()
  const stats = statSync(path || 'none', { throwIfNoEntry: false })
  return stats === undefined ? 'none' : `${safeRealpath(path)} ${stats.size} ${stats.mtimeMs}`
}

function safeRealpath(path) {
  try {
    return realpathSync(path)
  } catch {
    return ''
  }
}

function readText(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : ''
}

function requireNode(minimum) {
  if (!isAtLeast(process.versions.node, minimum)) {
    refuse(`lowrank needs Node ${minimum} or newer, but this is ${process.versions.node}: see https://nodejs.org`)
  }
}

function isAtLeast(version, minimum) {
  const [a, b] = [version, minimum].map((text) => text.split('.').map(Number))
  for (let i = 0; i < b.length; i++) {
    if ((a[i] ?? 0) !== b[i]) return (a[i] ?? 0) > b[i]
  }
  return true
}

function refuse(message) {
  throw new Refusal(message)
}
