import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { transform } from 'esbuild'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

// Every ```ts block of the documents runs as a module of its own against dist/. What a line prints stands behind it:
// `console.log(x) // → 1 2 3`. Lines that a reader need not see stand before the block: `<!-- before: const x = 1 -->`.
const documents = ['README.md', '.github/CONTRIBUTING.md', '.github/ARCHITECTURE.md'].filter((file) => existsSync(file))
const folder = join('build', 'readme') // inside the package, where `import 'lowrank'` finds it

interface Block {
  readonly line: number
  readonly code: string
  readonly before: string
}

function blocksOf(text: string): Block[] {
  const blocks = text.matchAll(/(?:<!-- before: ([\s\S]*?)-->\s*)?^```ts\n([\s\S]*?)^```$/gm)
  return [...blocks].map(({ index, 0: whole, 1: before = '', 2: code = '' }) => ({
    line: text.slice(0, index + whole.indexOf('```ts')).split('\n').length,
    code,
    before,
  }))
}

async function run(name: string, { before, code }: Block): Promise<string[]> {
  const file = join(folder, `${name}.mjs`)
  writeFileSync(file, (await transform(`${before}\n${code}`, { loader: 'ts' })).code)
  const { status, stdout, stderr } = spawnSync(process.execPath, [file], { encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
  return stdout.split('\n').map((line) => line.trim())
}

function expectedOutput(code: string): string[] {
  return [...code.matchAll(/\/\/ → (.*)$/gm)].map((match) => (match[1] ?? '').trim())
}

async function check(name: string, block: Block): Promise<void> {
  const printed = await run(name, block)
  expect(printed).toEqual(expect.arrayContaining(expectedOutput(block.code)))
}

beforeAll(() => void mkdirSync(folder, { recursive: true }))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe.each(documents)('%s', (document) => {
  const blocks = blocksOf(readFileSync(document, 'utf8'))
  test.each(blocks)('line $line', async (block) => {
    await check(`${document.replace(/\W/g, '_')}_${block.line}`, block)
  })
  test('has been read', () => {
    expect(readFileSync(document, 'utf8').match(/^```ts$/gm) ?? []).toHaveLength(blocks.length)
  })
})

describe('the checker', () => {
  const block = (code: string): Block => ({ line: 1, code, before: 'const one: number = 1' })
  test('accepts what is printed', () => check('right', block('console.log(one + 1) // → 2')))
  test('refuses another output', async () => {
    await expect(check('wrong', block('console.log(one + 1) // → 3'))).rejects.toThrow()
  })
  test('refuses a block that throws', async () => {
    await expect(check('throws', block('throw new Error("no")'))).rejects.toThrow('no')
  })
})
