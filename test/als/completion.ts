/**
 * What the tests of both fits have in common: random problems, the objective as its definition reads, brute-force
 * solves.
 */
import { type CompletionModel, Ratings } from '../../lib/als/index.ts'
import { normals, uniforms } from '../../lib/core/random.ts'
import { type DType, lstsq, Matrix, SparseMatrix } from '../../lib/index.ts'

export const epsilon = { float64: 2 ** -52, float32: 2 ** -23 } as const

/** Ratings near a matrix of rank 3, of which a part is known; row 1 and column 2 have none. */
export function randomRatings(
  rows: number,
  columns: number,
  { density = 0.3, seed = 1, dtype = 'float64' as DType, noise = 0.3, positive = false } = {},
): Ratings {
  const next = uniforms(seed)
  const normal = normals(seed + 1)
  const W = Matrix.random(rows, 3, { seed: seed + 2 })
  const Z = Matrix.random(3, columns, { seed: seed + 3 })
  const [row, column, value]: [number[], number[], number[]] = [[], [], []]
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) {
      if (next() > density || i === 1 || j === 2) continue
      let sum = 3 + noise * normal()
      for (let c = 0; c < 3; c++) sum += W.get(i, c) * Z.get(c, j)
      row.push(i)
      column.push(j)
      value.push(positive ? Math.abs(sum) : sum)
    }
  return new Ratings(SparseMatrix.fromTriplets(rows, columns, { row, column, value }, { dtype }))
}

export interface Entry {
  readonly i: number
  readonly j: number
  readonly value: number
}

export function entriesOf({ matrix }: Ratings): Entry[] {
  const entries: Entry[] = []
  for (let i = 0, e = 0; i < matrix.rows; i++)
    for (; e < (matrix.rowPointers[i + 1] as number); e++)
      entries.push({ i, j: matrix.columnIndices[e] as number, value: matrix.values[e] as number })
  return entries
}

/** λᵢ of each row and λⱼ of each column. */
export function penaltiesOf(ratings: Ratings, { regularization, weighting }: CompletionModel['settings']) {
  const W = new Float64Array(ratings.rows).fill(regularization.W)
  const Z = new Float64Array(ratings.columns).fill(regularization.Z)
  if (weighting === 'ridge') return { W, Z }
  const counts = { W: new Float64Array(ratings.rows), Z: new Float64Array(ratings.columns) }
  for (const { i, j } of entriesOf(ratings)) {
    counts.W[i] = (counts.W[i] as number) + 1
    counts.Z[j] = (counts.Z[j] as number) + 1
  }
  return {
    W: W.map((value, i) => value * (counts.W[i] as number)),
    Z: Z.map((value, j) => value * (counts.Z[j] as number)),
  }
}

/** The model's x̂ᵢⱼ, in double. */
export function predicted({ W, Z, rowBias, columnBias, globalMean }: CompletionModel, i: number, j: number): number {
  let sum = globalMean + (rowBias?.[i] ?? 0) + (columnBias?.[j] ?? 0)
  for (let c = 0; c < W.columns; c++) sum += W.get(i, c) * Z.get(c, j)
  return sum
}

/** The root mean square error on other ratings of the same shape. */
export function rmseOf(model: CompletionModel, held: Ratings): number {
  const entries = entriesOf(held)
  const squares = entries.reduce((sum, { i, j, value }) => sum + (value - predicted(model, i, j)) ** 2, 0)
  return Math.sqrt(squares / entries.length)
}

/** The objective as its definition reads. */
export function objectiveOf(model: CompletionModel): number {
  const { ratings, settings, W, Z, rowBias, columnBias, kind } = model
  const penalties = penaltiesOf(ratings, settings)
  let sum = 0
  if (kind === 'explicit')
    for (const { i, j, value } of entriesOf(ratings)) sum += (value - predicted(model, i, j)) ** 2
  else {
    const r = new Float64Array(ratings.rows * ratings.columns)
    for (const { i, j, value } of entriesOf(ratings)) r[i * ratings.columns + j] = value
    for (let i = 0; i < ratings.rows; i++)
      for (let j = 0; j < ratings.columns; j++) {
        const value = r[i * ratings.columns + j] as number
        sum += (1 + settings.alpha * Math.abs(value)) * ((value > 0 ? 1 : 0) - predicted(model, i, j)) ** 2
      }
  }
  for (let i = 0; i < W.rows; i++) {
    sum += (penalties.W[i] as number) * (rowBias?.[i] ?? 0) ** 2
    for (let c = 0; c < W.columns; c++) sum += (penalties.W[i] as number) * W.get(i, c) ** 2
  }
  for (let j = 0; j < Z.columns; j++) {
    sum += (penalties.Z[j] as number) * (columnBias?.[j] ?? 0) ** 2
    for (let c = 0; c < Z.rows; c++) sum += (penalties.Z[j] as number) * Z.get(c, j) ** 2
  }
  return sum
}

/**
 * One side of the model solved for the other by dense least squares, one row at a time, without anything that the
 * library fits with.
 */
export function bruteForce(
  model: CompletionModel,
  side: 'rows' | 'columns',
  fixed: { readonly factors: (index: number) => number[]; readonly bias: (index: number) => number },
): number[][] {
  const { ratings, settings, globalMean, kind } = model
  const { rank, biases, alpha } = settings
  const penalties = penaltiesOf(ratings, settings)[side === 'rows' ? 'W' : 'Z']
  const lists: Entry[][] = Array.from({ length: side === 'rows' ? ratings.rows : ratings.columns }, () => [])
  for (const entry of entriesOf(ratings)) lists[side === 'rows' ? entry.i : entry.j]?.push(entry)
  const width = rank + (biases ? 1 : 0)
  const others = side === 'rows' ? ratings.columns : ratings.rows
  return lists.map((list, index) => {
    const equations: number[][] = []
    const targets: number[] = []
    const add = (other: number, confidence: number, target: number) => {
      const root = Math.sqrt(confidence)
      equations.push([...fixed.factors(other), ...(biases ? [1] : [])].map((value) => root * value))
      targets.push(root * target)
    }
    const known = new Map(list.map(({ i, j, value }) => [side === 'rows' ? j : i, value]))
    if (kind === 'explicit') for (const [other, value] of known) add(other, 1, value - globalMean - fixed.bias(other))
    else
      for (let other = 0; other < others; other++) {
        const value = known.get(other) ?? 0
        add(other, 1 + alpha * Math.abs(value), value > 0 ? 1 : 0)
      }
    for (let c = 0; c < width; c++) {
      equations.push(Array.from({ length: width }, (_, d) => (c === d ? Math.sqrt(penalties[index] as number) : 0)))
      targets.push(0)
    }
    return Array.from(lstsq(Matrix.from(equations), Float64Array.from(targets)).X)
  })
}
