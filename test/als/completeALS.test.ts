import { describe, expect, test } from 'vitest'
import {
  type CompleteALSOptions,
  type CompletionModel,
  completeALS,
  completeALSAsync,
  ratings,
  split,
} from '../../lib/als/index.ts'
import { getThreads, Matrix, setThreads } from '../../lib/index.ts'
import {
  bruteForce,
  entriesOf,
  epsilon,
  objectiveOf,
  penaltiesOf,
  predicted,
  randomRatings,
  rmseOf,
} from './completion.ts'

const dtypes = ['float64', 'float32'] as const
const accelerations = ['extrapolation', 'ncg', 'none'] as const

function farthest(X: Matrix, expected: readonly (readonly number[])[]): number {
  let most = 0
  for (let i = 0; i < X.rows; i++)
    for (let c = 0; c < X.columns; c++) most = Math.max(most, Math.abs(X.get(i, c) - (expected[i]?.[c] as number)))
  return most
}

const variants: readonly (readonly [string, CompleteALSOptions])[] = [
  ['defaults', {}],
  ['ridge', { weighting: 'ridge', regularization: 0.5 }],
  ['two λ', { regularization: { W: 0.05, Z: 0.2 } }],
  ['without biases', { biases: false }],
  ['without centring', { center: false }],
  ['neither', { center: false, biases: false }],
  ['rank above the extents', { rank: 40 }],
  ['rank 1', { rank: 1 }],
]

describe.each(dtypes)('%s', (dtype) => {
  const data = randomRatings(30, 25, { dtype })

  test.each(variants)('a sweep is two brute-force solves: %s', (_name, options) => {
    const rank = options.rank ?? 4
    const W = Matrix.random(30, rank, { seed: 7, dtype })
    const model = completeALS(data, { rank, solver: 'cholesky', ...options, initial: { W }, maxIterations: 1 })
    const expectedZ = bruteForce(model, 'columns', { factors: (i) => W.row(i).toArray()[0] ?? [], bias: () => 0 })
    // What is solved with is the library's own Z: errors of the first half are not to be seen in the second.
    const expectedW = bruteForce(model, 'rows', {
      factors: (j) => Array.from({ length: rank }, (_, c) => model.Z.get(c, j)),
      bias: (j) => model.columnBias?.[j] ?? 0,
    })
    const allowed = 1e5 * epsilon[dtype]
    expect(farthest(model.Z.transpose, expectedZ)).toBeLessThan(allowed)
    expect(farthest(model.W, expectedW)).toBeLessThan(allowed)
    if (model.rowBias && model.columnBias) {
      expect(
        farthest(
          new Matrix(model.columnBias, 25, 1),
          expectedZ.map((x) => [x.at(-1) as number]),
        ),
      ).toBeLessThan(allowed)
      expect(
        farthest(
          new Matrix(model.rowBias, 30, 1),
          expectedW.map((x) => [x.at(-1) as number]),
        ),
      ).toBeLessThan(allowed)
    }
    expect(model.objective / objectiveOf(model)).toBeCloseTo(1, dtype === 'float64' ? 12 : 4)
  })

  describe.each(accelerations)('%s', (acceleration) => {
    test.each(variants)(
      'ends where nothing changes any more, and says the objective of what it returns: %s',
      (_name, options) => {
        const given = { rank: 4, solver: 'cholesky', ...options, acceleration } as const
        const model = completeALS(data, { ...given, maxIterations: 400, tolerance: dtype === 'float64' ? 1e-13 : 1e-7 })
        expect(model.objective / objectiveOf(model)).toBeCloseTo(1, dtype === 'float64' ? 11 : 4)
        expect(model.dtype).toBe(dtype)
        const { W, Z } = model
        const again = completeALS(data, { ...given, initial: { W, Z }, maxIterations: 1 })
        // Biases begin at zero again, so that only the side that is solved last can be compared.
        if (!model.settings.biases)
          expect(again.objective / model.objective).toBeCloseTo(1, dtype === 'float64' ? 6 : 3)
        expect(model.history.length).toBe(model.iterations)
      },
    )

    test('the objective is that of what is returned, long before the end too', () => {
      for (const maxIterations of [2, 3, 5, 8]) {
        const model = completeALS(data, { rank: 4, regularization: 0.01, acceleration, maxIterations, tolerance: 0 })
        const expected = objectiveOf(model)
        for (const objective of [model.objective, model.history.at(-1)?.objective as number])
          expect(Math.abs(objective / expected - 1), `${maxIterations} sweeps`).toBeLessThan(1e4 * epsilon[dtype])
      }
    })

    test('no sweep increases the objective', () => {
      for (let seed = 1; seed <= 25; seed++) {
        const next = (most: number) => 1 + (((seed * 2654435761) >>> 7) % most)
        const problem = randomRatings(20 + next(40), 15 + next(30), { dtype, seed, density: 0.1 + (seed % 5) / 10 })
        const rank = 1 + (seed % 9)
        const weighting = seed % 2 ? 'weighted' : 'ridge'
        const regularization = 10 ** -(seed % 4)
        const options = { rank, weighting, regularization, seed, acceleration, biases: seed % 3 > 0 } as const
        const { history } = completeALS(problem, { ...options, maxIterations: 40, tolerance: 0 })
        for (let i = 1; i < history.length; i++) {
          const [before, after] = [history[i - 1]?.objective as number, history[i]?.objective as number]
          expect(after, `seed ${seed}, sweep ${i}`).toBeLessThanOrEqual(before * (1 + 2000 * epsilon[dtype]))
        }
      }
    })
  })

  test('the same bits for any number of threads, now and later', async () => {
    const large = randomRatings(900, 400, { dtype, density: 0.1 })
    const threads = getThreads()
    const options = { rank: 8, maxIterations: 5, tolerance: 0 }
    const fits = [1, 2, 4].map((count) => {
      setThreads(count)
      return completeALS(large, options)
    })
    setThreads(threads)
    fits.push(await completeALSAsync(large, options))
    for (const { W, Z, rowBias, columnBias, objective } of fits.slice(1)) {
      expect(W.data).toEqual(fits[0]?.W.data)
      expect(Z.data).toEqual(fits[0]?.Z.data)
      expect(rowBias).toEqual(fits[0]?.rowBias)
      expect(columnBias).toEqual(fits[0]?.columnBias)
      expect(objective).toBe(fits[0]?.objective)
    }
  })
})

describe.each(dtypes)('non-negative factors, %s', (dtype) => {
  const data = randomRatings(30, 25, { dtype, positive: true })

  test.each(['extrapolation', 'none'] as const)('%s', (acceleration) => {
    const options = { rank: 4, nonnegative: true, acceleration, tolerance: 0 } as const
    for (const maxIterations of [1, 2, 7, 20]) {
      const model = completeALS(data, { ...options, maxIterations })
      expect(model).toMatchObject({ globalMean: 0, rowBias: undefined, columnBias: undefined })
      expect(model.settings).toMatchObject({ center: false, biases: false, nonnegative: true })
      expect([...model.W.data, ...model.Z.toArray().flat()].every((value) => value >= 0)).toBe(true)
      expect(model.objective / objectiveOf(model)).toBeCloseTo(1, dtype === 'float64' ? 11 : 4)
      // W was solved for last: its gradient is zero where it is positive, and nowhere negative.
      const gradient = gradientOfW(model)
      const size = Math.max(...gradient.scale)
      for (const [at, value] of gradient.values.entries()) {
        expect(value).toBeGreaterThan(-1e4 * epsilon[dtype] * size)
        if ((gradient.W[at] as number) > 0) expect(Math.abs(value)).toBeLessThan(1e4 * epsilon[dtype] * size)
      }
    }
    const { history } = completeALS(data, { ...options, maxIterations: 40 })
    for (let i = 1; i < history.length; i++)
      expect(history[i]?.objective).toBeLessThanOrEqual(
        (history[i - 1]?.objective as number) * (1 + 2000 * epsilon[dtype]),
      )
  })
})

/** Half the gradient by W, entry by entry, with the sizes of what it is the difference of. */
function gradientOfW(model: CompletionModel) {
  const { W, Z, ratings: known, settings } = model
  const penalties = penaltiesOf(known, settings).W
  const values = new Float64Array(W.rows * W.columns)
  const scale = new Float64Array(values.length)
  const entries = Float64Array.from(W.toArray().flat())
  for (let at = 0; at < values.length; at++)
    values[at] = (penalties[Math.floor(at / W.columns)] as number) * (entries[at] as number)
  for (const { i, j, value } of entriesOf(known))
    for (let c = 0; c < W.columns; c++) {
      const at = i * W.columns + c
      values[at] = (values[at] as number) + (predicted(model, i, j) - value) * Z.get(c, j)
      scale[at] = (scale[at] as number) + Math.abs(value * Z.get(c, j))
    }
  return { values, scale, W: entries }
}

test('conjugate gradients come to the same', () => {
  const data = randomRatings(60, 50)
  for (const dtype of dtypes)
    for (const acceleration of accelerations) {
      const options = {
        rank: 4,
        dtype,
        acceleration,
        maxIterations: 300,
        tolerance: dtype === 'float64' ? 1e-11 : 1e-6,
      }
      const exact = completeALS(data, { ...options, solver: 'cholesky' })
      const model = completeALS(data, { ...options, solver: 'cg' })
      expect(model.settings.solver).toBe('cg')
      expect(model.objective / exact.objective).toBeCloseTo(1, 2)
      expect(model.objective / objectiveOf(model)).toBeCloseTo(1, dtype === 'float64' ? 11 : 4)
      const objectives = model.history.map(({ objective }) => objective)
      for (let i = 1; i < objectives.length; i++)
        expect(objectives[i]).toBeLessThanOrEqual((objectives[i - 1] as number) * (1 + 2000 * epsilon[dtype]))
    }
})

test('the solver is chosen by the rank and the number of entries, and said', () => {
  const data = randomRatings(60, 50)
  const solverOf = (options: CompleteALSOptions) => completeALS(data, { maxIterations: 1, ...options }).settings.solver
  expect(solverOf({ rank: 8 })).toBe('cholesky')
  expect(solverOf({ rank: 100 })).toBe('cg')
  expect(solverOf({ rank: 100, solver: 'cholesky' })).toBe('cholesky')
})

test('acceleration needs fewer sweeps', () => {
  const data = randomRatings(200, 150, { density: 0.1, noise: 0.1 })
  const options = { rank: 6, regularization: 0.01, tolerance: 0, maxIterations: 200 }
  const best = completeALS(data, options).objective
  const sweepsTo = (acceleration: CompleteALSOptions['acceleration']) => {
    const { history } = completeALS(data, { ...options, acceleration })
    return history.findIndex(({ objective }) => objective <= best * (1 + 1e-3)) + 1
  }
  const plain = sweepsTo('none')
  for (const acceleration of ['extrapolation', 'ncg'] as const) {
    const sweeps = sweepsTo(acceleration)
    expect(sweeps).toBeGreaterThan(0)
    if (plain > 0) expect(sweeps).toBeLessThan(plain)
  }
})

test('a matrix of low rank is completed', () => {
  const data = randomRatings(80, 60, { density: 0.5, noise: 0 })
  const { train, test: held } = split(data, { test: 0.1, seed: 1 })
  // The mean of 3 is one more factor.
  const exact = { rank: 4, regularization: 1e-7, biases: false, center: false, maxIterations: 400, tolerance: 1e-12 }
  const model = completeALS(train, exact)
  expect(rmseOf(model, held)).toBeLessThan(1e-3)
})

test('rows and columns without ratings get zeros', () => {
  for (const acceleration of accelerations) {
    const model = completeALS(randomRatings(30, 25), { rank: 4, acceleration })
    expect(model.W.row(1).toArray()[0]).toEqual([0, 0, 0, 0])
    expect(model.Z.column(2).toArray().flat()).toEqual([0, 0, 0, 0])
    expect([model.rowBias?.[1], model.columnBias?.[2]]).toEqual([0, 0])
    expect(model.predict(1, 2)).toBe(model.globalMean)
  }
})

test('without λ rows with fewer ratings than factors get the solution of least norm, never NaN', () => {
  const data = ratings([0, 0, 1, 2, 2, 3], [0, 1, 1, 0, 2, 2], [1, 2, 3, 4, 5, 6])
  for (const acceleration of accelerations) {
    const model = completeALS(data, { rank: 5, regularization: 0, acceleration })
    expect(model.W.data.every(Number.isFinite)).toBe(true)
    for (const { i, j, value } of entriesOf(data)) expect(predicted(model, i, j)).toBeCloseTo(value, 4)
  }
})

test('Ratings, a sparse matrix, a dense one with NaN and nested arrays are the same problem', () => {
  const data = randomRatings(12, 10)
  const dense = Matrix.zeros(12, 10)
  dense.data.fill(Number.NaN)
  for (const { i, j, value } of entriesOf(data)) dense.set(i, j, value)
  const expected = completeALS(data, { rank: 2 })
  for (const other of [data.matrix, dense, dense.toArray()] as const)
    expect(completeALS(other, { rank: 2 }).W.data).toEqual(expected.W.data)
})

test('dtype converts the ratings', () => {
  const data = randomRatings(12, 10)
  const model: CompletionModel<Float32Array> = completeALS(data, { rank: 2, dtype: 'float32' })
  expect(model.W.data).toEqual(completeALS(data.toType('float32'), { rank: 2 }).W.data)
})

test('the seed decides the start', () => {
  const data = randomRatings(12, 10)
  const [a, b, c] = [1, 1, 2].map((seed) => completeALS(data, { rank: 2, seed, maxIterations: 1 }))
  expect(a?.W.data).toEqual(b?.W.data)
  expect(a?.W.data).not.toEqual(c?.W.data)
})

test('the checkers notice', () => {
  const model = completeALS(randomRatings(30, 25), { rank: 4 })
  model.W.set(0, 0, model.W.get(0, 0) + 1e-3)
  expect(Math.abs(objectiveOf(model) / model.objective - 1)).toBeGreaterThan(1e-10)
})
