import { backendInfo, setThreads } from '../../core/threads.ts'
import { alignColumns } from '../format.ts'
import type { CommonOptions } from '../options.ts'
import { packageVersion } from '../version.ts'

/** Prints the backend: a line for each property, or JSON. */
export function printInfo({ json = false, threads }: CommonOptions): void {
  if (threads !== undefined) setThreads(threads)
  const info = { lowrank: packageVersion(), ...backendInfo(), node: process.versions.node }
  const text = json
    ? JSON.stringify(info, null, 2)
    : alignColumns(
        [],
        Object.entries(info).map(([name, value]) => [name, String(value)]),
        ['left', 'left'],
      )
  process.stdout.write(`${text}\n`)
}
