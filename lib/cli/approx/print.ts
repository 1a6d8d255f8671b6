/** The result of `lowrank approx`, as a table and as JSON. */
import { alignColumns, formatCount, formatNumber, formatShape, formatShare, formatTime } from '../format.ts'
import type { Study } from './study.ts'

/** One line on what was approximated. */
export function describeInput({ input, stableRank }: Study): string {
  const names = input.parts.map(({ name }) => name)
  const parts =
    names.length === 1 ? '' : input.image ? ` × ${names.length} (${names.join(', ')})` : ` × ${names.length}`
  return `${input.path}: ${formatShape(input.rows, input.columns)}${parts}, stable rank ${formatNumber(stableRank)}`
}

/** A line for each rank. */
export function resultTable({ results }: Study): string {
  return alignColumns(
    ['rank', 'relative error', 'stable rank', 'parameters', 'of all', 'time'],
    results.map(({ rank, relativeError, stableRank, parameters, fraction, elapsedMs }) => [
      formatCount(rank),
      formatShare(relativeError),
      formatNumber(stableRank),
      formatCount(parameters),
      formatShare(fraction),
      formatTime(elapsedMs),
    ]),
    ['right', 'right', 'right', 'right', 'right', 'right'],
  )
}

/** The same for machines. Keys stay what they are from version to version. */
export function resultJson(study: Study, files: readonly string[]): string {
  const { input, method, seed, targetError, targetReached, stableRank, decompositionMs, results } = study
  const { path, rows, columns, parts } = input
  return JSON.stringify(
    {
      input: { path, rows, columns, parts: parts.map(({ name }) => name), dtype: parts[0]?.matrix.dtype, stableRank },
      method,
      seed,
      targetError: targetError ?? null,
      targetReached: targetReached ?? null,
      decompositionMs,
      results,
      files,
    },
    null,
    2,
  )
}
