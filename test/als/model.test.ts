import { existsSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { completeALS, evaluate, implicitALS, split } from '../../lib/als/index.ts'
import { ArgumentError, type FloatArray, Matrix, ShapeError } from '../../lib/index.ts'
import { modelOf } from './models.ts'

const dtypes = ['float64', 'float32'] as const

describe.each(dtypes)('predict, %s', (dtype) => {
  const epsilon = dtype === 'float32' ? 2 ** -23 : 2 ** -52
  const ids = { rowIds: ['ann', 'bob', 'cid', '7'], columnIds: [10, 20, 30, 40, 50] }
  const model = modelOf({ rows: 4, columns: 5, rank: 3, dtype, ...ids })
  /** The definition, from dense views. */
  const expected = (i: number, j: number): number => {
    let sum = model.globalMean + (model.rowBias?.[i] ?? 0) + (model.columnBias?.[j] ?? 0)
    for (let l = 0; l < 3; l++) sum += model.W.get(i, l) * model.Z.get(l, j)
    return sum
  }

  test('is μ + b + c + wᵀz, for ids, pairs of arrays, and one id beside an array', () => {
    for (const [i, row] of ids.rowIds.entries())
      for (const [j, column] of ids.columnIds.entries())
        expect(Math.abs(model.predict(row, column) - expected(i, j))).toBeLessThan(16 * epsilon)
    const pairs = model.predict(['ann', 7, 'cid'], Int32Array.of(50, 10, 20))
    expect(pairs.constructor.name).toBe(dtype === 'float32' ? 'Float32Array' : 'Float64Array')
    for (const [k, [i, j]] of [
      [0, 4],
      [3, 0],
      [2, 1],
    ].entries())
      expect(Math.abs((pairs[k] as number) - expected(i as number, j as number))).toBeLessThan(16 * epsilon)
    expect(model.predict('bob', [10, 20])).toEqual(model.predict(['bob', 'bob'], [10, 20]))
    expect(model.predict(['bob', 'ann'], 30)).toEqual(model.predict(['bob', 'ann'], [30, 30]))
    expect(model.predict([], [])).toHaveLength(0)
    expect(model.predict('7', '50')).toBe(model.predict(7, 50))
  })

  test('an unknown id leaves the mean and the known bias', () => {
    expect(model.predict('eve', 60)).toBe(3)
    expect(model.predict('eve', 20)).toBe(3 + (model.columnBias?.[1] as number))
    expect(model.predict('cid', 'x')).toBe(3 + (model.rowBias?.[2] as number))
    expect(Array.from(modelOf({ rows: 3, columns: 3, rank: 2, kind: 'implicit', dtype }).predict(9, [0, 9]))).toEqual([
      0, 0,
    ])
  })

  test('clip keeps predictions in the range of the ratings, or in a given one', () => {
    const wild = modelOf({ rows: 20, columns: 30, rank: 8, dtype, seed: 5, density: 0.5 })
    const [rows, columns] = [[...Array(600).keys()].map((k) => k % 20), [...Array(600).keys()].map((k) => k % 30)]
    const plain = wild.predict(rows, columns)
    for (const [clip, least, largest] of [
      [true, 1, 5],
      [[2, 3.5], 2, 3.5],
    ] as const)
      expect(wild.predict(rows, columns, { clip })).toEqual(plain.map((x) => Math.min(largest, Math.max(least, x))))
    expect(plain.some((x) => x < 2 || x > 3.5)).toBe(true)
    expect(wild.predict(rows, columns, { clip: false })).toEqual(plain)
    const implicit = modelOf({ rows: 20, columns: 30, rank: 8, dtype, kind: 'implicit' }).predict(rows, columns, {
      clip: true,
    })
    expect([Math.min(...implicit), Math.max(...implicit)]).toEqual([0, 1])
  })

  test('wrong ids, lengths and options are refused', () => {
    expect(() => model.predict(['ann', 'bob'], [10])).toThrow(ShapeError)
    for (const wrong of [null, undefined, 1.5, NaN, {}, 7n, [null], [1.5], [['ann']]]) {
      expect(() => model.predict(wrong as never, 10)).toThrow(ArgumentError)
      expect(() => model.predict('ann', wrong as never)).toThrow(ArgumentError)
    }
    for (const clip of [1, 'yes', [1], [2, 1], [NaN, 1], null])
      expect(() => model.predict('ann', 10, { clip: clip as never })).toThrow(ArgumentError)
    expect(() => model.predict('ann', 10, { clp: true } as never)).toThrow("did you mean 'clip'?")
  })
})

test('a model whose arrays were detached is refused, whatever is asked of it', async () => {
  for (const part of ['W', 'Z', 'rowBias', 'columnBias'] as const) {
    const model = modelOf({ rows: 4, columns: 5, rank: 2 })
    const array = model[part]
    const { buffer } = array instanceof Matrix ? array.data : (array as FloatArray)
    structuredClone(buffer, { transfer: [buffer as ArrayBuffer] })
    const calls = [
      () => model.predict(0, 0),
      () => model.recommend(0),
      () => model.recommend({ items: [1], values: [2] }),
      () => model.similarItems(0),
      () => model.foldIn({ items: [1], values: [2] }),
      () => model.partialFit(model.ratings),
    ]
    for (const call of calls) expect(call).toThrow(new RegExp(`^CompletionModel.* expected ${part} of the model`))
    await expect(model.recommendAsync(0)).rejects.toThrow(ArgumentError)
    await expect(model.save('never')).rejects.toThrow(ArgumentError)
  }
})

test('what is detached while a promise is pending changes nothing', async () => {
  const model = modelOf({ rows: 4, columns: 5, rank: 2 })
  const { W, ratings } = model
  const [fitted, saved] = [model.partialFitAsync(ratings), model.save('never')]
  structuredClone(W.data.buffer, { transfer: [W.data.buffer as ArrayBuffer] })
  await expect(fitted).rejects.toThrow(/^CompletionModel.partialFit: expected W of the model/)
  await expect(saved).rejects.toThrow(ArgumentError)
  expect([model.W, model.ratings]).toEqual([W, ratings])
  expect(existsSync('never')).toBe(false)
})

test.each(['values', 'columnIndices', 'rowPointers'] as const)(
  'ratings whose %s were detached are refused, in a model and without',
  async (part) => {
    const model = modelOf({ rows: 4, columns: 5, rank: 2, density: 0.5 })
    const whole = modelOf({ rows: 4, columns: 5, rank: 2, density: 0.5 })
    const { ratings } = model
    const { buffer } = ratings.matrix[part]
    structuredClone(buffer, { transfer: [buffer as ArrayBuffer] })
    const calls = [
      () => model.predict(0, 0, { clip: true }),
      () => model.recommend(0),
      () => model.partialFit(whole.ratings),
      () => whole.partialFit(ratings),
      () => evaluate(whole, ratings),
      () => evaluate(model, whole.ratings),
      () => split(ratings),
      () => ratings.toType('float32'),
      () => completeALS(ratings, { rank: 1 }),
      () => completeALS(ratings.matrix, { rank: 1 }),
      () => completeALS(whole.ratings, { rank: 1, validation: ratings }),
      () => implicitALS(ratings, { rank: 1 }),
    ]
    for (const call of calls) expect(call).toThrow(ArgumentError)
    for (const call of calls) expect(call).toThrow(/with the arrays that it was made with/)
    await expect(model.save('never')).rejects.toThrow(ArgumentError)
  },
)

test('a signal stops what calls kernels', async () => {
  const model = modelOf({ rows: 4, columns: 5, rank: 2 })
  const options = { signal: AbortSignal.abort(new Error('enough')) }
  const row = { items: [1], values: [2] }
  for (const call of [
    () => model.recommend(0, options),
    () => model.recommend(row, options),
    () => model.similarItems(0, options),
    () => model.foldIn(row, options),
    () => model.partialFit(model.ratings, options),
  ])
    expect(call).toThrow('enough')
  for (const promise of [
    model.recommendAsync(0, options),
    model.similarItemsAsync(0, options),
    model.foldInAsync(row, options),
    model.partialFitAsync(model.ratings, options),
  ])
    await expect(promise).rejects.toThrow('enough')
  expect(() => model.recommend(0, { signal: 3 as never })).toThrow(ArgumentError)
})
