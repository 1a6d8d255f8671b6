// Checks the prebuilt binaries of this platform: a symbol that is missing lets the binary link and load, and ends the
// process at the call. Usage: node native/checkPrebuild.mjs [FILE.node …]
import { spawnSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const glibcCeiling = '2.34'

const files = process.argv.slice(2)
if (files.length === 0) {
  const folder = join(root, 'prebuilds', `${process.platform}-${process.arch}`)
  files.push(
    ...readdirSync(folder)
      .filter((name) => name.endsWith('.node'))
      .map((name) => join(folder, name)),
  )
}
if (files.length === 0) throw new Error('there is no prebuilt binary to check: run npm run prebuildify')
for (const file of files) {
  const faults = process.platform === 'linux' ? checkElf(file) : process.platform === 'darwin' ? checkMachO(file) : []
  for (const fault of faults) console.error(`  fault: ${fault}`)
  if (faults.length > 0) process.exitCode = 1
}

function checkElf(file) {
  const dynamic = output('readelf', '--wide', '--dynamic', file)
  const symbols = output('readelf', '--wide', '--dyn-syms', file)
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => /^\d+:$/.test(fields[0]) && fields.length >= 8)
    .map(([, , , type, binding, , section, name]) => ({ type, binding, section, name }))

  const needed = [...dynamic.matchAll(/\(NEEDED\).*\[(.*)\]/g)].map((match) => match[1])
  const undefinedSymbols = symbols.filter(({ section, binding }) => section === 'UND' && binding !== 'WEAK')
  const exported = symbols.filter(({ section, type }) => section !== 'UND' && section !== 'ABS' && type !== 'SECTION')
  const versions = symbols.flatMap(({ name }) => name.match(/@GLIBC_([\d.]+)/)?.[1] ?? [])
  const floor = versions.sort(compareVersions).at(-1)
  const isMusl = needed.some((library) => library.includes('musl'))

  const faults = []
  const systemLibraries = isMusl
    ? /^(libc\.musl-\w+\.so\.1|libgcc_s\.so\.1)$/
    : /^(libc|libm|libpthread|libdl|ld-linux-[\w-]+|libgcc_s)\.so\.\d+$/
  for (const library of needed) if (!systemLibraries.test(library)) faults.push(`depends on ${library}`)
  for (const match of dynamic.matchAll(/\((RPATH|RUNPATH)\).*/g)) faults.push(`has a run path: ${match[0]}`)
  if (!/\(FLAGS_1\).*\bNODELETE\b/.test(dynamic))
    faults.push('can be unloaded while its threads run: -z nodelete is missing')
  for (const { name } of exported) {
    if (!/^(napi_register_module_v1|node_api_module_get_api_version_v1)$/.test(name)) faults.push(`exports ${name}`)
  }
  if (!exported.some(({ name }) => name === 'napi_register_module_v1'))
    faults.push('does not export napi_register_module_v1')
  // What another library gives carries its version, Node's functions begin with napi_; musl's symbols have no versions.
  const known = isMusl ? new Set(muslSymbols(needed)) : undefined
  for (const { name } of undefinedSymbols) {
    const given = /^(napi_|node_api_)/.test(name) || (known ? known.has(name) : /@(GLIBC|GCC)_[\d.]+$/.test(name))
    if (!given) faults.push(`nobody defines ${name}`)
  }
  if (floor !== undefined && compareVersions(floor, glibcCeiling) > 0)
    faults.push(`needs glibc ${floor}, newer than ${glibcCeiling}`)
  report(file, [
    `needs ${needed.join(', ')}`,
    floor ? `glibc ${floor}` : 'musl',
    `${undefinedSymbols.length} symbols from outside`,
  ])
  return faults
}

function muslSymbols(needed) {
  return needed.flatMap((library) => {
    const path = ['/lib', '/usr/lib']
      .map((folder) => join(folder, library))
      .find((candidate) => statSync(candidate, { throwIfNoEntry: false }))
    if (path === undefined) throw new Error(`${library} is not here: check musl binaries on a system with musl`)
    return output('readelf', '--wide', '--dyn-syms', path)
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields.length >= 8 && fields[6] !== 'UND')
      .map((fields) => fields[7].replace(/@.*/, ''))
  })
}

function checkMachO(file) {
  const needed = output('otool', '-L', file)
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(' ')[0])
    .filter(Boolean)
  const exported = output('nm', '-gU', file)
    .split('\n')
    .map((line) => line.split(' ').at(-1))
    .filter(Boolean)
  const undefinedSymbols = output('nm', '-u', file)
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
  const faults = []
  for (const library of needed) {
    if (!/^(\/usr\/lib\/|\/System\/|@rpath\/lowrank\.node)/.test(library) && !library.endsWith('/lowrank.node'))
      faults.push(`depends on ${library}`)
  }
  if (/\bLC_RPATH\b/.test(output('otool', '-l', file))) faults.push('has a run path')
  for (const name of undefinedSymbols)
    if (/gfortran|openblas|_[sd](gemm|getrf|gesdd)_/.test(name)) faults.push(`nobody defines ${name}`)
  report(file, [
    `needs ${needed.join(', ')}`,
    `${exported.length} exports`,
    `${undefinedSymbols.length} symbols from outside`,
  ])
  return faults
}

function report(file, lines) {
  console.log(`${file} (${(statSync(file).size / 1e6).toFixed(1)} MB)\n${lines.map((line) => `  ${line}`).join('\n')}`)
}

function compareVersions(a, b) {
  const [left, right] = [a, b].map((text) => text.split('.').map(Number))
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    if ((left[i] ?? 0) !== (right[i] ?? 0)) return (left[i] ?? 0) - (right[i] ?? 0)
  }
  return 0
}

function output(...command) {
  const result = spawnSync(command[0], command.slice(1), { encoding: 'utf8', maxBuffer: 1 << 28 })
  if (result.status !== 0) throw new Error(`${command.join(' ')}: ${result.error?.message ?? result.stderr}`)
  return result.stdout
}
