import { spawnSync } from 'node:child_process'
import { lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { ArgumentError } from '../../lib/index.ts'
import { writeFiles } from '../../lib/io/write.ts'
import { temporaryFolder } from './folder.ts'

const folder = temporaryFolder()
const text = (path: string, content: string) => ({ path, bytes: () => [Buffer.from(content)] })

test('a failure on the way leaves nothing, not even of what was ready', async () => {
  mkdirSync(folder('failing'))
  const broken = {
    path: folder('failing/b'),
    *bytes() {
      yield Buffer.from('half')
      throw new Error('disk')
    },
  }
  await expect(writeFiles('test', [text(folder('failing/a'), 'A'), broken])).rejects.toThrow('disk')
  expect(readdirSync(folder('failing'))).toEqual([])
})

test('one existing target keeps all of them from being written', async () => {
  mkdirSync(folder('kept'))
  writeFileSync(folder('kept/b'), 'old')
  const outputs = [text(folder('kept/a'), 'new'), text(folder('kept/b'), 'new')]
  await expect(writeFiles('test', outputs)).rejects.toThrow(ArgumentError)
  expect(readdirSync(folder('kept'))).toEqual(['b'])
  await writeFiles('test', outputs, { overwrite: true })
  expect(readFileSync(folder('kept/b'), 'utf8')).toBe('new')
  expect(readdirSync(folder('kept'))).toEqual(['a', 'b'])
})

test('a link keeps pointing at its file', async () => {
  writeFileSync(folder('file'), 'old')
  symlinkSync(folder('file'), folder('link'))
  await writeFiles('test', [text(folder('link'), 'new')], { overwrite: true })
  expect(lstatSync(folder('link')).isSymbolicLink()).toBe(true)
  expect(readFileSync(folder('file'), 'utf8')).toBe('new')
})

test('devices, folders, missing folders and a name twice are refused', async () => {
  const overwrite = { overwrite: true }
  await expect(writeFiles('test', [text('/dev/null', 'x')], overwrite)).rejects.toThrow('a folder or a device')
  await expect(writeFiles('test', [text(folder('.'), 'x')], overwrite)).rejects.toThrow(ArgumentError)
  await expect(writeFiles('test', [text(folder('none/x'), 'x')])).rejects.toMatchObject({ code: 'ENOENT' })
  await expect(writeFiles('test', [text(folder('x'), '1'), text(`${folder('.')}/./x`, '2')])).rejects.toThrow('twice')
})

test('leaving the process in the middle of writing leaves a whole file or none', () => {
  mkdirSync(folder('left'))
  const io = new URL('../../dist/io/index.js', import.meta.url).href
  const script = `import { writeNpy } from '${io}'
    writeNpy(process.argv[1], new Float64Array(2 ** 25))
    setTimeout(() => process.exit(0), Number(process.argv[2]))`
  for (const delay of ['1', '20', '60']) {
    spawnSync(process.execPath, ['--input-type=module', '-e', script, folder(`left/${delay}.npy`), delay])
    const names = readdirSync(folder('left'))
    for (const name of names)
      expect([name, statSync(folder(`left/${name}`)).size]).toEqual([`${delay}.npy`, 2 ** 28 + 128])
    for (const name of names) rmSync(folder(`left/${name}`))
  }
})
