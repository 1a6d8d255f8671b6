/** What callers can ask of completeALS besides a fit: validation, an early end, answers to wrong arguments. */
import { describe, expect, test, vi } from 'vitest'
import { completeALS, completeALSAsync, Ratings, ratings, split } from '../../lib/als/index.ts'
import { ArgumentError, ConvergenceError, Matrix, ShapeError, SparseMatrix } from '../../lib/index.ts'
import { objectiveOf, randomRatings, rmseOf } from './completion.ts'

describe('validation', () => {
  const data = randomRatings(60, 50, { density: 0.25, noise: 1 })
  const { train, validation } = split(data, { validation: 0.2, test: 0, seed: 3 })
  const options = { rank: 12, regularization: 0.001, maxIterations: 60, tolerance: 0 }

  test('the best sweep is returned, with its objective', () => {
    const model = completeALS(train, { ...options, validation, patience: 4 })
    const errors = model.history.map((report) => report.validation as number)
    const best = errors.indexOf(Math.min(...errors))
    expect(model.stopReason).toBe('validation')
    expect(model.converged).toBe(false)
    expect(rmseOf(model, validation)).toBeCloseTo(errors[best] as number, 10)
    expect(model.objective / (model.history[best]?.objective as number)).toBeCloseTo(1, 12)
    expect(objectiveOf(model) / model.objective).toBeCloseTo(1, 11)
    expect(best).toBeLessThan(model.iterations - 1)
  })
  test('patience is how many sweeps to wait', () => {
    for (const patience of [1, 2, 5]) {
      const { history } = completeALS(train, { ...options, acceleration: 'none', validation, patience })
      const errors = history.map((report) => report.validation as number)
      expect(history.length - 1 - errors.indexOf(Math.min(...errors))).toBe(patience)
    }
  })
  test('a fraction is held out, and not trained on', () => {
    const model = completeALS(data, { ...options, validation: 0.2, seed: 3 })
    expect(model.ratings.count).toBe(train.count)
    expect(model.ratings.matrix.values).toEqual(train.matrix.values)
  })
  test('ids say which ratings are meant; unknown ones are left out', () => {
    const seen = ratings(['a', 'a', 'b', 'b', 'c'], ['x', 'y', 'x', 'y', 'y'], [1, 2, 3, 4, 5])
    const held = ratings(['z', 'c', 'a'], ['x', 'x', 'q'], [9, 5, 9])
    const model = completeALS(seen, { rank: 1, validation: held, maxIterations: 2 })
    expect(model.history[1]?.validation).toBeCloseTo(Math.abs(model.predict('c', 'x') - 5), 12)
    expect(() => completeALS(seen, { rank: 1, validation: ratings(['z'], ['x'], [1]) })).toThrow(
      /ids that the ratings know/,
    )
  })
})

test('stops where it is told to', async () => {
  const data = randomRatings(30, 25)
  const options = { rank: 4, tolerance: 0 } as const
  expect(completeALS(data, { ...options, maxIterations: 3 })).toMatchObject({
    iterations: 3,
    stopReason: 'maxIterations',
  })
  expect(completeALS(data, { ...options, timeLimitMs: 0 })).toMatchObject({ iterations: 1, stopReason: 'timeLimit' })
  expect(completeALS(data, { rank: 4, tolerance: 0.5 })).toMatchObject({ converged: true, stopReason: 'tolerance' })
  const onIteration = vi.fn(({ iteration }) => iteration < 4)
  const model = completeALS(data, { ...options, onIteration })
  expect(model).toMatchObject({ iterations: 4, stopReason: 'callback' })
  expect(onIteration.mock.calls.map(([report]) => report)).toEqual(model.history)
  const fault = new TypeError('mine')
  const throws = () => {
    throw fault
  }
  expect(() => completeALS(data, { ...options, onIteration: throws })).toThrow(fault)
  await expect(completeALSAsync(data, { ...options, onIteration: throws })).rejects.toBe(fault)
  const controller = new AbortController()
  const aborts = { ...options, signal: controller.signal, onIteration: () => controller.abort(new Error('enough')) }
  await expect(completeALSAsync(data, aborts)).rejects.toThrow('enough')
})

test('what is changed after the call does not show', async () => {
  const dense = randomRatings(20, 15).matrix.toDense()
  for (let e = 0; e < dense.data.length; e++) if (dense.data[e] === 0) dense.data[e] = Number.NaN
  const W = Matrix.random(20, 3, { seed: 1 })
  const expected = completeALS(dense, { rank: 3, initial: { W } })
  const promise = completeALSAsync(dense, { rank: 3, initial: { W } })
  dense.data.fill(1)
  W.data.fill(0)
  expect((await promise).W.data).toEqual(expected.W.data)
})

describe('errors', () => {
  const data = randomRatings(6, 5, { density: 0.8 })
  test.each([
    [{ rank: 0 }, ArgumentError, /rank to be an integer from 1/],
    [{ rank: 2.5 }, ArgumentError, /rank/],
    [{ regularization: -0.1 }, ArgumentError, /regularization to be a finite number of at least 0/],
    [{ regularization: { W: 1, Z: Number.NaN } }, ArgumentError, /regularization.Z/],
    [{ weighting: 'weigthed' }, ArgumentError, /did you mean 'weighted'/],
    [{ solver: 'lu' }, ArgumentError, /solver/],
    [{ acceleration: 'nesterov' }, ArgumentError, /acceleration/],
    [{ center: 1 }, ArgumentError, /center to be true or false/],
    [{ biases: 'yes' }, ArgumentError, /biases to be true or false/],
    [{ nonnegative: 'yes' }, ArgumentError, /nonnegative to be true or false/],
    [{ nonnegative: true, biases: true }, ArgumentError, /no biases where nonnegative is true/],
    [{ nonnegative: true, center: true }, ArgumentError, /no center where nonnegative is true/],
    [{ nonnegative: true, acceleration: 'ncg' }, ArgumentError, /no acceleration 'ncg' where nonnegative is true/],
    [{ nonnegative: true, solver: 'cg' }, ArgumentError, /no solver 'cg' where nonnegative is true/],
    [{ nonnegative: true, rank: 1, initial: { W: [1, 2, 3, 4, -1, 6] } }, ArgumentError, /not negative/],
    [{ validation: 1 }, ArgumentError, /validation to be a finite number/],
    [{ validation: 0 }, ArgumentError, /validation to be a finite number greater than 0/],
    [{ validation: 'some' }, ArgumentError, /validation to be a fraction or Ratings/],
    [{ validation: 0.01 }, ArgumentError, /enough ratings for a validation fraction of 0.01/],
    [{ validation: 0.5, patience: 0 }, ArgumentError, /patience to be an integer of at least 1/],
    [{ patience: 3 }, ArgumentError, /validation where patience is given/],
    [{ seed: 1.5 }, ArgumentError, /seed/],
    [{ dtype: 'float16' }, ArgumentError, /dtype/],
    [{ rank: 2, initial: { W: Matrix.zeros(5, 2) } }, ShapeError, /initial.W of 6×2 but received 5×2/],
    [{ rank: 2, initial: { W: Matrix.zeros(6, 2), Z: Matrix.zeros(5, 2) } }, ShapeError, /initial.Z of 2×5/],
    [{ rank: 2, initial: { W: Matrix.zeros(6, 2, { dtype: 'float32' }) } }, ArgumentError, /toType\('float64'\)/],
    [{ rank: 1, initial: { W: [1, 2, 3, 4, Number.NaN, 6] } }, ArgumentError, /initial.W with finite entries/],
    [{ maxIterations: 0 }, ArgumentError, /maxIterations/],
    [{ lambda: 1 }, ArgumentError, /options among/],
  ])('%o', async (options, kind, message) => {
    expect(() => completeALS(data, options as never)).toThrow(kind)
    expect(() => completeALS(data, options as never)).toThrow(message)
    await expect(completeALSAsync(data, options as never)).rejects.toThrow(message)
  })
  test.each([
    ['no rating', SparseMatrix.fromTriplets(3, 3, { row: [], column: [], value: [] }), /at least one rating/],
    ['nothing but NaN', [[Number.NaN, Number.NaN]], /at least one rating/],
    ['an empty matrix', Matrix.zeros(0, 4), /at least one rating/],
    ['infinite', [[1, Infinity]], /finite ratings/],
    [
      'NaN in a sparse one',
      SparseMatrix.fromTriplets(1, 1, { row: [0], column: [0], value: [Number.NaN] }),
      /finite ratings/,
    ],
    ['a string', 'ratings.csv', /ratings/],
    ['nothing', undefined, /ratings/],
  ])('%s', (_name, source, message) => {
    expect(() => completeALS(source as never)).toThrow(ArgumentError)
    expect(() => completeALS(source as never)).toThrow(message)
  })
  test('repeated pairs', () => {
    expect(() => ratings([1, 1], [2, 2], [3, 4])).toThrow(ArgumentError)
  })
  test('validation ratings whose squares overflow', () => {
    const validation = new Ratings(SparseMatrix.fromTriplets(1, 1, { row: [0], column: [0], value: [1e200] }))
    const wrong = () => completeALS([[1, 2]], { rank: 1, validation })
    expect(wrong).toThrow(ConvergenceError)
    expect(wrong).toThrow(
      /completeALS: expected a validation error that is a finite number but received Infinity; scale/,
    )
  })
  test.each([null, 0, '', false])('initial.Z of %j', (Z) => {
    expect(() => completeALS([[1, 2]], { rank: 1, initial: { W: [[1]], Z: Z as never } })).toThrow(/initial.Z/)
  })
  test('ratings whose squares overflow', () => {
    const huge = new Ratings(SparseMatrix.fromTriplets(2, 2, { row: [0, 1], column: [0, 1], value: [1e200, -1e200] }))
    expect(() => completeALS(huge, { rank: 1 })).toThrow(/finite number/)
  })
})
