/** The result of `lowrank complete`, as tables and as JSON. */
import type { CompletionModel } from '../../als/index.ts'
import { alignColumns, formatCount, formatNumber, formatTime } from '../format.ts'
import { densityOf, describeSource, type Source } from './source.ts'
import { listLength, type Part, type Study } from './study.ts'

const stops: Record<CompletionModel['stopReason'], string> = {
  tolerance: 'the objective hardly changed',
  maxIterations: 'the most that were allowed',
  timeLimit: 'the time limit',
  callback: 'the callback',
  validation: 'the error on validation ratings no longer fell',
}

/** What was fitted, and how it ended. */
export function modelFacts({
  kind,
  settings,
  dtype,
  iterations,
  stopReason,
  objective,
  elapsedMs,
}: CompletionModel): [string, string][] {
  const {
    rank,
    regularization: { W, Z },
    weighting,
    alpha,
    solver,
  } = settings
  const lambda = W === Z ? `${W}` : `${W} and ${Z}`
  return [
    ['model', `${kind}, rank ${rank}, ${dtype}`],
    ['λ', kind === 'explicit' ? `${lambda}, ${weighting}` : `${lambda}, α ${alpha}`],
    ['solver', solver],
    ['sweeps', `${iterations}, until ${stops[stopReason]}`],
    ['objective', formatNumber(objective)],
    ['time', formatTime(elapsedMs)],
  ]
}

/**
 * The parts that measures say something of, what these are called, and theirs. All that is known of implicit feedback
 * are choices, so errors say little of it; what was trained on is not ranked.
 */
export function measuresOf({ model: { kind }, parts }: Study): { names: string[]; lines: [Part, string[]][] } {
  const explicit = kind === 'explicit'
  const shown = parts.filter(({ name }) => explicit || name !== 'training')
  const ranked = shown.some(({ name }) => name !== 'training')
  const rankings = ranked ? ['precision', 'recall', 'NDCG', 'AUC'].map((name) => `${name}@${listLength}`) : []
  const lines = shown.map((part): [Part, string[]] => {
    const { rmse, mae, precision, recall, ndcg, auc } = part.evaluation
    const lists = rankings.map((_, i) => [precision, recall, ndcg, auc][i]?.[0])
    const values = [...(explicit ? [rmse, mae] : []), ...lists]
    return [part, values.map((value) => (value === undefined ? '' : value.toFixed(4)))]
  })
  return { names: [...(explicit ? ['RMSE', 'MAE'] : []), ...rankings], lines }
}

/** The model, and a line for each part of the ratings. */
export function resultTables(study: Study): string {
  const facts = alignColumns([], modelFacts(study.model), ['left', 'left'])
  const { names, lines } = measuresOf(study)
  if (lines.length === 0) return facts
  const head = ['', 'ratings', ...names]
  const rows = lines.map(([{ name, count }, values]) => [name, formatCount(count), ...values])
  const align = head.map((_, i) => (i === 0 ? 'left' : 'right'))
  return `${facts}\n\n${alignColumns(head, rows, align)}`
}

function inputJson({ path, ratings, columns, range: [least, largest] }: Source): object {
  const { rows, columns: count } = ratings
  const named = columns && { ...columns, value: columns.value ?? null }
  return {
    path,
    rows,
    columns: count,
    ratings: ratings.count,
    density: densityOf(ratings),
    least,
    largest,
    from: named ?? null,
  }
}

/** The same for machines. Keys stay what they are from version to version. */
export function resultJson({ source, request, model, parts }: Study, files: readonly string[]): string {
  const { kind, dtype, settings, iterations, converged, stopReason, objective, elapsedMs, history } = model
  const judged = parts.map(({ name, count, evaluation }) => [name, { ratings: count, ...evaluation }])
  const fit = { iterations, converged, stopReason, objective, elapsedMs, history }
  const result = {
    input: inputJson(source),
    kind,
    dtype,
    settings,
    shares: { validation: request.shares.validation, test: request.shares.test },
    ...fit,
    at: [listLength],
    parts: Object.fromEntries(judged),
    files,
  }
  return JSON.stringify(result, null, 2)
}

/** What a dry run would do. */
export function planText(source: Source, files: readonly string[], json: boolean): string {
  if (json) return JSON.stringify({ dryRun: true, input: inputJson(source), files }, null, 2)
  return [describeSource(source), ...files.map((file) => `would write ${file}`)].join('\n')
}
