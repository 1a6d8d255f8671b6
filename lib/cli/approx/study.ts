/** One input approximated: what is printed, reported and written comes from here. */
import { encodePng } from '../../io/png.ts'
import type { Progress } from '../progress.ts'
import { type Approximation, approximate, type RankResult, type Request } from './approximate.ts'
import type { Input } from './input.ts'
import { rebuildImage } from './outputs.ts'
import { shrink } from './shrink.ts'

/** A picture as PNG: in full for a file, small for the report. */
export interface Picture {
  /** 0 is the original. */
  readonly rank: number
  readonly full?: Uint8Array | undefined
  readonly preview?: Uint8Array | undefined
}

/** A line of the result, with the time of the decomposition and of rebuilding the picture, where there is one. */
type TimedResult = RankResult & { readonly elapsedMs: number }

export interface Study extends Approximation, Pick<Request, 'method' | 'seed' | 'targetError'> {
  readonly input: Input
  /** ‖A‖²_F / ‖A‖²₂, the mean over parts. */
  readonly stableRank: number
  readonly results: readonly TimedResult[]
  readonly pictures: readonly Picture[]
}

/** What pictures are wanted for. */
export interface Wanted {
  readonly files: boolean
  readonly report: boolean
}

// Wide enough for a page on a large screen, small enough for a page that holds several.
export const previewSide = 900

function inputStableRank({ factors }: Approximation): number {
  const each = factors.map(({ norm, singularValues }) => (norm === 0 ? 0 : (norm / (singularValues[0] as number)) ** 2))
  return each.reduce((sum, value) => sum + value, 0) / each.length
}

/** Approximates an input, and rebuilds its pictures where they are wanted. */
export async function study(input: Input, request: Request, wanted: Wanted, progress: Progress): Promise<Study> {
  const { image, parts } = input
  const onPart = (name: string, index: number) =>
    progress.step(parts.length === 1 ? 'Decomposing' : `Decomposing ${name} (${index + 1} of ${parts.length})`)
  const approximation = await approximate(parts, { ...request, onPart })
  const results: TimedResult[] = []
  const pictures: Picture[] = []
  if (image && wanted.report) pictures.push({ rank: 0, preview: encodePng(shrink(image, previewSide)) })
  for (const result of approximation.results) {
    if (!image || !(wanted.files || wanted.report)) {
      results.push({ ...result, elapsedMs: approximation.decompositionMs })
      continue
    }
    progress.step(`Rebuilding the picture of rank ${result.rank}`)
    const start = performance.now()
    const rebuilt = await rebuildImage(image, approximation.factors, result.rank)
    results.push({ ...result, elapsedMs: approximation.decompositionMs + performance.now() - start })
    pictures.push({
      rank: result.rank,
      full: wanted.files ? encodePng(rebuilt) : undefined,
      preview: wanted.report ? encodePng(shrink(rebuilt, previewSide)) : undefined,
    })
  }
  const { method, seed, targetError } = request
  return {
    ...approximation,
    input,
    method,
    seed,
    targetError,
    stableRank: inputStableRank(approximation),
    results,
    pictures,
  }
}
