import { describe, expect, test, vi } from 'vitest'
import { type Factorization, type FactorizeOptions, factorize, factorizeAsync } from '../../lib/als/index.ts'
import {
  ArgumentError,
  ConvergenceError,
  Matrix,
  matmul,
  norm,
  qr,
  ShapeError,
  SparseMatrix,
  scale,
  subtract,
  truncatedSVD,
} from '../../lib/index.ts'

type DType = 'float64' | 'float32'
type Input = Matrix | SparseMatrix
const epsilon = { float64: 2 ** -52, float32: 2 ** -23 }
const wide = (A: Input): Matrix<Float64Array> => (A instanceof SparseMatrix ? A.toDense() : A).toType('float64')
const both = (value: FactorizeOptions['regularization'] = 0) =>
  typeof value === 'number' ? { W: value, Z: value } : value

/** A (m×n) whose singular values are 1, ρ, ρ², … */
function decaying(m: number, n: number, ratio: number, dtype: DType = 'float64', seed = 1): Matrix {
  const k = Math.min(m, n)
  const U = qr(Matrix.random(m, k, { seed })).Q
  const V = qr(Matrix.random(n, k, { seed: seed + 1 })).Q
  const S = Matrix.diagonal(Array.from({ length: k }, (_, i) => ratio ** i))
  return matmul(matmul(U, S), V.transpose).toType(dtype) as Matrix
}

function sparse(m: number, n: number, dtype: DType, seed = 1): SparseMatrix {
  const A = decaying(m, n, 0.5, dtype, seed).copy()
  const keep = Matrix.random(m, n, { distribution: 'uniform', seed })
  for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) if (keep.get(i, j) > 0.3) A.set(i, j, 0)
  return SparseMatrix.fromDense(A)
}

/** ‖A − WZ‖² + λw‖W‖² + λz‖Z‖² */
function objectiveOf(A: Input, W: Matrix, Z: Matrix, regularization?: FactorizeOptions['regularization']): number {
  const lambda = both(regularization)
  const [a, w, z] = [wide(A), W.toType('float64'), Z.toType('float64')]
  return norm(subtract(a, matmul(w, z))) ** 2 + lambda.W * norm(w) ** 2 + lambda.Z * norm(z) ** 2
}

/** The gradient's norm over that of AZᵀ and WᵀA: zero where both half-sweeps would change nothing. */
function stationarity(A: Input, { W, Z }: Factorization, regularization?: FactorizeOptions['regularization']): number {
  const lambda = both(regularization)
  const [a, w, z] = [wide(A), W.toType('float64'), Z.toType('float64')]
  const residual = subtract(matmul(w, z), a)
  const add = (X: Matrix, Y: Matrix, factor: number) => {
    const sum = X.copy()
    for (let i = 0; i < X.rows; i++)
      for (let j = 0; j < X.columns; j++) sum.set(i, j, X.get(i, j) + factor * Y.get(i, j))
    return sum
  }
  const left = add(matmul(residual, z.transpose), w, lambda.W)
  const right = add(matmul(w.transpose, residual), z, lambda.Z)
  return Math.max(norm(left) / (norm(matmul(a, z.transpose)) || 1), norm(right) / (norm(matmul(w.transpose, a)) || 1))
}

const regularizations = [0, 0.01, { W: 0.04, Z: 0.0025 }]
const inputs: readonly [string, (dtype: DType) => Input][] = [
  ['tall', (dtype) => decaying(60, 30, 0.6, dtype)],
  ['wide', (dtype) => decaying(25, 70, 0.6, dtype)],
  ['square', (dtype) => decaying(40, 40, 0.6, dtype)],
  ['strided view', (dtype) => decaying(80, 50, 0.6, dtype).transpose.view([3, 43], [1, 71])],
  ['1×1', (dtype) => Matrix.from([[2]], { dtype })],
  ['sparse', (dtype) => sparse(60, 40, dtype)],
  ['rank 3', (dtype) => matmul(Matrix.random(30, 3, { dtype }), Matrix.random(3, 20, { seed: 1, dtype })) as Matrix],
  ['zero', (dtype) => Matrix.zeros(5, 4, { dtype }) as Matrix],
]

describe.each(['float64', 'float32'] as const)('%s', (dtype) => {
  describe.each(inputs)('%s', (_name, make) => {
    const A = make(dtype)
    const k = Math.min(5, A.rows, A.columns)
    const squares = norm(wide(A)) ** 2
    test.each(regularizations)('closed form, λ = %o', (regularization) => {
      const result = factorize(A, { rank: k, regularization })
      expect(result.W.shape).toEqual([A.rows, k])
      expect(result.Z.shape).toEqual([k, A.columns])
      expect(result.W.dtype).toBe(dtype)
      expect(result).toMatchObject({ iterations: 0, converged: true, stopReason: 'closedForm', history: [] })
      expect(result.parameters).toBe(k * (A.rows + A.columns))
      const actual = objectiveOf(A, result.W, result.Z, regularization)
      expect(Math.abs(actual - result.objective)).toBeLessThanOrEqual(100 * epsilon[dtype] * (squares + 1e-300))
      expect(stationarity(A, result, regularization)).toBeLessThan(1e3 * epsilon[dtype])
      const error = norm(subtract(wide(A), matmul(result.W, result.Z).toType('float64'))) / (Math.sqrt(squares) || 1)
      expect(Math.abs(error - result.relativeError)).toBeLessThan(50 * epsilon[dtype])
      const { W, Z } = both(regularization)
      if (W > 0) expect(W * norm(result.W) ** 2).toBeCloseTo(Z * norm(result.Z) ** 2, 4)
    })

    // The closed form bounds what is attainable, the iteration comes to it: neither is tested by itself.
    test.each(regularizations)('the iteration reaches it, λ = %o', (regularization) => {
      const { objective } = factorize(A, { rank: k, regularization })
      for (const seed of [1, 2, 3]) {
        const result = factorize(A, { rank: k, regularization, method: 'als', seed })
        const allowed = (dtype === 'float64' ? 1e-10 : 1e-4) * objective + 1e5 * epsilon[dtype] ** 2 * squares
        expect(result.converged, `seed ${seed}`).toBe(true)
        expect(Math.abs(result.objective - objective), `seed ${seed}`).toBeLessThanOrEqual(allowed)
        const actual = objectiveOf(A, result.W, result.Z, regularization)
        // What is left of ‖A‖² by subtraction has its error, what is computed has that of its own size.
        const subtracted = dtype === 'float32' || objective > 1e-4 * squares
        const noise = epsilon[dtype] * (100 * (subtracted ? squares : epsilon[dtype] * squares) + 1000 * objective)
        expect(Math.abs(result.objective - actual)).toBeLessThanOrEqual(noise)
        expect(result.objective).toBe(result.history.at(-1)?.objective)
      }
    })

    test('no sweep increases the objective', () => {
      for (const seed of [4, 5]) {
        const { history } = factorize(A, {
          rank: k,
          regularization: 0.01,
          method: 'als',
          seed,
          tolerance: 0,
          maxIterations: 30,
        })
        for (let i = 1; i < history.length; i++) {
          const [before, after] = [history[i - 1]?.objective as number, history[i]?.objective as number]
          expect(after, `sweep ${i}, seed ${seed}`).toBeLessThanOrEqual(before + 100 * epsilon[dtype] * squares)
        }
      }
    })

    test.each(['closedForm', 'als'] as const)('%s: what the promise brings is the same', async (method) => {
      const options = { rank: k, regularization: 0.01, method }
      const [now, later] = [factorize(A, options), await factorizeAsync(A, options)]
      // Not the same bits: where its operands lie decides how BLAS adds up.
      const difference = norm(subtract(matmul(now.W, now.Z), matmul(later.W, later.Z)).toType('float64'))
      expect(difference).toBeLessThanOrEqual((dtype === 'float64' ? 1e-5 : 1e-2) * Math.sqrt(squares))
    })
  })
})

test('the singular values are thresholded by √(λwλz)', () => {
  const A = decaying(30, 20, 0.5)
  const { singularValues } = truncatedSVD(A, { rank: 6 })
  const { W, Z } = factorize(A, { rank: 6, regularization: { W: 0.02, Z: 0.005 } })
  const thresholded = truncatedSVD(matmul(W, Z), { rank: 6 }).singularValues
  for (let i = 0; i < 6; i++) expect(thresholded[i]).toBeCloseTo(Math.max((singularValues[i] as number) - 0.01, 0), 12)
})

test.each(['float64', 'float32'] as const)('a matrix of zeros has factors of zeros, whatever the λs, %s', (dtype) => {
  for (const regularization of [0, { W: 1, Z: 0 }, { W: 0, Z: 1 }, 1e300, { W: 1e-320, Z: 1 }]) {
    const { W, Z, relativeError, objective } = factorize(Matrix.zeros(6, 4, { dtype }), { rank: 2, regularization })
    expect([relativeError, objective, ...W.data, ...Z.data].every((value) => value === 0)).toBe(true)
  }
})

describe.each([
  ['float64', [300, -300, 600, -600, 1000]],
  ['float32', [30, -30, 100, -100]],
] as const)('c·A with c·λ, %s', (dtype, exponents) => {
  const A = Matrix.random(30, 20, { seed: 3, dtype })
  const times = (exponent: number) => scale(A, 2 ** exponent)
  const layouts = { dense: (B: Matrix) => B, sparse: (B: Matrix) => SparseMatrix.fromDense(B) }
  for (const [layout, lay] of Object.entries(layouts))
    for (const method of ['als', 'closedForm'] as const)
      for (const regularization of [0, 1])
        test(`${layout}, ${method}, λ = ${regularization}`, () => {
          const expected = factorize(lay(A), { rank: 3, method, regularization })
          const product = wide(expected.reconstruct())
          for (const exponent of exponents) {
            const c = 2 ** exponent
            const result = factorize(lay(times(exponent)), { rank: 3, method, regularization: c * regularization })
            const { iterations, stopReason, relativeError, objective, history } = result
            expect({ iterations, stopReason }, `2^${exponent}`).toEqual({
              iterations: expected.iterations,
              stopReason: expected.stopReason,
            })
            // Sums that BLAS adds up in another order may part by rounding before the tolerance is reached.
            const allowed = (method === 'als' ? 1e3 : 50) * epsilon[dtype]
            expect(Math.abs(relativeError / expected.relativeError - 1), `2^${exponent}`).toBeLessThan(allowed)
            const back = scale(wide(result.reconstruct()), 1 / c)
            expect(norm(subtract(back, product)) / norm(product), `2^${exponent}`).toBeLessThan(allowed)
            const reported = expected.objective * c * c
            if (reported === 0 || reported === Infinity) expect(objective).toBe(reported)
            else expect(Math.abs(objective / reported - 1), `2^${exponent}`).toBeLessThan(allowed)
            expect(history.map((report) => report.objective).some(Number.isNaN)).toBe(false)
          }
        })
  test('a start that is given is scaled along', () => {
    const W = Matrix.random(30, 3, { seed: 5, dtype })
    const options = { rank: 3, method: 'als', maxIterations: 3, tolerance: 0 } as const
    const { relativeError } = factorize(A, { ...options, regularization: 1, initial: { W } })
    for (const exponent of exponents) {
      const initial = { W: scale(W, 2 ** (exponent / 2)) }
      const result = factorize(times(exponent), { ...options, regularization: 2 ** exponent, initial })
      expect(Math.abs(result.relativeError / relativeError - 1), `2^${exponent}`).toBeLessThan(1e3 * epsilon[dtype])
    }
  })
})

test('the iteration off the thread reads what it was given, scaled too', async () => {
  const A = Matrix.random(30, 20, { seed: 3 })
  const options = { rank: 3, method: 'als' } as const
  const { relativeError } = factorize(A, options)
  for (const make of [(B: Matrix) => B, (B: Matrix) => SparseMatrix.fromDense(B)]) {
    const B = make(scale(A, 2 ** -600))
    const promise = factorizeAsync(B, options)
    const data = B instanceof SparseMatrix ? B.values : B.data
    data.fill(0)
    expect((await promise).relativeError / relativeError).toBeCloseTo(1, 10)
  }
})

test('a threshold above all singular values leaves nothing', () => {
  const A = decaying(30, 20, 0.5)
  const result = factorize(A, { rank: 3, regularization: 2 })
  expect(norm(result.W)).toBe(0)
  expect(result.relativeError).toBeCloseTo(1, 14)
  const iterated = factorize(A, { rank: 3, regularization: 2, method: 'als' })
  expect(iterated.objective).toBeCloseTo(result.objective, 8)
})

test.each([
  { W: 0.1, Z: 0 },
  { W: 0, Z: 0.1 },
])('with one λ alone, %o, the objective is that of the truncated SVD', (regularization) => {
  const A = decaying(30, 20, 0.5)
  const { objective } = factorize(A, { rank: 3 })
  const result = factorize(A, { rank: 3, regularization })
  expect(result.objective / objective - 1).toBeLessThan(1e-12)
  expect(objectiveOf(A, result.W, result.Z, regularization) / objective - 1).toBeLessThan(1e-12)
})

test('the iteration begins where it is told to, and only W matters', () => {
  const A = decaying(30, 20, 0.5)
  const { W, Z, objective } = factorize(A, { rank: 3 })
  const before = W.data.slice()
  const result = factorize(A, { rank: 3, method: 'als', initial: { W, Z } })
  expect(result.history[0]?.objective).toBeCloseTo(objective, 12)
  expect(W.data).toEqual(before)
  const zero = factorize(A, { rank: 3, method: 'als', initial: { W: Matrix.zeros(30, 3) }, maxIterations: 3 })
  expect(zero.W.data.every(Number.isFinite)).toBe(true)
})

test('reconstruct and apply, both ways', async () => {
  const A = decaying(30, 20, 0.5)
  const result = factorize(A, { rank: 3 })
  const product = matmul(result.W, result.Z)
  expect(result.reconstruct().toArray()).toEqual(product.toArray())
  expect((await result.reconstructAsync()).toArray()).toEqual(product.toArray())
  const x = Matrix.random(20, 1, { seed: 3 }).data
  const y = result.apply(x)
  expect(y).toBeInstanceOf(Float64Array)
  const expected = matmul(product, x)
  for (let i = 0; i < 30; i++) expect(y[i]).toBeCloseTo(expected[i] as number, 13)
  expect(await result.applyAsync(x)).toEqual(y)
  expect(result.apply(Matrix.random(20, 4, { seed: 3 })).shape).toEqual([30, 4])
  expect(() => result.apply(new Float64Array(3))).toThrow(ShapeError)
  expect(() => result.reconstruct({ signl: 1 } as never)).toThrow(/did you mean 'signal'/)
  await expect(result.applyAsync(new Float64Array(3))).rejects.toThrow(ShapeError)
})

test('inputs are read at the call', async () => {
  for (const method of ['closedForm', 'als'] as const) {
    const A = decaying(30, 20, 0.5)
    const expected = factorize(A, { rank: 3, method })
    const promise = factorizeAsync(A, { rank: 3, method })
    A.data.fill(0)
    expect((await promise).objective).toBeCloseTo(expected.objective, 10)
  }
  const A = decaying(30, 20, 0.9)
  const W = Matrix.random(30, 3, { seed: 2 })
  const options = { rank: 3, method: 'als', maxIterations: 1, initial: { W } } as const
  const expected = factorize(A, options)
  const promise = factorizeAsync(A, options)
  W.data.fill(0)
  expect((await promise).objective).toBeCloseTo(expected.objective, 10)
})

test('stops where it is told to', async () => {
  const A = decaying(60, 40, 0.9)
  const options = { rank: 5, method: 'als', tolerance: 0 } as const
  expect(factorize(A, { ...options, maxIterations: 3 })).toMatchObject({ iterations: 3, stopReason: 'maxIterations' })
  expect(factorize(A, { ...options, timeLimitMs: 0 })).toMatchObject({ iterations: 1, stopReason: 'timeLimit' })
  const onIteration = vi.fn(({ iteration }) => iteration < 4)
  const result = factorize(A, { ...options, onIteration })
  expect(result).toMatchObject({ iterations: 4, stopReason: 'callback', converged: false })
  expect(onIteration.mock.calls.map(([report]) => report)).toEqual(result.history)
  const fault = new TypeError('mine')
  const throws = () => {
    throw fault
  }
  expect(() => factorize(A, { ...options, onIteration: throws })).toThrow(fault)
  await expect(factorizeAsync(A, { ...options, onIteration: throws })).rejects.toBe(fault)
  const controller = new AbortController()
  const stopped = factorizeAsync(A, {
    ...options,
    signal: controller.signal,
    onIteration: () => controller.abort(new Error('enough')),
  })
  await expect(stopped).rejects.toThrow('enough')
})

describe('errors', () => {
  const A = decaying(6, 4, 0.5)
  test.each([
    [{}, ArgumentError, /rank to be an integer from 1 to 4 but received undefined/],
    [{ rank: 0 }, ArgumentError, /rank to be an integer from 1 to 4 but received 0/],
    [{ rank: 5 }, ArgumentError, /from 1 to 4/],
    [{ rank: 2, regularization: -1 }, ArgumentError, /regularization to be a finite number of at least 0/],
    [{ rank: 2, regularization: { W: 1 } }, ArgumentError, /regularization.Z/],
    [{ rank: 2, regularization: { W: 1, Z: 1, z: 1 } }, ArgumentError, /regularization/],
    [{ rank: 2, method: 'svd' }, ArgumentError, /method to be one of 'closedForm', 'als'/],
    [{ rank: 2, maxIterations: 5 }, ArgumentError, /maxIterations only where method is 'als'/],
    [{ rank: 2, method: 'als', seed: 0.5 }, ArgumentError, /seed/],
    [{ rank: 2, method: 'als', tolerance: -1 }, ArgumentError, /tolerance/],
    [{ rank: 2, method: 'als', initial: { W: Matrix.zeros(4, 2) } }, ShapeError, /initial.W of 6×2/],
    [{ rank: 2, method: 'als', initial: { W: Matrix.zeros(6, 2, { dtype: 'float32' }) } }, ArgumentError, /toType/],
    [
      { rank: 2, method: 'als', initial: { W: Matrix.zeros(6, 2).toArray().fill([Infinity, 1]) } },
      ArgumentError,
      /finite/,
    ],
    [{ rank: 2, regularisation: 1 }, ArgumentError, /did you mean 'regularization'/],
  ])('%o', async (options, kind, message) => {
    expect(() => factorize(A, options as never)).toThrow(kind)
    expect(() => factorize(A, options as never)).toThrow(message)
    await expect(factorizeAsync(A, options as never)).rejects.toThrow(message)
  })
  test.each(['closedForm', 'als'] as const)('entries that are not finite, %s', (method) => {
    const bad = A.copy()
    bad.set(1, 1, Number.NaN)
    expect(() => factorize(bad, { rank: 2, method })).toThrow(/finite/)
  })
  test('factors that overflow', () => {
    const beyond = { rank: 2, regularization: { W: 1e-320, Z: 1e300 } }
    const wrong = () => factorize(A.toType('float32'), beyond)
    expect(wrong).toThrow(ConvergenceError)
    expect(wrong).toThrow(/factorize: expected factors that are finite numbers .* scale the input/)
    // In float64 they fit, and with √(λwλz) far below the singular values the objective is nearly that without λ.
    const { objective } = factorize(A, { rank: 2 })
    expect(factorize(A, beyond).objective / objective).toBeCloseTo(1, 7)
  })
  test('a λ beyond float32', async () => {
    const given = { rank: 2, method: 'als', regularization: 1e300 } as const
    const message = /^factorize: expected normal equations in finite numbers but received an overflow; scale/
    for (const B of [A.toType('float32'), Matrix.zeros(6, 4, { dtype: 'float32' })]) {
      expect(() => factorize(B, given)).toThrow(message)
      await expect(factorizeAsync(B, given)).rejects.toThrow(message)
    }
  })
  test('an empty matrix has no rank to ask for', () => {
    expect(() => factorize(Matrix.zeros(0, 4), { rank: 1 })).toThrow(ArgumentError)
  })
})

test('the checkers notice', () => {
  const A = decaying(30, 20, 0.6)
  const good = factorize(A, { rank: 3 })
  const bad = { ...good, W: good.W.copy() }
  bad.W.set(0, 0, bad.W.get(0, 0) + 1e-6)
  expect(stationarity(A, bad)).toBeGreaterThan(1e-8)
})
