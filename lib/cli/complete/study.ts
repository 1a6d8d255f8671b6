/** One fit, and how good it is on each part of the ratings: what is printed, reported and written comes from here. */
import {
  type CompleteALSOptions,
  type CompletionModel,
  completeALSAsync,
  type Evaluation,
  evaluateAsync,
  type ImplicitALSOptions,
  implicitALSAsync,
  type Ratings,
  type SweepReport,
  split,
} from '../../als/index.ts'
import { formatNumber, formatTime } from '../format.ts'
import type { Progress } from '../progress.ts'
import type { Source } from './source.ts'

/** The length of the lists that rankings are judged by. */
export const listLength = 10

type Fit =
  | { readonly kind: 'explicit'; readonly options: CompleteALSOptions }
  | { readonly kind: 'implicit'; readonly options: ImplicitALSOptions }

/** What is asked for. */
export interface Request {
  readonly shares: { readonly validation: number; readonly test: number; readonly seed: number }
  readonly fit: Fit
}

/** A part of the ratings. What was trained on is not ranked. */
export interface Part {
  readonly name: 'training' | 'validation' | 'test'
  readonly count: number
  readonly evaluation: Evaluation
}

export interface Study {
  readonly source: Source
  readonly request: Request
  readonly model: CompletionModel
  readonly parts: readonly Part[]
}

function sweepLine({ iteration, objective, validation, elapsedMs }: SweepReport): string {
  const error = validation === undefined ? '' : `   validation ${validation.toFixed(4)}`
  return `sweep ${String(iteration).padStart(3)}   objective ${formatNumber(objective)}${error}   ${formatTime(elapsedMs)}`
}

function fitTo(train: Ratings, validation: Ratings, fit: Fit, progress: Progress): Promise<CompletionModel> {
  const onIteration = (report: SweepReport) => progress.line(sweepLine(report))
  if (fit.kind === 'implicit') return implicitALSAsync(train, { ...fit.options, onIteration })
  const measured = validation.count > 0 ? { validation } : {}
  return completeALSAsync(train, { ...fit.options, ...measured, onIteration })
}

/** Fits a model to what is not held out, and judges it by each part. */
export async function study(source: Source, request: Request, progress: Progress): Promise<Study> {
  const { shares, fit } = request
  const parts = split(source.ratings, { ...shares, by: fit.kind === 'implicit' ? 'row' : 'entry' })
  progress.step('Fitting')
  const model = await fitTo(parts.train, parts.validation, fit, progress)
  const judged: Part[] = []
  for (const [name, part] of [
    ['training', parts.train],
    ['validation', parts.validation],
    ['test', parts.test],
  ] as const) {
    if (part.count === 0) continue
    progress.step(`Judging by ${name}`)
    const evaluation = await evaluateAsync(model, part, { at: name === 'training' ? [] : [listLength] })
    judged.push({ name, count: part.count, evaluation })
  }
  return { source, request, model, parts: judged }
}
