/** What is measured of whole processes: the boundary, the import, the event loop, memory, growth with size. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { median } from './statistics.ts'

function probe(here: string, name: string): unknown {
  const { stdout, status, stderr } = spawnSync(process.execPath, [join(here, 'probe.mjs'), name], { encoding: 'utf8' })
  if (status !== 0) return `failed: ${stderr.trim().split('\n').at(-1)}`
  return JSON.parse(stdout)
}

/** Milliseconds of `import 'lowrank'` in a fresh process. */
function importTime(): number {
  const code = "const start = performance.now(); await import('lowrank'); console.log(performance.now() - start)"
  const samples = Array.from({ length: 15 }, () =>
    Number(spawnSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8' }).stdout),
  )
  return median(samples)
}

export function measureProcess(here: string): Record<string, unknown> {
  return {
    'an empty call, ns': probe(here, 'callOverhead'),
    "import 'lowrank', ms": importTime(),
    'event-loop lag while 8 SVDs of 500² run, p99, ms': probe(here, 'eventLoopLag'),
    'peak memory of svd 2000²': probe(here, 'svdMemory'),
    'growth, exponent of n': probe(here, 'growth'),
  }
}
