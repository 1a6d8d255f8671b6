import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { Matrix } from '../../lib/index.ts'
import { writeNpy } from '../../lib/io/index.ts'
import { temporaryFolder } from '../io/folder.ts'
import { commandPath, lowrank } from './command.ts'

const folder = temporaryFolder()

test('help has examples, for the whole and for each command', async () => {
  for (const words of [
    ['--help'],
    ['approx', '--help'],
    ['complete', '--help'],
    ['recommend', '--help'],
    ['info', '--help'],
  ]) {
    const { status, stdout, stderr } = await lowrank(...words)
    expect([status, stderr]).toEqual([0, ''])
    expect(stdout).toContain('Examples:')
  }
})

test('the version', async () => {
  expect((await lowrank('--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
})

test('a misspelled command or option is answered with the nearest one', async () => {
  const command = await lowrank('aprox', 'A.npy')
  expect([command.status, command.stdout]).toEqual([2, ''])
  expect(command.stderr).toContain('Did you mean approx?')
  const option = await lowrank('info', '--jsn')
  expect([option.status, option.stdout]).toEqual([2, ''])
  expect(option.stderr).toContain('Did you mean --json?')
})

test('without a command, the help goes to standard error', async () => {
  const { status, stdout, stderr } = await lowrank()
  expect([status, stdout]).toEqual([2, ''])
  expect(stderr).toContain('Usage: lowrank')
})

test('info prints the backend', async () => {
  const { status, stdout } = await lowrank('info', '--json', '--threads', '1')
  expect(status).toBe(0)
  const platform = `${process.platform}-${process.arch}`
  expect(JSON.parse(stdout)).toMatchObject({ library: 'OpenBLAS', threads: 1, platform })
  expect((await lowrank('info')).stdout).toMatch(/^library +OpenBLAS$/m)
})

test.skipIf(process.platform === 'win32')('Ctrl-C ends it at once and leaves no file', async () => {
  // Seconds of work in one LAPACK call, which cannot be stopped: the signal comes while it computes.
  await writeNpy(folder('large.npy'), Matrix.random(2400, 2400))
  const words = ['approx', folder('large.npy'), '--rank', '2', '--method', 'svd', '--out', folder('out')]
  const child = spawn(process.execPath, [commandPath, ...words, '--threads', '1'], { stdio: 'ignore' })
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  await sleep(1500)
  expect(child.exitCode).toBe(null)
  const start = performance.now()
  child.kill('SIGINT')
  expect(await ended).toBe(130)
  expect(performance.now() - start).toBeLessThan(1500)
  expect(readdirSync(folder('.'))).toEqual(['large.npy'])
})
