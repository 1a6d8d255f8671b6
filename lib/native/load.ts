import { existsSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { NativeLoadError } from '../core/errors.ts'

/** What `loadAddon` found. */
interface LoadedAddon {
  /** The addon's exports. */
  readonly addon: unknown
  /** The file it was loaded from. */
  readonly path: string
}

const require = createRequire(import.meta.url)

/**
 * Loads the native addon: the file named by `LOWRANK_ADDON_PATH` if that is set, else a build in `build/Release`, else
 * the prebuilt binary for this platform.
 *
 * @throws NativeLoadError if there is none, or it cannot be loaded
 */
export function loadAddon(): LoadedAddon {
  const directory = packageDirectory()
  let path = process.env['LOWRANK_ADDON_PATH'] ?? ''
  try {
    if (path === '') path = nodeGypBuild().resolve(directory)
    return { addon: require(path), path }
  } catch (cause) {
    throw new NativeLoadError(explain(directory, path, cause), { cause })
  }
}

// The loader works on plain paths, so it is required and not imported: a bundler must leave it as it is.
function nodeGypBuild(): { resolve(directory: string): string } {
  return require('node-gyp-build')
}

/** The folder of this package: the nearest one above this file, in lib/ or in dist/, that has a package.json. */
function packageDirectory(): string {
  const start = dirname(fileURLToPath(import.meta.url))
  for (let directory = start; ; directory = dirname(directory)) {
    if (existsSync(join(directory, 'package.json'))) return directory
    if (dirname(directory) === directory) return start
  }
}

function explain(directory: string, path: string, cause: unknown): string {
  const isMusl = process.platform === 'linux' && existsSync('/etc/alpine-release')
  const libc = process.platform === 'linux' ? (isMusl ? ' (musl)' : ' (glibc)') : ''
  const tried = path === '' ? candidates(directory) : [path]
  return [
    `loadAddon: expected a native addon for ${process.platform}-${process.arch}${libc}, Node ${process.versions.node}, but ${
      path === '' ? 'found none' : 'the one found does not load'
    }.`,
    'Tried:',
    ...tried.map((line) => `  ${line}`),
    ...(path === '' ? [] : ['Reason:', `  ${reason(cause)}`]),
    ...remedy(directory, isMusl),
  ].join('\n')
}

function remedy(directory: string, isMusl: boolean): string[] {
  if (process.platform === 'win32') return ['There is no build for Windows: use WSL.']
  return [
    'To build it here, install OpenBLAS, CMake and a C++ compiler, then compile:',
    `  ${installCommand(isMusl)}`,
    `  npx cmake-js compile --directory ${quote(directory)}`,
  ]
}

function candidates(directory: string): string[] {
  const prebuilds = join(directory, 'prebuilds')
  const present = existsSync(prebuilds) ? readdirSync(prebuilds).sort() : []
  return [
    ...(process.env['PREBUILDS_ONLY'] ? [] : [`${join(directory, 'build', 'Release')}${sep}*.node (a local build)`]),
    `${join(prebuilds, `${process.platform}-${process.arch}`)}${sep}*.node (prebuilt binaries; present: ${present.join(', ') || 'none'})`,
  ]
}

function reason(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}

function installCommand(isMusl: boolean): string {
  if (process.platform === 'darwin') return 'brew install openblas cmake pkgconf'
  if (isMusl) return 'apk add openblas-dev cmake g++ make pkgconf'
  if (existsSync('/etc/redhat-release')) return 'dnf install openblas-devel cmake gcc-c++ make pkgconf-pkg-config'
  return 'apt-get install libopenblas-dev cmake g++ make pkg-config'
}

function quote(path: string): string {
  return /^[\w@%+=:,./\\-]+$/.test(path) ? path : JSON.stringify(path)
}
