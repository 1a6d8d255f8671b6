/** Half-sweeps against a least-squares problem for every row by itself, made and solved by plain means. */
import { describe, expect, test } from 'vitest'
import { type SolveRowsOptions, solveRows as steps } from '../../lib/als/solveRows.ts'
import { epsilonOf, type FloatArray, zeros } from '../../lib/core/dtype.ts'
import { normals, uniforms } from '../../lib/core/random.ts'
import { runAsync, runSync } from '../../lib/core/run.ts'
import { type DType, Matrix, SparseMatrix } from '../../lib/index.ts'

const solve = <T extends FloatArray>(A: SparseMatrix<T>, F: Matrix<T>, options: SolveRowsOptions<T>) =>
  runSync('solveRows', steps(A, F, options), undefined)
const solveAsync = <T extends FloatArray>(A: SparseMatrix<T>, F: Matrix<T>, options: SolveRowsOptions<T>) =>
  runAsync('solveRows', steps(A, F, options), undefined)

const dtypes = ['float64', 'float32'] as const

/** Ratings of about 3 ± 1 in rows of the given lengths, columns at random. */
function ratingsOf(lengths: readonly number[], columns: number, seed: number, dtype: DType): SparseMatrix {
  const next = uniforms(seed)
  const row: number[] = []
  const column: number[] = []
  for (const [i, length] of lengths.entries()) {
    const order = Array.from({ length: columns }, (_, j) => ({ j, key: next() })).sort((a, b) => a.key - b.key)
    for (const { j } of order.slice(0, length)) {
      row.push(i)
      column.push(j)
    }
  }
  const normal = normals(seed + 1)
  const value = row.map(() => 3 + normal())
  return SparseMatrix.fromTriplets(lengths.length, columns, { row, column, value }, { dtype })
}

interface Problem {
  readonly A: SparseMatrix
  readonly F: Matrix
  readonly options: SolveRowsOptions
}

/** Row i as weighted least squares min Σ w (t − fᵀx)² + λ‖x‖², in double. */
function rowProblem({ A, F, options }: Problem, i: number) {
  const { kind, regularization, weighting, alpha = 0, globalMean = 0, rowBias, fixedBias } = options
  const width = F.columns + (rowBias ? 1 : 0)
  const feature = (j: number) => Array.from({ length: width }, (_, c) => (c < F.columns ? F.get(j, c) : 1))
  const entries = new Map<number, number>()
  for (let k = A.rowPointers[i]; k < A.rowPointers[i + 1]; k++) entries.set(A.columnIndices[k], A.values[k])
  const all = kind === 'implicit' ? Array.from({ length: A.columns }, (_, j) => j) : [...entries.keys()]
  const lambda = regularization * (weighting === 'weighted' ? entries.size : 1)
  const rows = all.map((j) => {
    const a = entries.get(j)
    if (kind === 'implicit')
      return { f: feature(j), t: (a ?? 0) > 0 ? 1 : 0, w: 1 + (a === undefined ? 0 : alpha * Math.abs(a)) }
    return { f: feature(j), t: (a as number) - globalMean - (fixedBias?.[j] ?? 0), w: 1 }
  })
  return { rows, lambda, width }
}

/** The largest multiple of ε by which a row misses the normal equations, and the sum of the rows' objectives. */
function optimality(problem: Problem, factors: Matrix, bias: FloatArray | undefined) {
  let worst = 0
  let objective = 0
  for (let i = 0; i < factors.rows; i++) {
    const { rows, lambda, width } = rowProblem(problem, i)
    const x = Array.from({ length: width }, (_, c) => (c < factors.columns ? factors.get(i, c) : (bias?.[i] as number)))
    const gradient = x.map((xc) => -lambda * xc)
    const scale = x.map((xc) => lambda * Math.abs(xc))
    for (const { f, t, w } of rows) {
      const prediction = f.reduce((sum, fc, c) => sum + fc * x[c], 0)
      const size = f.reduce((sum, fc, c) => sum + Math.abs(fc * x[c]), Math.abs(t))
      objective += w * (t - prediction) ** 2
      for (const [c, fc] of f.entries()) {
        gradient[c] += w * fc * (t - prediction)
        scale[c] += w * Math.abs(fc) * size
      }
    }
    objective += lambda * x.reduce((sum, xc) => sum + xc * xc, 0)
    const largest = Math.max(...scale)
    if (largest > 0) worst = Math.max(worst, Math.max(...gradient.map(Math.abs)) / largest)
  }
  return { worst: worst / epsilonOf(problem.A.dtype), objective }
}

const lengths = [0, 1, 2, 3, 5, 8, 13, 21, 40, 60, 100, 127, 128, 129, 200, 0, 300, 17, 9, 4, 30, 1]

function problemOf(k: number, dtype: DType, seed: number, options: SolveRowsOptions): Problem {
  const A = ratingsOf(lengths, 300, seed, dtype)
  const F = Matrix.random(300, k, { seed: seed + 2, dtype }) as Matrix
  return { A, F, options }
}

const systems: Record<string, SolveRowsOptions> = {
  ridge: { kind: 'explicit', regularization: 0.5 },
  weighted: { kind: 'explicit', regularization: 0.1, weighting: 'weighted', globalMean: 3 },
  biased: { kind: 'explicit', regularization: 0.1, weighting: 'weighted', globalMean: 3, rowBias: true },
  implicit: { kind: 'implicit', regularization: 0.1, alpha: 40 },
}

describe.each(Object.keys(systems))('%s', (name) => {
  describe.each(dtypes)('%s', (dtype) => {
    test.each([1, 2, 3, 4, 5, 7, 8, 9, 12, 16, 17, 20, 31, 33, 50, 65, 100])('rank %i', async (k) => {
      const seed = 100 * k
      const options = { ...systems[name] } as SolveRowsOptions
      const problem = problemOf(k, dtype, seed, options)
      if (name === 'biased') {
        const fixedBias = zeros(dtype, 300)
        const normal = normals(seed + 3)
        for (let j = 0; j < 300; j++) fixedBias[j] = 0.3 * normal()
        Object.assign(options, { fixedBias })
      }
      const { factors, bias, objective } = solve(problem.A, problem.F, options)
      const best = optimality(problem, factors, bias)
      expect(best.worst, `seed ${seed}`).toBeLessThan(64)
      expect(Math.abs(objective - best.objective) / best.objective / epsilonOf(dtype)).toBeLessThan(5000)
      const promised = await solveAsync(problem.A, problem.F, options)
      expect(promised).toEqual({ factors, ...(bias && { bias }), objective })
      for (const i of [0, 15])
        expect(
          factors
            .row(i)
            .toArray()
            .flat()
            .every((x) => x === 0),
        ).toBe(true)
    })
  })
})
