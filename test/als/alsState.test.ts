/** The native state of a fit: sweeps against the objective as its definition reads, slots, polynomials along lines. */
import { describe, expect, test } from 'vitest'
import { kernelOptions, type RowSystem } from '../../lib/als/solveRows.ts'
import { epsilonOf, zeros } from '../../lib/core/dtype.ts'
import { normals, uniforms } from '../../lib/core/random.ts'
import { call, create, type Handle, runSync, type Steps } from '../../lib/core/run.ts'
import { type DType, Matrix, SparseMatrix } from '../../lib/index.ts'

const dtypes = ['float64', 'float32'] as const
const [m, n, k] = [60, 45, 7]

function sparse(seed: number, dtype: DType, density = 0.3): SparseMatrix {
  const next = uniforms(seed)
  const normal = normals(seed + 1)
  const dense = Matrix.zeros(m, n)
  for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) if (next() < density) dense.set(i, j, 3 + normal())
  return SparseMatrix.fromDense(dense.toType(dtype))
}

const run = <R>(steps: Steps<R>): R => runSync('test', steps, undefined)

interface Pair {
  readonly W: Matrix
  readonly Z: Matrix // n×k
  readonly b: Float64Array | Float32Array
  readonly c: Float64Array | Float32Array
}

class Fit {
  readonly state: Handle
  readonly A: SparseMatrix
  readonly biases: boolean
  readonly like
  constructor(A: SparseMatrix, biases: boolean) {
    this.A = A
    this.biases = biases
    this.like = zeros(A.dtype, 0)
    this.state = create('alsHandle', A.handle, A.transpose.handle, k, biases, this.like)
  }
  write(slot: number, { W, Z, b, c }: Pair) {
    run(call('alsWrite', this.state, slot, false, W, this.biases ? b : this.like))
    run(call('alsWrite', this.state, slot, true, Z, this.biases ? c : this.like))
  }
  read(slot: number): Pair {
    const [W, Z] = [Matrix.zeros(m, k, { dtype: this.A.dtype }), Matrix.zeros(n, k, { dtype: this.A.dtype })]
    const [b, c] = [zeros(this.A.dtype, m), zeros(this.A.dtype, n)]
    run(call('alsRead', this.state, slot, false, W as Matrix, b))
    run(call('alsRead', this.state, slot, true, Z as Matrix, c))
    return { W, Z, b, c } as Pair
  }
  solve(ofColumns: boolean, system: RowSystem, other: number) {
    const hard = new Int32Array(1)
    return run(call('alsSolve', this.state, ofColumns, ...kernelOptions(system), other, hard, this.like))
  }
}

function random(dtype: DType, seed: number, biases: boolean): Pair {
  const normal = normals(seed)
  const vector = (length: number) => {
    const v = zeros(dtype, length)
    if (biases) for (let i = 0; i < length; i++) v[i] = 0.3 * normal()
    return v
  }
  return {
    W: Matrix.random(m, k, { dtype, seed }) as Matrix,
    Z: Matrix.random(n, k, { dtype, seed: seed + 1 }) as Matrix,
    b: vector(m),
    c: vector(n),
  }
}

/** As the definition reads, in double. */
function objectiveOf(A: SparseMatrix, { W, Z, b, c }: Pair, system: RowSystem, columns: number): number {
  const { kind, regularization, weighting, alpha = 0, globalMean = 0 } = system
  const dense = A.toDense()
  let sum = 0
  const [ofRow, ofColumn] = [new Float64Array(m), new Float64Array(n)]
  const known = new Set<number>()
  for (let i = 0, at = 0; i < m; i++)
    for (; at < A.rowPointers[i + 1]; at++) {
      known.add(i * n + A.columnIndices[at])
      ofRow[i]++
      ofColumn[A.columnIndices[at]]++
    }
  for (let i = 0; i < m; i++)
    for (let j = 0; j < n; j++) {
      let prediction = globalMean + b[i] + c[j]
      for (let q = 0; q < k; q++) prediction += W.get(i, q) * Z.get(j, q)
      const a = dense.get(i, j)
      if (kind === 'implicit')
        sum += (1 + (known.has(i * n + j) ? alpha * Math.abs(a) : 0)) * ((a > 0 ? 1 : 0) - prediction) ** 2
      else if (known.has(i * n + j)) sum += (a - prediction) ** 2
    }
  const squares = (F: Matrix, bias: ArrayLike<number>, i: number) =>
    F.row(i)
      .toArray()
      .flat()
      .reduce((total, x) => total + x * x, bias[i] ** 2)
  for (let i = 0; i < m; i++) sum += regularization * (weighting === 'weighted' ? ofRow[i] : 1) * squares(W, b, i)
  for (let j = 0; j < n; j++) sum += columns * (weighting === 'weighted' ? ofColumn[j] : 1) * squares(Z, c, j)
  return sum
}

const systems: Record<string, { system: RowSystem; biases: boolean }> = {
  ridge: { system: { kind: 'explicit', regularization: 0.7 }, biases: false },
  weighted: {
    system: { kind: 'explicit', regularization: 0.1, weighting: 'weighted', globalMean: 3 },
    biases: true,
  },
  implicit: { system: { kind: 'implicit', regularization: 0.3, alpha: 10 }, biases: false },
}

describe.each(Object.entries(systems))('%s', (_, { system, biases }) => {
  describe.each(dtypes)('%s', (dtype) => {
    const columns = 0.2
    const A = sparse(5, dtype)
    const close = (x: number, y: number, c = 200) =>
      expect(Math.abs(x - y) / Math.abs(y) / epsilonOf(dtype)).toBeLessThan(c)

    test('what is written is read', () => {
      const fit = new Fit(A, biases)
      const pair = random(dtype, 11, biases)
      fit.write(3, pair)
      expect(fit.read(3)).toEqual(pair)
      expect(fit.read(4).W.data.every((x) => x === 0)).toBe(true)
    })

    test('half-sweeps give the objective of what they leave, which never grows', () => {
      const fit = new Fit(A, biases)
      fit.write(0, random(dtype, 21, biases))
      let before = Number.POSITIVE_INFINITY
      for (let half = 0; half < 12; half++) {
        const ofColumns = half % 2 === 0
        const [own, other] = ofColumns ? [columns, system.regularization] : [system.regularization, columns]
        const objective = fit.solve(ofColumns, { ...system, regularization: own }, other)
        const defined = objectiveOf(A, fit.read(0), system, columns)
        close(objective, defined, 2000)
        expect(objective).toBeLessThanOrEqual(before * (1 + 200 * epsilonOf(dtype)))
        before = objective
      }
    })

    test('combinations and inner products of slots', () => {
      const fit = new Fit(A, biases)
      const [x, y] = [random(dtype, 31, biases), random(dtype, 41, biases)]
      fit.write(1, x)
      fit.write(2, y)
      run(call('alsCombine', fit.state, 2, 2, 1, -0.5, 2, fit.like))
      const z = fit.read(2)
      const each = [x.W.data, x.Z.data, x.b, x.c].map((v, q) => [v, [y.W.data, y.Z.data, y.b, y.c][q]] as const)
      for (const [q, result] of [z.W.data, z.Z.data, z.b, z.c].entries())
        for (const [i, value] of result.entries())
          expect(Math.abs(value - (2 * each[q][0][i] - 0.5 * each[q][1][i]))).toBeLessThan(8 * epsilonOf(dtype))
      let inner = 0
      for (const [u, v] of each) for (const [i, value] of u.entries()) inner += value * v[i]
      fit.write(2, y)
      const dot = run(call('alsDot', fit.state, 1, 2, fit.like))
      expect(Math.abs(dot - inner)).toBeLessThan(1e-11)
    })

    test('squared errors at other ratings', () => {
      const fit = new Fit(A, biases)
      const pair = random(dtype, 51, biases)
      fit.write(0, pair)
      const V = sparse(6, dtype, 0.1)
      const { globalMean = 0 } = system
      const errors = run(call('alsErrors', fit.state, 0, V.handle, globalMean, fit.like))
      close(errors, objectiveOf(V, pair, { kind: 'explicit', regularization: 0, globalMean }, 0))
    })

    test.skipIf(system.kind === 'implicit')('the objective along a direction is a polynomial', () => {
      const fit = new Fit(A, biases)
      fit.write(0, random(dtype, 61, biases))
      fit.write(1, random(dtype, 71, biases))
      const coefficients = new Float64Array(5)
      run(call('alsQuartic', fit.like, fit.state, 1, ...kernelOptions(system), columns, coefficients))
      for (const t of [-1.5, -0.1, 0, 0.3, 2]) {
        run(call('alsCombine', fit.state, 2, 1, 0, t, 1, fit.like))
        close(
          coefficients.reduce((sum, c, power) => sum + c * t ** power, 0),
          objectiveOf(A, fit.read(2), system, columns),
          1000,
        )
      }
    })
  })
})
