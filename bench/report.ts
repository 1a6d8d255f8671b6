/** The table of a run, and its record. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Table from 'cli-table3'
import type { Measurement } from './pair.ts'

export interface Run {
  readonly date: string
  readonly cpu: string
  readonly coretype: string
  readonly ours: unknown
  readonly theirs: unknown
  readonly measurements: readonly Measurement[]
  readonly failures: readonly { readonly name: string; readonly error: string }[]
  readonly process: Record<string, unknown>
}

const time = (milliseconds: number) =>
  milliseconds < 0.1 ? `${(milliseconds * 1000).toPrecision(3)} µs` : `${milliseconds.toPrecision(3)} ms`

/** Over its bar, and by more than the interval leaves open. */
export const missed = ({ ratio, bar }: Measurement) => bar !== undefined && ratio > bar

export function table(measurements: readonly Measurement[]): string {
  const rows = new Table({
    head: ['function', 'size', 'dtype', 'threads', 'ours', 'peer', 'time', 'ratio', '95 %', 'bar'],
    style: { head: [], border: [], compact: true },
    colAligns: ['left', 'left', 'left', 'right', 'right', 'left', 'right', 'right', 'left', 'right'],
  })
  for (const m of measurements)
    rows.push([
      m.routine,
      m.size,
      m.dtype,
      m.threads,
      time(m.ours),
      m.peer,
      time(m.theirs),
      m.ratio.toFixed(3),
      `${m.interval[0].toFixed(2)}–${m.interval[1].toFixed(2)}`,
      m.bar === undefined ? '' : `${m.bar}${missed(m) ? ' MISSED' : ''}`,
    ])
  return rows.toString()
}

export function save(run: Run): string {
  const folder = join('bench', 'results')
  mkdirSync(folder, { recursive: true })
  const core = run.coretype === '' ? 'default' : run.coretype
  const path = join(folder, `${run.date.slice(0, 10)}-${core}.json`)
  writeFileSync(path, `${JSON.stringify(run, null, 1)}\n`)
  return path
}
