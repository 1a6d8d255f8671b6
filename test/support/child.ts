/** Fixtures of test/native in a process of their own, so that a crash is seen, and does not take the tests with it. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'

/**
 * Under `npm run test:asan`: memory that cannot be had ends the process there, and freed memory is kept for a while.
 */
export const sanitized = /\bbuild-asan\b/.test(process.env['LOWRANK_ADDON_PATH'] ?? '')

export interface Ended {
  readonly code: number | null
  readonly signal: string | null
  readonly output: string
  readonly errors: string
}

export interface ChildOptions {
  readonly args?: readonly (string | number)[]
  readonly flags?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

/** Runs test/native/fixtures/`name`.mjs, which imports what is in dist/, until it ends. */
export function child(name: string, { args = [], flags = [], env = {} }: ChildOptions = {}): Promise<Ended> {
  const fixture = join('test', 'native', 'fixtures', `${name}.mjs`)
  const started = spawn(process.execPath, [...flags, fixture, ...args.map(String)], { env: { ...process.env, ...env } })
  let [output, errors] = ['', '']
  started.stdout.on('data', (data) => {
    output += data
  })
  started.stderr.on('data', (data) => {
    errors += data
  })
  return new Promise((resolve, reject) => {
    started.on('error', reject)
    started.on('close', (code, signal) => resolve({ code, signal, output: output.trim(), errors }))
  })
}

/** The same, for a fixture that must end well: what it printed. */
export async function childOutput(name: string, options?: ChildOptions): Promise<string> {
  const { code, signal, output, errors } = await child(name, options)
  if (code !== 0) throw new Error(`${name} ended with ${signal ?? code}\n${output}\n${errors}`)
  return output
}
