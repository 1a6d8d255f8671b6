import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { format } from 'node:util'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'

// Every @example of the sources runs, and what it prints is what stands behind each console.log: `console.log(x) // 3`.
// Spaces do not count, and numbers may differ in the ninth digit, so that an example need not know every machine's last
// one. Examples run in a folder of their own, where they find test/ and may leave files.
const root = process.cwd()
const folder = resolve('build', 'examples')

interface Example {
  readonly name: string
  readonly code: string
}

function examplesOf(file: string): Example[] {
  const text = readFileSync(resolve(root, 'lib', file), 'utf8')
  const blocks = text.matchAll(/^ *\* @example\n((?:^ *\*(?! @|\/).*\n)*)/gm)
  return [...blocks].map(({ 1: block, index }) => {
    const lines = block.split('\n').map((line) => line.replace(/^ *\* ?/, ''))
    const code = lines.slice(lines.indexOf('```ts') + 1, lines.lastIndexOf('```')).join('\n')
    return { name: `${file}:${text.slice(0, index).split('\n').length}`, code }
  })
}

/** 'lowrank' and its parts are the sources here. */
function resolved(code: string): string {
  return code.replace(
    /from 'lowrank(?:\/(\w+))?'/g,
    (_, part) => `from '${resolve(root, 'lib', part ?? '.', 'index.ts')}'`,
  )
}

async function run({ name, code }: Example): Promise<string[]> {
  const file = resolve(folder, `${name.replace(/\W/g, '_')}.ts`)
  writeFileSync(file, resolved(code))
  const printed: string[] = []
  const log = vi.spyOn(console, 'log').mockImplementation((...values) => void printed.push(format(...values)))
  try {
    await import(file)
  } finally {
    log.mockRestore()
  }
  return printed
}

const expectations = (code: string) => [...code.matchAll(/^ *console\.log\(.*\) \/\/ (.*)$/gm)].map(([, text]) => text)

const number = /-?\d+(?:\.\d+)?(?:e[+-]?\d+)?/g
const compact = (text: string) => text.replace(/\s/g, '')

function same(printed: string, expected: string): boolean {
  const [left, right] = [compact(printed), compact(expected)]
  const [x, y] = [left, right].map((text) => (text.match(number) ?? []).map(Number))
  const close =
    x.length === y.length && x.every((value, i) => Math.abs(value - y[i]) <= 1e-9 * Math.max(1, Math.abs(y[i])))
  return close && left.replace(number, '#') === right.replace(number, '#')
}

async function check(example: Example): Promise<void> {
  const expected = expectations(example.code)
  expect(example.code.match(/console\.log/g) ?? [], 'each console.log says what it prints').toHaveLength(
    expected.length,
  )
  const printed = await run(example)
  expect(printed.length).toBe(expected.length)
  for (const [i, text] of printed.entries()) if (!same(text, expected[i])) expect(text).toBe(expected[i])
}

beforeAll(() => {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  symlinkSync(resolve(root, 'test'), resolve(folder, 'test'))
  process.chdir(folder)
})
afterAll(() => {
  process.chdir(root)
  rmSync(folder, { recursive: true, force: true })
})

const files = readdirSync('lib', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))
test.each(files.flatMap((file) => examplesOf(file)))('$name', check)

test('every function of linalg has an example that prints', () => {
  const files = readFileSync(resolve(root, 'lib/linalg/index.ts'), 'utf8').matchAll(/from '\.\/(.*)'/g)
  const silent = [...files]
    .map(([, file]) => `linalg/${file}`)
    .filter((file) => !examplesOf(file).some(({ code }) => expectations(code).length > 0))
  expect(silent).toEqual([])
})

describe('the checker', () => {
  const example = (code: string) => ({ name: 'checker', code: `export const one: number = 1\n${code}` })
  test('accepts what is printed', () => check({ ...example('console.log([one, 2]) // [1, 2]'), name: 'right' }))
  test.each([
    ['console.log(one + 1) // 3'],
    ['console.log(one + 1) // [2]'],
    ['console.log(one + 1)'],
    ['throw new Error("no")\nconsole.log(one) // 1'],
  ])('refuses %j', async (code) => {
    await expect(check({ ...example(code), name: `wrong ${code}` })).rejects.toThrow()
  })
})
