/**
 * The numbers of `lowrank approx`: one decomposition a part serves all ranks.
 *
 * With A ≈ U·diag(σ)·Vt of rank K and relative error ε, the approximation of rank r ≤ K has
 * ‖A − A_r‖² = ε²‖A‖² + Σ_{i=r+1}^{K} σᵢ²: sums of squares, no cancellation.
 */
import { normAsync } from '../../linalg/index.ts'
import { type Decomposition, decompose, type Method } from './decompose.ts'
import type { Part } from './input.ts'

/** What is asked for: ranks, a target error, or both. */
export interface Request {
  /** Ascending. */
  readonly ranks: readonly number[]
  readonly targetError?: number | undefined
  readonly method: Method
  readonly seed: number
  /** Called before each decomposition. */
  readonly onPart?: (name: string, index: number) => void
}

/** One part's leading singular triplets. */
export interface Factors extends Decomposition {
  readonly name: string
  /** ‖A‖_F */
  readonly norm: number
}

/** One line of the result. */
export interface RankResult {
  readonly rank: number
  /** ‖A − A_r‖_F / ‖A‖_F over all parts. */
  readonly relativeError: number
  /** ‖A_r‖²_F / ‖A_r‖²₂, the mean over parts. */
  readonly stableRank: number
  /** Numbers that the factors hold: r(m + n) a part, with the singular values inside one of them. */
  readonly parameters: number
  /** Parameters over entries. */
  readonly fraction: number
  readonly parts: readonly { readonly name: string; readonly relativeError: number; readonly stableRank: number }[]
}

export interface Approximation {
  readonly factors: readonly Factors[]
  readonly results: readonly RankResult[]
  /** The relative error of every rank from 0 to the largest that was computed. */
  readonly errors: readonly number[]
  /** Whether the target error was reached; undefined where none was asked for. */
  readonly targetReached: boolean | undefined
  readonly decompositionMs: number
}

/** ‖A − A_r‖_F for r = 0 … K. */
function residuals({ singularValues, relativeError, norm }: Factors): number[] {
  const result = [relativeError * norm]
  for (let i = singularValues.length - 1; i >= 0; i--)
    result.push(Math.hypot(result[result.length - 1] as number, singularValues[i] as number))
  return result.reverse()
}

function stableRankOf(singularValues: ArrayLike<number>, rank: number): number {
  const largest = singularValues[0] ?? 0
  let sum = 0
  for (let i = 0; i < rank && largest > 0; i++) sum += ((singularValues[i] as number) / largest) ** 2
  return sum
}

/** Relative errors of a whole made of parts: those of the block-diagonal matrix. */
function combine(perPart: readonly (readonly number[])[], norms: readonly number[]): number[] {
  const whole = Math.hypot(...norms)
  const ranks = Math.min(...perPart.map((part) => part.length))
  return Array.from({ length: ranks }, (_, r) =>
    whole === 0 ? 0 : Math.hypot(...perPart.map((part) => part[r] as number)) / whole,
  )
}

function resultOf(
  rank: number,
  factors: readonly Factors[],
  perPart: readonly number[][],
  errors: readonly number[],
): RankResult {
  const parts = factors.map(({ name, norm, singularValues }, i) => ({
    name,
    relativeError: norm === 0 ? 0 : (perPart[i]?.[rank] as number) / norm,
    stableRank: stableRankOf(singularValues, rank),
  }))
  const { U, Vt } = factors[0] as Factors
  const parameters = rank * (U.rows + Vt.columns) * factors.length
  return {
    rank,
    relativeError: errors[rank] as number,
    stableRank: parts.reduce((sum, part) => sum + part.stableRank, 0) / parts.length,
    parameters,
    fraction: parameters / (U.rows * Vt.columns * factors.length),
    parts,
  }
}

/**
 * Decomposes every part to one rank. With a target, parts are decomposed until each has reached it, and those that
 * needed fewer ranks than another once more.
 */
async function decomposeAll(parts: readonly Part[], request: Request): Promise<Factors[]> {
  const { ranks, targetError, method, seed, onPart } = request
  const run = async ({ name, matrix }: Part, rank: number | undefined, target: number | undefined) => ({
    ...(await decompose(matrix, { rank, targetError: target, method, seed })),
    name,
    norm: await normAsync(matrix),
  })
  const factors: Factors[] = []
  for (const [i, part] of parts.entries()) {
    onPart?.(part.name, i)
    factors.push(await run(part, ranks.at(-1), targetError))
  }
  const rank = Math.max(...factors.map(({ singularValues }) => singularValues.length))
  for (const [i, part] of parts.entries())
    if ((factors[i] as Factors).singularValues.length < rank) {
      onPart?.(part.name, i)
      factors[i] = await run(part, rank, undefined)
    }
  return factors
}

/** The ranks to report: those asked for, up to the first one with the target error. */
function chooseRanks(
  { ranks, targetError }: Request,
  errors: readonly number[],
): { chosen: number[]; reached: boolean | undefined } {
  if (targetError === undefined) return { chosen: [...ranks], reached: undefined }
  // Errors are put together from squares here: what was reached to the last digit must not be missed by one.
  const enough = targetError * (1 + 1e-9)
  const first = errors.findIndex((error, rank) => rank > 0 && error <= enough)
  const limit = ranks.at(-1) ?? errors.length - 1
  if (first < 0 || first > limit) return { chosen: ranks.length > 0 ? [...ranks] : [limit], reached: false }
  return { chosen: [...ranks.filter((rank) => rank < first), first], reached: true }
}

/** Approximates all parts by the same ranks. */
export async function approximate(parts: readonly Part[], request: Request): Promise<Approximation> {
  const start = performance.now()
  const factors = await decomposeAll(parts, request)
  const decompositionMs = performance.now() - start
  const perPart = factors.map(residuals)
  const errors = combine(
    perPart,
    factors.map(({ norm }) => norm),
  )
  const { chosen, reached } = chooseRanks(request, errors)
  const results = chosen.map((rank) => resultOf(rank, factors, perPart, errors))
  return { factors, results, errors, targetReached: reached, decompositionMs }
}
