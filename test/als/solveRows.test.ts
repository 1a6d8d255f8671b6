/** Half-sweeps against a least-squares problem for every row by itself, made and solved by plain means. */
import { describe, expect, test } from 'vitest'
import { type SolveRowsOptions, solveRows as steps } from '../../lib/als/solveRows.ts'
import { epsilonOf, type FloatArray, zeros } from '../../lib/core/dtype.ts'
import { normals, uniforms } from '../../lib/core/random.ts'
import { runAsync, runSync } from '../../lib/core/run.ts'
import { type DType, getThreads, lstsq, Matrix, SparseMatrix, setThreads } from '../../lib/index.ts'

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

describe.each(dtypes)('rows that Cholesky cannot solve, %s', (dtype) => {
  const epsilon = epsilonOf(dtype)

  test.each([1, 3, 8, 20, 50])('without a penalty it is the least-squares solution of least norm, rank %i', (k) => {
    const problem = problemOf(k, dtype, 7 * k, { kind: 'explicit', regularization: 0 })
    const { factors, objective } = solve(problem.A, problem.F, problem.options)
    let sum = 0
    for (let i = 0; i < lengths.length; i++) {
      const { rows } = rowProblem(problem, i)
      if (rows.length === 0) {
        expect(
          factors
            .row(i)
            .toArray()
            .flat()
            .every((x) => x === 0),
        ).toBe(true)
        continue
      }
      const { X, residuals, singularValues } = lstsq(
        Matrix.from(rows.map(({ f }) => f)),
        rows.map(({ t }) => t),
        { method: 'svd' },
      ) as unknown as { X: Float64Array; residuals: Float64Array; singularValues: Float64Array }
      sum += residuals[0]
      const least = singularValues[singularValues.length - 1]
      const condition = singularValues[0] / least
      const size = Math.hypot(...X)
      const apart = Math.hypot(...X.map((x, c) => x - factors.get(i, c)))
      // What rounded data allow: κ, and κ² of the residual.
      const allowed = condition * (size + (condition * Math.sqrt(residuals[0])) / singularValues[0])
      expect(apart, `row ${i}, condition ${condition}`).toBeLessThan(100 * epsilon * allowed)
    }
    expect(Math.abs(objective - sum)).toBeLessThan(5000 * epsilon * (sum + epsilon * 1e4))
  })

  test('equal columns of factors share the weight equally, and nothing is NaN', () => {
    for (const kind of ['explicit', 'implicit'] as const) {
      const problem = problemOf(6, dtype, 5, { kind, regularization: 0, alpha: 2 })
      for (let j = 0; j < 300; j++) problem.F.set(j, 5, problem.F.get(j, 0))
      const { factors, objective } = solve(problem.A, problem.F, problem.options)
      expect(Number.isFinite(objective)).toBe(true)
      for (let i = 0; i < factors.rows; i++) {
        const [x, y] = [factors.get(i, 0), factors.get(i, 5)]
        expect(Math.abs(x - y), `${kind}, row ${i}`).toBeLessThanOrEqual(3e4 * epsilon * Math.abs(x))
      }
    }
  })

  test('tiny and huge ratings and factors', () => {
    const scales = dtype === 'float64' ? [1e-150, 1e150] : [1e-18, 1e18]
    for (const ofRatings of scales)
      for (const ofFactors of scales) {
        const { A, F, options } = problemOf(9, dtype, 3, { kind: 'explicit', regularization: 0 })
        const scaled = SparseMatrix.fromCSR(A.rows, A.columns, { ...A, values: A.values.map((x) => x * ofRatings) })
        for (let e = 0; e < F.data.length; e++) F.data[e] *= ofFactors
        const { factors } = solve(scaled, F, options)
        expect(factors.data.every(Number.isFinite), `${ofRatings}, ${ofFactors}`).toBe(true)
      }
  })
})

describe.each(dtypes)('non-negative rows, %s', (dtype) => {
  test.each([1, 4, 9, 20, 33, 50])('meet the conditions of their optimum, rank %i', async (k) => {
    for (const [name, system] of Object.entries(systems)) {
      if (name === 'biased') continue
      const options = { ...system, globalMean: 0, method: 'nonnegative' } as SolveRowsOptions
      const problem = problemOf(k, dtype, 3 * k, options)
      const { factors, objective } = solve(problem.A, problem.F, options)
      let sum = 0
      for (let i = 0; i < factors.rows; i++) {
        const { rows, lambda, width } = rowProblem(problem, i)
        if (A0(problem, i)) continue
        const x = factors.row(i).toArray().flat()
        for (let c = 0; c < width; c++) {
          let gradient = -lambda * x[c]
          let scale = lambda * x[c]
          for (const { f, t, w } of rows) {
            const prediction = f.reduce((total, fd, d) => total + fd * x[d], 0)
            gradient += w * f[c] * (t - prediction)
            scale += w * Math.abs(f[c]) * f.reduce((total, fd, d) => total + Math.abs(fd * x[d]), Math.abs(t))
          }
          const tolerance = 100 * epsilonOf(dtype) * scale
          expect(x[c], `${name} row ${i}`).toBeGreaterThanOrEqual(0)
          if (x[c] > 0) expect(Math.abs(gradient), `${name} row ${i} column ${c}`).toBeLessThanOrEqual(tolerance)
          else expect(gradient, `${name} row ${i} column ${c}`).toBeLessThanOrEqual(tolerance)
        }
        for (const { f, t, w } of rows) sum += w * (t - f.reduce((total, fd, d) => total + fd * x[d], 0)) ** 2
        sum += lambda * x.reduce((total, xc) => total + xc * xc, 0)
      }
      expect(Math.abs(objective - sum) / sum / epsilonOf(dtype), name).toBeLessThan(5000)
    }
  })
})

/** Rows without entries. */
const A0 = ({ A }: Problem, i: number) => A.rowPointers[i] === A.rowPointers[i + 1]

describe.each(dtypes)('conjugate gradients, %s', (dtype) => {
  test.each(Object.entries(systems))('%s: as many steps as unknowns give the minimizer', (_, system) => {
    for (const k of [1, 5, 8, 17]) {
      const options = { ...system, method: 'cg', steps: 3 * k + 5 } as SolveRowsOptions
      const problem = problemOf(k, dtype, k, options)
      const { factors, bias, objective } = solve(problem.A, problem.F, options)
      const exact = solve(problem.A, problem.F, { ...options, method: 'cholesky' })
      expect(Math.abs(objective - exact.objective) / exact.objective / epsilonOf(dtype)).toBeLessThan(5000)
      expect(optimality(problem, factors, bias).worst).toBeLessThan(2000)
    }
  })

  test.each(Object.entries(systems))('%s: few steps give the objective of what they return', (_, system) => {
    const options = { ...system, method: 'cg', steps: 2 } as SolveRowsOptions
    const problem = problemOf(20, dtype, 9, options)
    const { factors, bias, objective } = solve(problem.A, problem.F, options)
    const defined = optimality(problem, factors, bias).objective
    expect(Math.abs(objective - defined) / defined / epsilonOf(dtype)).toBeLessThan(5000)
    const further = solve(problem.A, problem.F, { ...options, steps: 4 }).objective
    const exact = solve(problem.A, problem.F, { ...options, method: 'cholesky' }).objective
    expect(further).toBeLessThan(objective)
    expect(exact).toBeLessThan(further)
  })
})

describe.each(['cholesky', 'cg', 'nonnegative'] as const)('%s', (method) => {
  test('the same bits for any number of threads', () => {
    const before = getThreads()
    try {
      for (const dtype of dtypes)
        for (const [name, system] of Object.entries(systems)) {
          if (method === 'nonnegative' && name === 'biased') continue
          const many = Array.from({ length: 1500 }, (_, i) => (i * 7919) % 90)
          const A = ratingsOf(many, 100, 1, dtype)
          const F = Matrix.random(100, 12, { seed: 4, dtype }) as Matrix
          const results = [1, 2, 3].map((threads) => {
            setThreads(threads)
            return solve(A, F, { ...system, method })
          })
          expect(results[1], `${dtype} ${name}`).toEqual(results[0])
          expect(results[2], `${dtype} ${name}`).toEqual(results[0])
        }
    } finally {
      setThreads(before)
    }
  })

  test('a row does not depend on the rows beside it', () => {
    const A = ratingsOf(lengths, 300, 8, 'float64')
    const F = Matrix.random(300, 10, { seed: 4 }) as Matrix
    const options = { kind: 'explicit', regularization: 0.1, method } as const
    const { factors } = solve(A, F, options)
    for (let i = 0; i < A.rows; i++) {
      const [begin, end] = [A.rowPointers[i], A.rowPointers[i + 1]]
      const alone = SparseMatrix.fromCSR(1, 300, {
        rowPointers: [0, end - begin],
        columnIndices: A.columnIndices.slice(begin, end),
        values: A.values.slice(begin, end),
      })
      expect(solve(alone, F, options).factors.toArray()).toEqual(factors.view([i, i + 1]).toArray())
    }
  })
})
