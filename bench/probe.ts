/**
 * One figure of a fresh process: what `processFigures.ts` starts, named by the first argument; prints a JSON number or
 * object.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { Matrix, matmul, svd, svdAsync } from 'lowrank'

/** Nanoseconds of one call on empty matrices: what the boundary itself costs. */
function callOverhead(): number {
  const A = Matrix.zeros(0, 0)
  const out = Matrix.zeros(0, 0)
  const samples: number[] = []
  const calls = 20_000
  for (let round = 0; round < 41; round++) {
    const start = process.hrtime.bigint()
    for (let i = 0; i < calls; i++) matmul(A, A, { out })
    samples.push(Number(process.hrtime.bigint() - start) / calls)
  }
  return samples.sort((a, b) => a - b)[20] as number
}

/** Milliseconds by which timers are late, 99th percentile, while eight decompositions of 500×500 run. */
async function eventLoopLag(): Promise<number> {
  const inputs = Array.from({ length: 8 }, (_, seed) => Matrix.random(500, 500, { seed }))
  await svdAsync(inputs[0] as Matrix)
  const resolution = 1
  const delay = monitorEventLoopDelay({ resolution })
  delay.enable()
  await Promise.all(inputs.map((A) => svdAsync(A)))
  await sleep(10)
  delay.disable()
  return delay.percentile(99) / 1e6 - resolution
}

/**
 * Peak bytes of svd (n×n, thin) above the process at rest, over those of the input: output 2, copy 1, LAPACK's
 * workspace 4.
 */
function svdMemory(): Record<string, number> {
  const n = 2000
  svd(Matrix.random(100, 100))
  const A = Matrix.random(n, n)
  const before = process.resourceUsage().maxRSS * 1024
  svd(A)
  const peak = process.resourceUsage().maxRSS * 1024 - before
  return { megabytes: peak / 2 ** 20, inputs: peak / (n * n * 8) }
}

/** The exponent p of time ~ nᵖ between n and 4n. */
function growth(): Record<string, number> {
  const time = (call: () => unknown): number => {
    const samples = Array.from({ length: 9 }, () => {
      const start = process.hrtime.bigint()
      call()
      return Number(process.hrtime.bigint() - start)
    })
    return samples.sort((a, b) => a - b)[4] as number
  }
  const slope = (small: () => unknown, large: () => unknown) => Math.log(time(large) / time(small)) / Math.log(4)
  const [A, B] = [Matrix.random(250, 250), Matrix.random(1000, 1000)]
  return {
    'matmul n²': slope(
      () => matmul(A, A),
      () => matmul(B, B),
    ),
    'svd n²': slope(
      () => svd(A),
      () => svd(B),
    ),
  }
}

const figures = { callOverhead, eventLoopLag, svdMemory, growth }
const figure = figures[process.argv[2] as keyof typeof figures]
console.log(JSON.stringify(await figure()))
