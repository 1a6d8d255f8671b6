import type { Request } from '../approx/approximate.ts'
import { readInput } from '../approx/input.ts'
import { describeInput, resultTable } from '../approx/print.ts'
import { type Study, study } from '../approx/study.ts'
import type { Progress } from '../progress.ts'
import type { Chapter } from '../report/chapter.ts'

/** What steps share. */
export interface Context {
  /** Where steps may write. */
  readonly folder: string
  readonly progress: Progress
  readonly say: (text: string) => void
}

/** One thing that the quickstart shows. */
export interface Step {
  readonly title: string
  readonly run: (context: Context) => Promise<Chapter>
}

/** Does what `lowrank approx` does with a file, and prints what it prints. */
export async function approximateFile(
  path: string,
  ranks: readonly number[],
  { progress, say }: Context,
): Promise<Study> {
  const request: Request = { ranks, method: 'auto', seed: 0 }
  progress.step(`Reading ${path}`)
  const input = await readInput(path)
  const result = await study(input, request, { files: false, report: true }, progress)
  progress.stop()
  say(`$ lowrank approx ${path} --rank ${ranks.join(',')}\n`)
  say(`${describeInput(result)}\n\n${resultTable(result)}`)
  return result
}
