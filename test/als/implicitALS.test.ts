import { describe, expect, test, vi } from 'vitest'
import {
  evaluate,
  type ImplicitALSOptions,
  implicitALS,
  implicitALSAsync,
  type Ratings,
  ratings,
  split,
} from '../../lib/als/index.ts'
import { uniforms } from '../../lib/core/random.ts'
import { ArgumentError, getThreads, Matrix, ShapeError, SparseMatrix, setThreads } from '../../lib/index.ts'
import { bruteForce, entriesOf, epsilon, objectiveOf, predicted, randomRatings } from './completion.ts'

const dtypes = ['float64', 'float32'] as const

function farthest(X: Matrix, expected: readonly (readonly number[])[]): number {
  let most = 0
  for (let i = 0; i < X.rows; i++)
    for (let c = 0; c < X.columns; c++) most = Math.max(most, Math.abs(X.get(i, c) - (expected[i]?.[c] as number)))
  return most
}

const variants: readonly (readonly [string, ImplicitALSOptions])[] = [
  ['defaults', {}],
  ['two λ', { regularization: { W: 0.5, Z: 2 } }],
  ['α = 0', { alpha: 0, regularization: 1 }],
  ['rank above the extents', { rank: 40, regularization: 1 }],
  ['rank 1', { rank: 1 }],
]

/** Two groups of users who each choose among their own half of the items. */
function groups(users: number, items: number, seed = 1): Ratings {
  const next = uniforms(seed)
  const [row, column]: [number[], number[]] = [[], []]
  for (let i = 0; i < users; i++)
    for (let j = 0; j < items; j++)
      if (i % 2 === j % 2 && next() < 0.5) {
        row.push(i)
        column.push(j)
      }
  return ratings(row, column, undefined, { rowIds: users, columnIds: items })
}

describe.each(dtypes)('%s', (dtype) => {
  // Negative entries are choices against.
  const data = randomRatings(30, 25, { dtype })

  test.each(variants)('a sweep is two brute-force solves: %s', (_name, options) => {
    const rank = options.rank ?? 4
    const W = Matrix.random(30, rank, { seed: 7, dtype })
    const model = implicitALS(data, { rank, ...options, initial: { W }, maxIterations: 1 })
    expect(entriesOf(data).some(({ value }) => value < 0)).toBe(true)
    const expectedZ = bruteForce(model, 'columns', { factors: (i) => W.row(i).toArray()[0] ?? [], bias: () => 0 })
    const expectedW = bruteForce(model, 'rows', {
      factors: (j) => Array.from({ length: rank }, (_, c) => model.Z.get(c, j)),
      bias: () => 0,
    })
    const allowed = 1e5 * epsilon[dtype]
    expect(farthest(model.Z.transpose, expectedZ)).toBeLessThan(allowed)
    expect(farthest(model.W, expectedW)).toBeLessThan(allowed)
    for (const objective of [model.objective, model.history[0]?.objective as number])
      expect(objective / objectiveOf(model)).toBeCloseTo(1, dtype === 'float64' ? 11 : 4)
    expect(model).toMatchObject({ kind: 'implicit', globalMean: 0, rowBias: undefined, columnBias: undefined })
  })

  test.each(['extrapolation', 'none'] as const)('no sweep increases the objective: %s', (acceleration) => {
    for (let seed = 1; seed <= 25; seed++) {
      const problem = randomRatings(20 + (seed % 7) * 5, 15 + (seed % 5) * 6, {
        dtype,
        seed,
        density: 0.1 + (seed % 5) / 10,
      })
      const options = { rank: 1 + (seed % 9), regularization: 10 ** -(seed % 4), alpha: seed % 40, seed, acceleration }
      const model = implicitALS(problem, { ...options, maxIterations: 40, tolerance: 0 })
      const objectives = model.history.map(({ objective }) => objective)
      for (let i = 1; i < objectives.length; i++)
        expect(objectives[i], `seed ${seed}, sweep ${i}`).toBeLessThanOrEqual(
          (objectives[i - 1] as number) * (1 + 2000 * epsilon[dtype]),
        )
      expect(model.objective / objectiveOf(model), `seed ${seed}`).toBeCloseTo(1, dtype === 'float64' ? 10 : 3)
    }
  })

  test('the same bits for any number of threads, now and later', async () => {
    const large = randomRatings(900, 400, { dtype, density: 0.1 })
    const threads = getThreads()
    const options = { rank: 8, maxIterations: 4, tolerance: 0 }
    const fits = [1, 2, 4].map((count) => {
      setThreads(count)
      return implicitALS(large, options)
    })
    setThreads(threads)
    fits.push(await implicitALSAsync(large, options))
    for (const { W, Z, objective } of fits.slice(1)) {
      expect(W.data).toEqual(fits[0]?.W.data)
      expect(Z.data).toEqual(fits[0]?.Z.data)
      expect(objective).toBe(fits[0]?.objective)
    }
  })
})

// What implicit's own tests check: that preferences are reconstructed, and that users are recommended what their kind
// likes.
test('with enough factors preferences come back', () => {
  const data = groups(7, 5)
  for (const dtype of dtypes) {
    const model = implicitALS(data, { rank: 5, regularization: 1e-6, alpha: 2, maxIterations: 100, dtype })
    const chosen = data.matrix.toDense()
    for (let i = 0; i < 7; i++)
      for (let j = 0; j < 5; j++) expect(predicted(model, i, j)).toBeCloseTo(chosen.get(i, j), 2)
  }
})

test('users are recommended what their kind chooses', () => {
  const data = groups(40, 30)
  const model = implicitALS(data, { rank: 2 })
  for (const user of [0, 1, 10, 11])
    for (const item of model.recommend(user, { count: 3 }).items) expect((item as number) % 2).toBe(user % 2)
  const { train, test: held } = split(data, { test: 0.2, by: 'row' })
  expect(evaluate(implicitALS(train, { rank: 2 }), held, { at: [10] }).auc[0]).toBeGreaterThan(0.5)
})

test('rows and columns without entries get zeros', () => {
  for (const acceleration of ['extrapolation', 'none'] as const) {
    const model = implicitALS(randomRatings(30, 25), { rank: 4, acceleration })
    expect(model.W.row(1).toArray()[0]).toEqual([0, 0, 0, 0])
    expect(model.Z.column(2).toArray().flat()).toEqual([0, 0, 0, 0])
  }
})

test('ratings without values, sparse and dense ones are the same problem', () => {
  const data = groups(12, 10)
  const dense = Matrix.zeros(12, 10)
  dense.data.fill(Number.NaN)
  for (const { i, j } of entriesOf(data)) dense.set(i, j, 1)
  const expected = implicitALS(data, { rank: 2 })
  for (const other of [data.matrix, dense, dense.toArray()] as const)
    expect(implicitALS(other, { rank: 2 }).W.data).toEqual(expected.W.data)
})

test('acceleration needs fewer sweeps', () => {
  const data = randomRatings(200, 150, { density: 0.1, positive: true })
  const options = { rank: 8, tolerance: 0, maxIterations: 60 }
  const after = (acceleration: 'extrapolation' | 'none') => implicitALS(data, { ...options, acceleration }).objective
  expect(after('extrapolation')).toBeLessThan(after('none'))
})

test('stops where it is told to', async () => {
  const data = randomRatings(30, 25)
  const options = { rank: 4, tolerance: 0 } as const
  expect(implicitALS(data, options)).toMatchObject({ iterations: 15, stopReason: 'maxIterations' })
  expect(implicitALS(data, { ...options, timeLimitMs: 0 })).toMatchObject({ iterations: 1, stopReason: 'timeLimit' })
  const onIteration = vi.fn(({ iteration }) => iteration < 4)
  const model = implicitALS(data, { ...options, onIteration })
  expect(model).toMatchObject({ iterations: 4, stopReason: 'callback' })
  expect(onIteration.mock.calls.map(([report]) => report)).toEqual(model.history)
  const controller = new AbortController()
  const aborts = { ...options, signal: controller.signal, onIteration: () => controller.abort(new Error('enough')) }
  await expect(implicitALSAsync(data, aborts)).rejects.toThrow('enough')
})

describe('errors', () => {
  const data = randomRatings(6, 5, { density: 0.8 })
  test.each([
    [{ rank: -1 }, ArgumentError, /rank to be an integer from 1/],
    [{ regularization: -0.1 }, ArgumentError, /regularization to be a finite number of at least 0/],
    [{ alpha: -1 }, ArgumentError, /alpha to be a finite number of at least 0/],
    [{ alpha: Infinity }, ArgumentError, /alpha/],
    [{ solver: 'qr' }, ArgumentError, /solver/],
    [{ acceleration: 'ncg' }, ArgumentError, /acceleration to be one of 'extrapolation', 'none'/],
    [{ biases: true }, ArgumentError, /options among/],
    [{ validation: 0.1 }, ArgumentError, /no validation, which is for completeALS.*split\(.*evaluate\(\)/],
    [{ patience: 3 }, ArgumentError, /no patience, which is for completeALS/],
    [{ seed: 'x' }, ArgumentError, /seed/],
    [{ dtype: 'float16' }, ArgumentError, /dtype/],
    [{ rank: 2, initial: { W: Matrix.zeros(5, 2) } }, ShapeError, /initial.W of 6×2/],
    [{ tolerance: -1 }, ArgumentError, /tolerance/],
  ])('%o', async (options, kind, message) => {
    expect(() => implicitALS(data, options as never)).toThrow(kind)
    expect(() => implicitALS(data, options as never)).toThrow(message)
    await expect(implicitALSAsync(data, options as never)).rejects.toThrow(message)
  })
  test.each([
    ['no entry', SparseMatrix.fromTriplets(3, 3, { row: [], column: [], value: [] }), /at least one rating/],
    ['infinite', [[1, Infinity]], /finite ratings/],
  ])('%s', (_name, source, message) => {
    expect(() => implicitALS(source as never)).toThrow(ArgumentError)
    expect(() => implicitALS(source as never)).toThrow(message)
  })
})

test('the checkers notice', () => {
  const model = implicitALS(randomRatings(30, 25), { rank: 4 })
  model.W.set(0, 0, model.W.get(0, 0) + 1e-3)
  expect(Math.abs(objectiveOf(model) / model.objective - 1)).toBeGreaterThan(1e-10)
})
