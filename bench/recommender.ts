/**
 * npm run bench:recommender [-- EXPERIMENT…] [--threads 1]: fits of the recommender against cmfrec and implicit. Both
 * sides get the same ratings and choose λ on one grid by the same validation ratings; what is compared is what the fits
 * are for.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import Table from 'cli-table3'
import { setThreads } from 'lowrank'
import { backend } from './backend.ts'
import { python } from './environment.ts'
import { SideProcess } from './process.ts'
import { growth } from './recommender/growth.ts'
import { implicitFeedback } from './recommender/implicit.ts'
import { timeToObjective } from './recommender/objective.ts'
import { Peer } from './recommender/peer.ts'
import { movieLens } from './recommender/ratings.ts'
import { sweepTimes } from './recommender/sweep.ts'

export interface Row {
  readonly [column: string]: string | number
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { threads: { type: 'string', default: '1' } },
})
const threads = Number(values.threads)
setThreads(threads)
const side = new SideProcess(python(['als']), [join('bench', 'side.py')], threads)
const peer = await Peer.open(side)
const experiments: Record<string, (peer: Peer) => Promise<Row[]>> = {
  sweep: sweepTimes,
  objective: timeToObjective,
  ratings: movieLens,
  implicit: implicitFeedback,
  growth,
}
const results: Record<string, Row[]> = {}
for (const [name, run] of Object.entries(experiments)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue
  process.stderr.write(`${name} …\n`)
  const rows = await run(peer)
  results[name] = rows
  const [first] = rows
  if (first === undefined) continue
  const table = new Table({ head: Object.keys(first), style: { head: [], border: [], compact: true } })
  for (const row of rows)
    table.push(Object.values(row).map((cell) => (typeof cell === 'number' ? cell.toPrecision(4) : cell)))
  console.log(table.toString())
}
const versions = await side.ask({ do: 'versions' })
peer.end()
const folder = join('bench', 'results')
mkdirSync(folder, { recursive: true })
const date = new Date().toISOString()
const path = join(folder, `${date.slice(0, 10)}-recommender.json`)
// Experiments of the day that were not run this time stay.
const earlier = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).results : {}
const record = {
  date,
  cpu: cpus()[0]?.model,
  threads,
  ours: backend(),
  theirs: versions,
  results: { ...earlier, ...results },
}
writeFileSync(path, `${JSON.stringify(record, null, 1)}\n`)
console.log(`saved to ${path}`)
