/** One input approximated in several ways at about the same number of parameters. */
import type { Matrix } from '../../core/matrix.ts'
import { encodePng } from '../../io/png.ts'
import { normAsync } from '../../linalg/index.ts'
import { alignColumns, formatCount, formatShape, formatShare, formatTime } from '../format.ts'
import type { Progress } from '../progress.ts'
import type { Input } from './input.ts'
import { shrink } from './shrink.ts'
import { type Approximated, type Plan, planOf, type Structure } from './structures.ts'
import { previewSide, type Wanted } from './study.ts'

/** What is asked for. */
export interface ComparisonRequest {
  /** Ascending: each stands for r(m + n) numbers. */
  readonly ranks: readonly number[]
  readonly methods: readonly Structure[]
  readonly seed: number
}

/** One way at one rank. */
interface ComparisonResult {
  /** The rank whose number of parameters is aimed at. */
  readonly rank: number
  readonly method: Structure
  /** The sizes that the method took. */
  readonly setting: string
  /** ‖A − Â‖_F / ‖A‖_F over all parts. */
  readonly relativeError: number
  /** Numbers that the factors of all parts hold. */
  readonly parameters: number
  /** Parameters over entries. */
  readonly fraction: number
  readonly parts: readonly { readonly name: string; readonly relativeError: number }[]
  readonly elapsedMs: number
}

/** A matrix to be written: which one it is, and the numbers. */
interface NamedFactor {
  readonly name: string
  readonly factor: Matrix
}

/** A picture as PNG; without a result the original. */
interface ComparisonPicture {
  readonly result?: ComparisonResult
  readonly full?: Uint8Array | undefined
  readonly preview?: Uint8Array | undefined
}

export interface Comparison extends ComparisonRequest {
  readonly input: Input
  readonly results: readonly ComparisonResult[]
  readonly factors: readonly NamedFactor[]
  readonly pictures: readonly ComparisonPicture[]
}

/** 'photo.hadamard.rank20', for the files of a way at a rank. */
function stemOf({ stem }: Input, method: Structure, rank: number): string {
  return `${stem}.${method}.rank${rank}`
}

const factorName = (stem: string, part: string, factor: string) =>
  [stem, part, factor, 'npy'].filter((word) => word !== '').join('.')

const pairsOf = ({ ranks, methods }: ComparisonRequest) =>
  ranks.flatMap((rank) => methods.map((method) => ({ rank, method })))

/** The files that will be there, and whether the sizes fit: refuses what cannot be done before the work begins. */
export function plannedFiles(input: Input, request: ComparisonRequest): string[] {
  return pairsOf(request).flatMap(({ rank, method }) => {
    const stem = stemOf(input, method, rank)
    const { names } = planOf(method, input.rows, input.columns, rank)
    const factors = input.parts.flatMap((part) => names.map((name) => factorName(stem, part.name, name)))
    return [...factors, ...(input.image === undefined ? [] : [`${stem}.png`])]
  })
}

async function rebuilt({ image }: Input, approximated: readonly Approximated[], wanted: Wanted) {
  if (image === undefined || !(wanted.files || wanted.report)) return undefined
  const channels: Matrix[] = []
  for (const part of approximated) channels.push(await part.reconstruct())
  const picture = { ...image, channels }
  return {
    full: wanted.files ? encodePng(picture) : undefined,
    preview: wanted.report ? encodePng(shrink(picture, previewSide)) : undefined,
  }
}

function resultOf(
  { input, rank, method, setting }: { input: Input; rank: number; method: Structure } & Pick<Plan, 'setting'>,
  approximated: readonly Approximated[],
  norms: readonly number[],
  elapsedMs: number,
): ComparisonResult {
  const whole = Math.hypot(...norms)
  const left = approximated.map(({ relativeError }, i) => relativeError * (norms[i] as number))
  const parameters = approximated.reduce((sum, part) => sum + part.parameters, 0)
  return {
    rank,
    method,
    setting,
    relativeError: whole === 0 ? 0 : Math.hypot(...left) / whole,
    parameters,
    fraction: parameters / (input.rows * input.columns * input.parts.length),
    parts: input.parts.map(({ name }, i) => ({ name, relativeError: (approximated[i] as Approximated).relativeError })),
    elapsedMs,
  }
}

/** Approximates an input in every way at every rank. */
export async function compare(
  input: Input,
  request: ComparisonRequest,
  wanted: Wanted,
  progress: Progress,
): Promise<Comparison> {
  const results: ComparisonResult[] = []
  const factors: NamedFactor[] = []
  const pictures: ComparisonPicture[] = []
  const norms = await Promise.all(input.parts.map(({ matrix }) => normAsync(matrix)))
  if (input.image && wanted.report) pictures.push({ preview: encodePng(shrink(input.image, previewSide)) })
  for (const { rank, method } of pairsOf(request)) {
    const plan = planOf(method, input.rows, input.columns, rank)
    const start = performance.now()
    const approximated: Approximated[] = []
    for (const { name, matrix } of input.parts) {
      progress.step(`Approximating${name && ` ${name}`} by ${method}, ${plan.setting}`)
      approximated.push(await plan.run(matrix, request.seed))
    }
    const elapsedMs = performance.now() - start
    const result = resultOf({ input, rank, method, setting: plan.setting }, approximated, norms, elapsedMs)
    results.push(result)
    const picture = await rebuilt(input, approximated, wanted)
    if (picture !== undefined) pictures.push({ result, ...picture })
    if (!wanted.files) continue
    const stem = stemOf(input, method, rank)
    for (const [i, part] of approximated.entries())
      for (const [name, factor] of part.factors)
        factors.push({ name: factorName(stem, input.parts[i]?.name ?? '', name), factor })
  }
  return { ...request, input, results, factors, pictures }
}

/** The files of the pictures, beside the factors. */
export function pictureFiles({ input, pictures }: Comparison): { name: string; bytes: Uint8Array }[] {
  return pictures.flatMap(({ result, full }) =>
    result === undefined || full === undefined
      ? []
      : [{ name: `${stemOf(input, result.method, result.rank)}.png`, bytes: full }],
  )
}

/** A line for each way and rank. */
export function comparisonTable({ input, results }: Comparison): string {
  const parts = input.parts.length === 1 ? '' : ` × ${input.parts.length}`
  const table = alignColumns(
    ['rank', 'method', 'relative error', 'parameters', 'of all', 'sizes', 'time'],
    results.map(({ rank, method, relativeError, parameters, fraction, setting, elapsedMs }) => [
      formatCount(rank),
      method,
      formatShare(relativeError),
      formatCount(parameters),
      formatShare(fraction),
      setting,
      formatTime(elapsedMs),
    ]),
    ['right', 'left', 'right', 'right', 'right', 'left', 'right'],
  )
  return `${input.path}: ${formatShape(input.rows, input.columns)}${parts}\n\n${table}`
}

/** The same for machines. Keys stay what they are from version to version. */
export function comparisonJson({ input, methods, seed, results }: Comparison, files: readonly string[]): string {
  const { path, rows, columns, parts } = input
  const described = { path, rows, columns, parts: parts.map(({ name }) => name), dtype: parts[0]?.matrix.dtype }
  return JSON.stringify({ input: described, methods, seed, results, files }, null, 2)
}
