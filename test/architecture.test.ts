import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { expect, test } from 'vitest'

// Who may import whom: native ← core ← linalg ← { als, stiefel } ← adapters ← cli, and core ← io ← { als, adapters, cli
// }.
const allowed: Record<string, readonly string[]> = {
  native: [],
  core: ['native'],
  linalg: ['core'],
  io: ['core'],
  als: ['core', 'linalg', 'io'],
  stiefel: ['core', 'linalg'],
  adapters: ['core', 'linalg', 'als', 'stiefel', 'io'],
  cli: ['core', 'linalg', 'als', 'stiefel', 'adapters', 'io'],
  // lib/index.ts: the data types, and all of linalg.
  '.': ['core', 'linalg'],
}
// The boundary is typed by core, and what finds the addon needs the errors.
const errors = 'core/errors.ts'
const typesOnly: Record<string, readonly string[]> = { native: ['core'], core: ['native'] }
const bindingImporters = ['core/run.ts', 'core/threads.ts']

const files = readdirSync('lib', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))

/** The files that a source imports, and whether for their types alone. */
function importsOf(file: string, text = readFileSync(join('lib', file), 'utf8')) {
  const statements = text.matchAll(/^(?:import|export)\s(type\s)?[^'"]*?from\s+'(\.[^']+)'|import\('(\.[^']+)'\)/gms)
  return [...statements].map(([, type, from = '', dynamic]) => ({
    path: relative('lib', resolve('lib', dirname(file), dynamic ?? from)),
    types: type !== undefined,
  }))
}

const folderOf = (file: string) => (file.includes('/') ? (file.split('/')[0] as string) : '.')

test.each(files)('%s', (file) => {
  const folder = folderOf(file)
  for (const { path, types } of importsOf(file)) {
    const target = folderOf(path)
    const legal =
      target === folder ||
      path === errors ||
      allowed[folder]?.includes(target) ||
      (types && typesOnly[folder]?.includes(target))
    expect(legal, `${file} imports ${path}`).toBe(true)
    if (target === 'native' && folder !== 'native' && !types) expect(bindingImporters).toContain(file)
  }
})

test('the table is read', () => {
  expect(files.length).toBeGreaterThan(30)
  expect(importsOf('linalg/x.ts', "import { a,\n b } from '../core/y.ts'\nexport type { c } from './z.ts'")).toEqual([
    { path: 'core/y.ts', types: false },
    { path: 'linalg/z.ts', types: true },
  ])
})
