import { access, constants } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { ReadRatingsOptions } from '../../als/index.ts'
import { ArgumentError, sentence } from '../../core/errors.ts'
import { setThreads } from '../../core/threads.ts'
import { checkTargets, type Output, writeFiles } from '../../io/write.ts'
import type { CommonOptions, KeepingOptions } from '../options.ts'
import { makeProgress, type Progress } from '../progress.ts'
import { leaveOnSignals } from '../signals.ts'
import { planText, resultJson, resultTables } from './print.ts'
import { describeSource, readSource } from './source.ts'
import { type Request, type Study, study } from './study.ts'

/** The options of `lowrank complete` as they come from the command line. */
export interface CompleteOptions
  extends CommonOptions,
    KeepingOptions,
    Pick<ReadRatingsOptions, 'row' | 'column' | 'value' | 'delimiter' | 'header' | 'duplicates'> {
  readonly rank?: number
  readonly regularization?: number
  readonly validation?: number
  readonly patience?: number
  readonly test?: number
  readonly implicit?: boolean
  readonly alpha?: number
  readonly weighting?: 'weighted' | 'ridge'
  readonly biases: boolean
  readonly nonnegative?: boolean
  readonly solver?: 'auto' | 'cholesky' | 'cg'
  readonly acceleration?: 'extrapolation' | 'ncg' | 'none'
  readonly maxIterations?: number
  readonly tolerance?: number
  readonly dtype?: 'float32' | 'float64'
  readonly seed: number
  readonly model?: string
  readonly report?: string
}

const refused = (expected: string) => new ArgumentError(sentence('complete', expected, 'it', 'leave one of them out'))

/** Options that only stand with others, or only without. */
function checkTogether(options: CompleteOptions): void {
  const {
    implicit = false,
    alpha,
    weighting,
    nonnegative = false,
    solver,
    acceleration,
    validation,
    patience,
  } = options
  const against: readonly [expected: string, given: boolean][] = [
    ['--alpha only with --implicit', alpha !== undefined && !implicit],
    ['--weighting only without --implicit', weighting !== undefined && implicit],
    ['--nonnegative only without --implicit', nonnegative && implicit],
    ['--acceleration ncg only without --nonnegative', acceleration === 'ncg' && nonnegative],
    ['--solver cg only without --nonnegative', solver === 'cg' && nonnegative],
  ]
  for (const [expected, given] of against) if (given) throw refused(expected)
  if (validation !== undefined && implicit)
    throw new ArgumentError(
      sentence('complete', '--validation only without --implicit', 'both', 'hold choices out by --test 0.1 instead'),
    )
  if (patience !== undefined && !validation)
    throw new ArgumentError(
      sentence('complete', '--patience only with --validation', 'it alone', 'say --validation 0.1'),
    )
}

function checkRequest(options: CompleteOptions): Request {
  const { implicit = false, alpha, weighting, biases, nonnegative, validation = 0, test = 0, seed } = options
  const { rank, regularization, solver, acceleration, patience, maxIterations, tolerance, dtype } = options
  if (validation + test >= 1)
    throw new ArgumentError(
      sentence('complete', '--validation and --test that are less than 1 together', `${validation} and ${test}`),
    )
  checkTogether(options)
  const common = { rank, regularization, solver, maxIterations, tolerance, dtype, seed }
  if (implicit) {
    if (acceleration === 'ncg') throw refused('--acceleration ncg only without --implicit')
    return {
      shares: { validation, test, seed },
      fit: { kind: 'implicit', options: { ...common, alpha, acceleration } },
    }
  }
  const explicit = { ...common, acceleration, weighting, nonnegative, patience, ...(biases ? {} : { biases }) }
  return { shares: { validation, test, seed }, fit: { kind: 'explicit', options: explicit } }
}

async function reportOutput(path: string, result: Study): Promise<Output> {
  const { renderFit } = await import('../report/fit.ts')
  const page = Buffer.from(await renderFit(result))
  return { path, bytes: () => [page] }
}

async function write(
  result: Study,
  { model, report, overwrite }: CompleteOptions,
  progress: Progress,
): Promise<string[]> {
  const outputs: Output[] = model === undefined ? [] : [result.model.output(model)]
  if (report !== undefined) {
    progress.step('Drawing the report')
    outputs.push(await reportOutput(report, result))
  }
  progress.step('Writing')
  await writeFiles('complete', outputs, { overwrite })
  return outputs.map(({ path }) => path)
}

/** Runs `lowrank complete`: reads and checks everything, fits, prints, and writes last. */
export async function complete(path: string, options: CompleteOptions): Promise<void> {
  const { json = false, quiet = false, dryRun = false, threads, model, report, overwrite = false } = options
  const request = checkRequest(options)
  const planned = [model, report].filter((file) => file !== undefined)
  const progress = makeProgress(quiet)
  leaveOnSignals(() => progress.stop())
  try {
    for (const file of planned) await access(dirname(file), constants.W_OK)
    await checkTargets('complete', planned, overwrite)
    progress.step(`Reading ${path}`)
    const { row, column, value, delimiter, header, duplicates } = options
    const source = await readSource(path, { row, column, value, delimiter, header, duplicates })
    if (dryRun) {
      progress.stop()
      process.stdout.write(`${planText(source, planned, json)}\n`)
      return
    }
    if (threads !== undefined) setThreads(threads)
    const result = await study(source, request, progress)
    const files = await write(result, options, progress)
    progress.stop()
    process.stdout.write(
      json ? `${resultJson(result, files)}\n` : `${describeSource(source)}\n\n${resultTables(result)}\n`,
    )
    if (files.length > 0) progress.note(`\nWrote ${files.join(', ')}`)
  } finally {
    progress.stop()
  }
}
