import { mkdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { ArgumentError, sentence } from '../../core/errors.ts'
import { setThreads } from '../../core/threads.ts'
import { npyOutput } from '../../io/npy.ts'
import { checkTargets, type Output, writeFiles } from '../../io/write.ts'
import type { CommonOptions, WritingOptions } from '../options.ts'
import { makeProgress, type Progress } from '../progress.ts'
import type { Chapter } from '../report/chapter.ts'
import { leaveOnSignals } from '../signals.ts'
import type { Request } from './approximate.ts'
import {
  type ComparisonRequest,
  compare,
  comparisonJson,
  comparisonTable,
  pictureFiles,
  plannedFiles,
} from './comparison.ts'
import { type Input, readInput } from './input.ts'
import { factorOutputs, pictureName, plannedNames } from './outputs.ts'
import { describeInput, resultJson, resultTable } from './print.ts'
import type { Structure } from './structures.ts'
import { type Study, study, type Wanted } from './study.ts'

/** How to decompose, or one way or several of holding a matrix in few numbers. */
export type MethodOption = Request['method'] | readonly Structure[]

/** The options of `lowrank approx` as they come from the command line. */
export interface ApproxOptions extends CommonOptions, WritingOptions {
  readonly rank?: readonly number[]
  readonly targetError?: number
  readonly method?: MethodOption
  readonly seed: number
  readonly report?: string
}

/** A kind of work: what it will write, and the work itself. */
interface Task {
  readonly ranks: readonly number[]
  plannedNames(input: Input, folder: string): string[]
  run(input: Input, wanted: Wanted, progress: Progress): Promise<Done>
}

/** What came of it. */
interface Done {
  readonly table: string
  json(files: readonly string[]): string
  outputs(folder: string): Output[]
  readonly chapter: Chapter
  /** What the caller should know besides. */
  readonly notes: readonly string[]
}

function studyTask(request: Request): Task {
  return {
    ranks: request.ranks,
    plannedNames: (input, folder) => plannedNames(input, folder, request.ranks),
    async run(input, wanted, progress) {
      const result = await study(input, request, wanted, progress)
      return {
        table: `${describeInput(result)}\n\n${resultTable(result)}`,
        json: (files) => resultJson(result, files),
        outputs: (folder) => outputsOf(result, folder),
        chapter: { study: result, title: input.path },
        notes: notesOn(result),
      }
    },
  }
}

function comparisonTask(request: ComparisonRequest): Task {
  return {
    ranks: request.ranks,
    plannedNames: (input, folder) => plannedFiles(input, request).map((name) => join(folder, name)),
    async run(input, wanted, progress) {
      const result = await compare(input, request, wanted, progress)
      return {
        table: comparisonTable(result),
        json: (files) => comparisonJson(result, files),
        outputs: (folder) => [
          ...result.factors.map(({ name, factor }) => npyOutput(join(folder, name), factor)),
          ...pictureFiles(result).map(({ name, bytes }) => ({ path: join(folder, name), bytes: () => [bytes] })),
        ],
        chapter: { comparison: result, title: input.path },
        notes: [],
      }
    },
  }
}

function taskOf({ rank: ranks = [], targetError, method = 'auto', seed }: ApproxOptions): Task {
  if (ranks.length === 0 && targetError === undefined)
    throw new ArgumentError(
      sentence('approx', '--rank or --target-error', 'neither', 'say --rank 10,20,40 or --target-error 0.05'),
    )
  if (typeof method === 'string') return studyTask({ ranks, targetError, method, seed })
  if (targetError !== undefined)
    throw new ArgumentError(
      sentence('approx', `--rank alone for the method ${method.join(', ')}`, '--target-error', 'leave it out'),
    )
  return comparisonTask({ ranks, methods: method, seed })
}

function checkRanks({ path, rows, columns }: Input, ranks: readonly number[]): void {
  const most = Math.min(rows, columns)
  const wrong = ranks.find((rank) => rank > most)
  if (wrong !== undefined)
    throw new ArgumentError(
      sentence('approx', `ranks up to ${most}, the smaller side of ${path} (${rows}×${columns})`, String(wrong)),
    )
}

async function checkFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch(() => undefined)
  if (found !== undefined && !found.isDirectory())
    throw new ArgumentError(
      sentence('approx', `--out to be a folder`, `'${folder}', which is a file`, 'choose another name'),
    )
}

/** Refuses outputs that could not be written, before the work begins. */
async function checkOutputs(input: Input, task: Task, options: ApproxOptions): Promise<string[]> {
  const { out, report, overwrite = false } = options
  if (out !== undefined) await checkFolder(out)
  // Asked for without a folder too: sizes that a method cannot take are refused here.
  const names = task.plannedNames(input, out ?? '')
  const files = [...(out === undefined ? [] : names), ...(report === undefined ? [] : [report])]
  await checkTargets('approx', files, overwrite)
  return files
}

function outputsOf(result: Study, folder: string): Output[] {
  const { input, factors, results, pictures } = result
  const largest = results.at(-1)?.rank ?? 0
  const images = pictures.flatMap(({ rank, full }) =>
    full === undefined ? [] : [{ path: join(folder, pictureName(input, rank)), bytes: () => [full] }],
  )
  return [...factorOutputs(input, folder, factors, largest), ...images]
}

async function reportOutput(path: string, chapter: Chapter): Promise<Output> {
  const { renderReport } = await import('../report/page.ts')
  const page = Buffer.from(await renderReport([chapter]))
  return { path, bytes: () => [page] }
}

async function write(done: Done, { out, report, overwrite }: ApproxOptions, progress: Progress): Promise<string[]> {
  const outputs = out === undefined ? [] : done.outputs(out)
  if (report !== undefined) {
    progress.step('Drawing the report')
    outputs.push(await reportOutput(report, done.chapter))
  }
  if (out !== undefined) await mkdir(out, { recursive: true })
  progress.step('Writing')
  await writeFiles('approx', outputs, { overwrite })
  return outputs.map(({ path }) => path)
}

function printPlan(input: Input, ranks: readonly number[], files: readonly string[], json: boolean): void {
  const { path, rows, columns, parts } = input
  const plan = { dryRun: true, input: { path, rows, columns, parts: parts.map(({ name }) => name) }, ranks, files }
  const text = [
    `${path}: ${rows}×${columns}${parts.length > 1 ? ` × ${parts.length}` : ''}, readable and finite`,
    ...files.map((file) => `would write ${file}`),
  ]
  process.stdout.write(json ? `${JSON.stringify(plan, null, 2)}\n` : `${text.join('\n')}\n`)
}

function notesOn({ targetError, targetReached, results }: Study): string[] {
  if (targetReached !== false) return []
  return [
    `A relative error of ${targetError} takes more than rank ${results.at(-1)?.rank}; raise --rank, or leave it out.`,
  ]
}

function listed(files: readonly string[]): string {
  const [factors, rest] = [
    files.filter((file) => file.endsWith('.npy')),
    files.filter((file) => !file.endsWith('.npy')),
  ]
  const counted = factors.length > 3 ? [`${factors.length} factors into ${dirname(factors[0] as string)}`] : factors
  return [...counted, ...rest].join(', ')
}

/** Runs `lowrank approx`: reads and checks everything, computes, prints, and writes last. */
export async function approx(path: string, options: ApproxOptions): Promise<void> {
  const { json = false, quiet = false, dryRun = false, threads, out, report } = options
  const task = taskOf(options)
  const progress = makeProgress(quiet)
  leaveOnSignals(() => progress.stop())
  try {
    progress.step(`Reading ${path}`)
    const input = await readInput(path)
    checkRanks(input, task.ranks)
    const planned = await checkOutputs(input, task, options)
    if (dryRun) {
      progress.stop()
      return printPlan(input, task.ranks, planned, json)
    }
    if (threads !== undefined) setThreads(threads)
    const done = await task.run(input, { files: out !== undefined, report: report !== undefined }, progress)
    const files = await write(done, options, progress)
    progress.stop()
    process.stdout.write(`${json ? done.json(files) : done.table}\n`)
    if (input.image?.alpha) progress.note('The alpha channel is kept as it is, not approximated.')
    for (const note of done.notes) progress.note(note)
    if (files.length > 0) progress.note(`\nWrote ${listed(files)}`)
  } finally {
    progress.stop()
  }
}
