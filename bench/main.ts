/**
 * npm run bench [-- FILTER…] [--threads 1,2] [--with-torch] [--skip-process]: every case whose name holds all the words
 * of FILTER, ours against its peer.
 */
import { cpus } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { cases } from './cases/index.ts'
import { python } from './environment.ts'
import { type Measurement, measure } from './pair.ts'
import { SideProcess } from './process.ts'
import { measureProcess } from './processFigures.ts'
import { missed, save, table } from './report.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    threads: { type: 'string', default: '1,2' },
    'with-torch': { type: 'boolean', default: false },
    'skip-process': { type: 'boolean', default: false },
  },
})
const here = dirname(fileURLToPath(import.meta.url))
const interpreter = python(values['with-torch'] ? ['torch'] : [])
const chosen = cases.flatMap((test, index) =>
  test.dtypes
    .map((dtype) => ({ test, index, dtype, name: `${test.routine} ${test.size} ${dtype}` }))
    .filter(({ name }) => positionals.every((word) => name.includes(word))),
)
const measurements: Measurement[] = []
const failures: { name: string; error: string }[] = []
let versions: [unknown, unknown] = [{}, {}]

for (const threads of values.threads.split(',').map(Number)) {
  const sides = [
    new SideProcess(process.execPath, [join(here, 'side.mjs')], threads),
    new SideProcess(interpreter, [join('bench', 'side.py')], threads),
  ] as const
  versions = [await sides[0].ask({ do: 'versions' }), await sides[1].ask({ do: 'versions' })]
  for (const { test, index, dtype, name } of chosen) {
    process.stderr.write(`${name}, ${threads} thread${threads > 1 ? 's' : ''} … `)
    try {
      const result = await measure(test, index, dtype, threads, sides)
      measurements.push(result)
      process.stderr.write(`${result.ratio.toFixed(3)}${missed(result) ? ` over ${result.bar}` : ''}\n`)
    } catch (error) {
      failures.push({ name, error: (error as Error).message })
      process.stderr.write(`failed: ${(error as Error).message.split('\n')[0]}\n`)
    }
  }
  for (const side of sides) side.end()
}

const figures = values['skip-process'] || positionals.length > 0 ? {} : measureProcess(here)
const run = {
  date: new Date().toISOString(),
  cpu: cpus()[0]?.model ?? 'unknown',
  coretype: process.env['OPENBLAS_CORETYPE'] ?? '',
  ours: versions[0],
  theirs: versions[1],
  measurements,
  failures,
  process: figures,
}
console.log(table(measurements))
if (Object.keys(figures).length > 0) console.log(JSON.stringify(figures, null, 1))
const over = measurements.filter(missed)
console.log(`${measurements.length} measured, ${over.length} over their bar, ${failures.length} failed`)
for (const { name, error } of failures) console.log(`failed: ${name}: ${error}`)
if (positionals.length === 0) console.log(`saved to ${save(run)}`)
process.exitCode = failures.length > 0 ? 1 : 0
