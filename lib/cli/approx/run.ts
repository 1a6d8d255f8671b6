import { mkdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { ArgumentError, sentence } from '../../core/errors.ts'
import { setThreads } from '../../core/threads.ts'
import { checkTargets, type Output, writeFiles } from '../../io/write.ts'
import type { CommonOptions, WritingOptions } from '../options.ts'
import { makeProgress, type Progress } from '../progress.ts'
import { leaveOnSignals } from '../signals.ts'
import type { Request } from './approximate.ts'
import { type Input, readInput } from './input.ts'
import { factorOutputs, pictureName, plannedNames } from './outputs.ts'
import { describeInput, resultJson, resultTable } from './print.ts'
import { type Study, study } from './study.ts'

/** The options of `lowrank approx` as they come from the command line. */
export interface ApproxOptions extends CommonOptions, WritingOptions {
  readonly rank?: readonly number[]
  readonly targetError?: number
  readonly method?: Request['method']
  readonly seed: number
  readonly report?: string
}

function checkRequest({ rank: ranks = [], targetError, method = 'auto', seed }: ApproxOptions): Request {
  if (ranks.length === 0 && targetError === undefined)
    throw new ArgumentError(
      sentence('approx', '--rank or --target-error', 'neither', 'say --rank 10,20,40 or --target-error 0.05'),
    )
  return { ranks, targetError, method, seed }
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
async function checkOutputs(input: Input, ranks: readonly number[], options: ApproxOptions): Promise<string[]> {
  const { out, report, overwrite = false } = options
  if (out !== undefined) await checkFolder(out)
  const files = [
    ...(out === undefined ? [] : plannedNames(input, out, ranks)),
    ...(report === undefined ? [] : [report]),
  ]
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

async function reportOutput(path: string, result: Study): Promise<Output> {
  const { renderReport } = await import('../report/page.ts')
  const page = Buffer.from(await renderReport([{ study: result, title: result.input.path }]))
  return { path, bytes: () => [page] }
}

async function write(result: Study, { out, report, overwrite }: ApproxOptions, progress: Progress): Promise<string[]> {
  const outputs = out === undefined ? [] : outputsOf(result, out)
  if (report !== undefined) {
    progress.step('Drawing the report')
    outputs.push(await reportOutput(report, result))
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

function explainResult({ input, targetError, targetReached, results }: Study, progress: Progress): void {
  if (input.image?.alpha) progress.note('The alpha channel is kept as it is, not approximated.')
  if (targetReached === false)
    progress.note(
      `A relative error of ${targetError} takes more than rank ${results.at(-1)?.rank}; raise --rank, or leave it out.`,
    )
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
  const request = checkRequest(options)
  const progress = makeProgress(quiet)
  leaveOnSignals(() => progress.stop())
  try {
    progress.step(`Reading ${path}`)
    const input = await readInput(path)
    checkRanks(input, request.ranks)
    const planned = await checkOutputs(input, request.ranks, options)
    if (dryRun) {
      progress.stop()
      return printPlan(input, request.ranks, planned, json)
    }
    if (threads !== undefined) setThreads(threads)
    const result = await study(input, request, { files: out !== undefined, report: report !== undefined }, progress)
    const files = await write(result, options, progress)
    progress.stop()
    process.stdout.write(
      json ? `${resultJson(result, files)}\n` : `${describeInput(result)}\n\n${resultTable(result)}\n`,
    )
    explainResult(result, progress)
    if (files.length > 0) progress.note(`\nWrote ${listed(files)}`)
  } finally {
    progress.stop()
  }
}
