/** One case, both sides: same data, answers compared first, then timed in turn. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type DType, MatrixBatch } from 'lowrank'
import { readNpy, writeNpy } from 'lowrank/io'
import type { Case } from './case.ts'
import type { SideProcess } from './process.ts'
import { median, medianInterval } from './statistics.ts'

export interface Measurement {
  readonly routine: string
  readonly size: string
  readonly dtype: DType
  readonly threads: number
  readonly by: string
  readonly peer: string
  /** Median milliseconds of a call. */
  readonly ours: number
  readonly theirs: number
  /** Median of the rounds' ratios ours/theirs, and the interval that holds it with 95 %. */
  readonly ratio: number
  readonly interval: readonly [number, number]
  readonly bar: number | undefined
  /** Largest relative difference of the answers. */
  readonly difference: number
}

/** Rounds of a case; fewer where a call takes so long that many would take minutes. */
const rounds = (nanoseconds: number) => (nanoseconds > 500e6 ? 5 : nanoseconds > 100e6 ? 9 : 21)
const sampleNanoseconds = 20e6

async function largestDifference(ours: readonly string[], theirs: readonly string[]): Promise<number> {
  if (ours.length !== theirs.length) throw new Error(`answers of ${ours.length} and ${theirs.length} parts`)
  let worst = 0
  for (const [i, path] of ours.entries()) {
    const a = (await readNpy(path)).data
    const b = (await readNpy(theirs[i] as string)).data
    if (a.length !== b.length) throw new Error(`part ${i} of the answers has ${a.length} and ${b.length} numbers`)
    let difference = 0
    let size = 0
    for (let j = 0; j < a.length; j++) {
      difference = Math.max(difference, Math.abs((a[j] as number) - (b[j] as number)))
      size = Math.max(size, Math.abs(b[j] as number))
      if (Number.isNaN(a[j]) !== Number.isNaN(b[j])) throw new Error(`part ${i} of the answers is NaN on one side`)
    }
    worst = Math.max(worst, size === 0 ? difference : difference / size)
  }
  return worst
}

/** Prepares both sides and checks that they agree; throws where they do not. */
async function agree(
  test: Case,
  index: number,
  dtype: DType,
  sides: readonly [SideProcess, SideProcess],
): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'lowrank-bench-'))
  try {
    const data: Record<string, string> = {}
    for (const [name, value] of Object.entries(test.data(dtype))) {
      const path = join(folder, `${name}${value instanceof MatrixBatch ? '.batch' : ''}.npy`)
      await writeNpy(path, value)
      data[name] = path
    }
    const answers: string[][] = []
    for (const side of sides) {
      await side.ask({ do: 'prepare', index, data, setup: test.setup ?? '', theirs: test.theirs })
      answers.push((await side.ask({ do: 'answer', folder, answer: test.theirAnswer })).paths as string[])
    }
    const [ours, theirs] = answers as [string[], string[]]
    const difference = await largestDifference(ours, theirs)
    const multiple = typeof test.tolerance === 'number' ? test.tolerance : test.tolerance[dtype]
    const allowed = multiple * (dtype === 'float32' ? 2 ** -23 : 2 ** -52)
    if (!(difference <= allowed))
      throw new Error(`the answers differ by ${difference.toExponential(1)}, allowed are ${allowed.toExponential(1)}`)
    return difference
  } finally {
    await rm(folder, { recursive: true })
  }
}

export async function measure(
  test: Case,
  index: number,
  dtype: DType,
  threads: number,
  sides: readonly [SideProcess, SideProcess],
): Promise<Measurement> {
  const difference = await agree(test, index, dtype, sides)
  // As many calls a sample as the clock needs, and enough first ones for the compiler and the caches.
  const repetitions: number[] = []
  let slowest = 0
  for (const side of sides) {
    let calls = 1
    let nanoseconds = await side.time(1)
    while (nanoseconds * calls < sampleNanoseconds / 4) {
      calls *= 4
      nanoseconds = await side.time(calls)
    }
    slowest = Math.max(slowest, nanoseconds)
    repetitions.push(Math.max(1, Math.round(sampleNanoseconds / nanoseconds)))
  }
  const samples: [number[], number[]] = [[], []]
  for (let round = 0; round < rounds(slowest); round++)
    for (const turn of [0, 1] as const) {
      const side = (turn + round) % 2 === 0 ? 0 : 1
      // Threads of numpy's OpenBLAS spin for some 100 ms (2²⁸ cycles) after a call, in the way of the other side.
      if (threads > 1) await sleep(150)
      samples[side].push(await sides[side].time(repetitions[side] as number))
    }
  const ratios = samples[0].map((ours, i) => ours / (samples[1][i] as number))
  return {
    routine: test.routine,
    size: test.size,
    dtype,
    threads,
    by: test.by,
    peer: test.peer ?? 'numpy',
    ours: median(samples[0]) / 1e6,
    theirs: median(samples[1]) / 1e6,
    ratio: median(ratios),
    interval: medianInterval(ratios),
    bar: threads === 1 ? test.bar?.[dtype] : undefined,
    difference,
  }
}
