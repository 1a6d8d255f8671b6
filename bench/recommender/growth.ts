/**
 * How the time of a sweep grows with the ratings: once with as many ratings a row (more users and items), once with as
 * large a share of the entries (rows and columns grow as the root).
 */
import { type DType, Matrix, SparseMatrix } from 'lowrank'
import { completeALS, Ratings } from 'lowrank/als'
import type { Row } from '../recommender.ts'
import { median } from '../statistics.ts'

const rank = 20
const counts = [1e5, 1e6, 1e7] as const

const shapes = {
  '50 ratings a row, 200 a column': (count: number) => [count / 50, count / 200],
  '1 % of the entries': (count: number) => [20 * Math.sqrt(count), 5 * Math.sqrt(count)],
} as const

/** Every row has as many ratings, one at random in each of as many stretches of its columns. */
function ratingsOf(rows: number, columns: number, each: number, dtype: DType): Ratings {
  const places = Matrix.random(rows, each, { distribution: 'uniform', seed: 1 }).data
  const values = Matrix.random(rows, each, { seed: 2, dtype }).data
  const stretch = Math.floor(columns / each)
  const columnIndices = Int32Array.from(places, (place, e) => Math.floor(((e % each) + place) * stretch))
  const rowPointers = Int32Array.from({ length: rows + 1 }, (_, i) => i * each)
  return new Ratings(SparseMatrix.fromCSR(rows, columns, { rowPointers, columnIndices, values }))
}

/** Milliseconds of a sweep with its objective, the median of those after the first two. */
function sweepTime(ratings: Ratings): number {
  const ends: number[] = []
  completeALS(ratings, {
    rank,
    regularization: 0.1,
    maxIterations: Math.max(9, Math.min(100, Math.round(1e7 / ratings.count))),
    tolerance: 0,
    acceleration: 'none',
    solver: 'cholesky',
    onIteration: () => void ends.push(performance.now()),
  })
  return median(ends.slice(3).map((end, s) => end - (ends[s + 2] as number)))
}

/** The exponent p of y ~ xᵖ, by least squares of the logarithms. */
function exponent(x: readonly number[], y: readonly number[]): number {
  const [u, v] = [x, y].map((values) => {
    const logs = values.map(Math.log)
    const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length
    return logs.map((log) => log - mean)
  }) as [number[], number[]]
  const product = (a: number[], b: number[]) => a.reduce((sum, value, i) => sum + value * (b[i] as number), 0)
  return product(u, v) / product(u, u)
}

export async function growth(): Promise<Row[]> {
  return Object.entries(shapes).flatMap(([shape, sizeOf]) =>
    (['float64', 'float32'] as const).map((dtype) => {
      const sizes = counts.map((count) => {
        const [rows, columns] = sizeOf(count).map(Math.round) as [number, number]
        return { rows, columns, each: Math.round(count / rows) }
      })
      const times = sizes.map(({ rows, columns, each }) => sweepTime(ratingsOf(rows, columns, each, dtype)))
      const ratings = sizes.map(({ rows, each }) => rows * each)
      return {
        experiment: `${shape}, k = ${rank}`,
        dtype,
        'ms, 1e5 ratings': times[0] as number,
        'ms, 1e6': times[1] as number,
        'ms, 1e7': times[2] as number,
        'exponent of the ratings': exponent(ratings, times),
      }
    }),
  )
}
