import { CompletionModel, type Recommendations } from '../../als/index.ts'
import { setThreads } from '../../core/threads.ts'
import { alignColumns } from '../format.ts'
import type { CommonOptions } from '../options.ts'

/** The options of `lowrank recommend` as they come from the command line. */
export interface RecommendOptions extends CommonOptions {
  readonly count?: number
  readonly seen?: boolean
}

function tableOf({ items, scores }: Recommendations): string {
  const lines = items.map((item, k) => [String(item), (scores[k] as number).toFixed(4)])
  return lines.length === 0 ? 'nothing is left to recommend' : alignColumns(['item', 'score'], lines, ['left', 'right'])
}

/** Runs `lowrank recommend`: reads the model, and prints a list for each row. */
export async function recommend(path: string, rows: readonly string[], options: RecommendOptions): Promise<void> {
  const { json = false, threads, count, seen = false } = options
  if (threads !== undefined) setThreads(threads)
  const model = await CompletionModel.load(path)
  const lists = await model.recommendAsync(rows, { count, exclude: seen ? 'none' : 'seen' })
  const named = rows.map((row) => model.rowIds.at(model.rowIds.indexOf(row)))
  if (json) {
    const results = lists.map(({ items, scores }, i) => ({ row: named[i], items, scores: Array.from(scores) }))
    process.stdout.write(`${JSON.stringify({ model: path, results }, null, 2)}\n`)
    return
  }
  const tables = lists.map((list, i) => (rows.length === 1 ? '' : `${named[i]}\n`) + tableOf(list))
  process.stdout.write(`${tables.join('\n\n')}\n`)
}
