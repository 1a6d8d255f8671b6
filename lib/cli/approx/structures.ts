/** Ways to hold a matrix in few numbers, and how each comes nearest to the numbers that a rank stands for: r(m + n). */
import { factorizeAsync, hadamardALSAsync, khatriRaoALSAsync, kroneckerALSAsync } from '../../als/index.ts'
import { ArgumentError, sentence } from '../../core/errors.ts'
import { Matrix } from '../../core/matrix.ts'
import { matmulAsync, truncatedSVDAsync } from '../../linalg/index.ts'

export const structures = ['svd', 'randomized', 'als', 'hadamard', 'kronecker', 'khatri-rao'] as const
export type Structure = (typeof structures)[number]

/** One matrix, approximated. */
export interface Approximated {
  readonly relativeError: number
  readonly parameters: number
  /** The factors by their names in files. */
  readonly factors: readonly (readonly [name: string, factor: Matrix])[]
  reconstruct(): Promise<Matrix>
}

/** What a structure does with m×n matrices at a rank. */
export interface Plan {
  /** Its own sizes, as 'ranks 10 + 10'. */
  readonly setting: string
  /** The names of its factors. */
  readonly names: readonly string[]
  run(A: Matrix, seed: number): Promise<Approximated>
}

// Many sweeps gain little: enough to tell the structures apart.
const sweeps = { maxIterations: 100, tolerance: 1e-4 }

function svdPlan(method: 'svd' | 'randomized', rank: number): Plan {
  return {
    setting: `rank ${rank}`,
    names: ['U', 'singularValues', 'Vt'],
    async run(A, seed) {
      const { U, singularValues, Vt, relativeError } = await truncatedSVDAsync(A, { rank, method, seed })
      const scaled = U.copy()
      for (let k = 0; k < scaled.data.length; k++)
        scaled.data[k] = (scaled.data[k] as number) * (singularValues[k % rank] as number)
      return {
        relativeError,
        parameters: rank * (A.rows + A.columns),
        factors: [
          ['U', U],
          ['singularValues', new Matrix(singularValues, rank, 1)],
          ['Vt', Vt],
        ],
        reconstruct: () => matmulAsync(scaled, Vt),
      }
    },
  }
}

function alsPlan(rank: number): Plan {
  return {
    setting: `rank ${rank}`,
    names: ['W', 'Z'],
    async run(A, seed) {
      const result = await factorizeAsync(A, { rank, method: 'als', seed, ...sweeps })
      const { W, Z, relativeError, parameters } = result
      return {
        relativeError,
        parameters,
        factors: [
          ['W', W],
          ['Z', Z],
        ],
        reconstruct: () => result.reconstructAsync(),
      }
    },
  }
}

function hadamardPlan(rank: number): Plan {
  const ranks = [Math.max(1, Math.ceil(rank / 2)), Math.max(1, Math.floor(rank / 2))]
  return {
    setting: `ranks ${ranks.join(' + ')}`,
    names: ['C1', 'D1', 'C2', 'D2'],
    async run(A, seed) {
      const result = await hadamardALSAsync(A, { ranks, seed, ...sweeps })
      return {
        ...result,
        factors: result.factors.flatMap(
          ({ C, D }, t) =>
            [
              [`C${t + 1}`, C],
              [`D${t + 1}`, D],
            ] as const,
        ),
        reconstruct: () => result.reconstructAsync(),
      }
    },
  }
}

function divisorsOf(n: number): number[] {
  const small: number[] = []
  for (let d = 1; d * d <= n; d++) if (n % d === 0) small.push(d)
  return [...new Set([...small, ...small.map((d) => n / d)])]
}

/** The one with the least measure; the first of several. */
function best<X>(candidates: readonly X[], measure: (candidate: X) => number): X | undefined {
  let least = Infinity
  let found: X | undefined
  for (const candidate of candidates) {
    const value = measure(candidate)
    if (value >= least * (1 - 1e-12)) continue
    least = value
    found = candidate
  }
  return found
}

/**
 * Shapes that make a term nearly as small as can be, of blocks as square as that allows, and as many terms as come
 * nearest.
 */
function kroneckerPlan(rows: number, columns: number, rank: number): Plan {
  const pairs = divisorsOf(rows).flatMap((m1) => divisorsOf(columns).map((n1) => [m1, n1] as const))
  const size = ([m1, n1]: readonly [number, number]) => m1 * n1 + (rows / m1) * (columns / n1)
  const squareness = ([m1, n1]: readonly [number, number]) => Math.abs(Math.log((rows * n1 ** 2) / (columns * m1 ** 2)))
  const [m1, n1] = best(pairs, (pair) => size(pair) * (1 + 0.01 * squareness(pair))) as readonly [number, number]
  const [m2, n2] = [rows / m1, columns / n1]
  const most = Math.min(m1 * n1, m2 * n2)
  const terms = Math.max(1, Math.min(most, Math.round((rank * (rows + columns)) / (m1 * n1 + m2 * n2))))
  return {
    setting: `${terms} × (${m1}×${n1} ⊗ ${m2}×${n2})`,
    names: ['B', 'C'],
    async run(A, seed) {
      const shapes = [
        [m1, n1],
        [m2, n2],
      ] as const
      const result = await kroneckerALSAsync(A, { shapes, terms, seed })
      // All terms in one file each: a row a term, its entries row by row.
      const stacked = (side: 'B' | 'C', length: number) => {
        const all = Matrix.zeros(terms, length, { dtype: A.dtype }) as Matrix
        for (const [t, term] of result.factors.entries()) all.data.set(term[side].data, t * length)
        return all
      }
      return {
        ...result,
        factors: [
          ['B', stacked('B', m1 * n1)],
          ['C', stacked('C', m2 * n2)],
        ],
        reconstruct: () => result.reconstructAsync(),
      }
    },
  }
}

/** All ways to write n as a product of two or more ascending numbers from `least` on. */
function factorizations(n: number, least = 2): number[][] {
  const found: number[][] = []
  for (let d = least; d * d <= n; d++)
    if (n % d === 0) found.push([d, n / d], ...factorizations(n / d, d).map((rest) => [d, ...rest]))
  return found
}

/** The chain whose n·Σp comes nearest; the shorter one of two. */
function khatriRaoPlan(rows: number, columns: number, rank: number): Plan {
  const budget = rank * (rows + columns)
  const chains = factorizations(rows).sort((a, b) => a.length - b.length)
  const sum = (chain: readonly number[]) => chain.reduce((total, extent) => total + extent, 0)
  const chain = best(chains, (chain) => 1 + Math.abs(Math.log((columns * sum(chain)) / budget)))
  if (chain === undefined)
    throw new ArgumentError(
      sentence('approx', 'a matrix whose rows have divisors', `${rows} rows`, 'crop it for khatri-rao'),
    )
  return {
    setting: `rows ${chain.join('·')}`,
    names: chain.map((_, t) => `B${t + 1}`),
    async run(A) {
      const result = await khatriRaoALSAsync(A, { rows: chain, ...sweeps })
      return {
        ...result,
        factors: result.factors.map((factor, t) => [`B${t + 1}`, factor] as const),
        reconstruct: () => result.reconstructAsync(),
      }
    },
  }
}

/** How a structure holds a matrix (rows×columns) in about as many numbers as one of this rank. */
export function planOf(structure: Structure, rows: number, columns: number, rank: number): Plan {
  switch (structure) {
    case 'svd':
    case 'randomized':
      return svdPlan(structure, rank)
    case 'als':
      return alsPlan(rank)
    case 'hadamard':
      return hadamardPlan(rank)
    case 'kronecker':
      return kroneckerPlan(rows, columns, rank)
    case 'khatri-rao':
      return khatriRaoPlan(rows, columns, rank)
  }
}
