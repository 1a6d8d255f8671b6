import { describe, expect, test } from 'vitest'
import {
  CompletionModel,
  type EvaluateOptions,
  evaluate,
  evaluateAsync,
  type Ratings,
  ratings,
} from '../../lib/als/index.ts'
import { uniforms } from '../../lib/core/random.ts'
import { ArgumentError, Matrix } from '../../lib/index.ts'
import { bothWays } from '../support/twins.ts'
import { type ModelCase, modelOf, partsOf } from './models.ts'

/** Both twins, whose answers must agree. */
const judge = (model: CompletionModel, on: Ratings, options?: EvaluateOptions) =>
  bothWays(
    'evaluate',
    (given: EvaluateOptions) => evaluate(model, on, given),
    (given: EvaluateOptions) => evaluateAsync(model, on, given),
  )(options as EvaluateOptions)

/** Pairs that the model was not trained on. */
function heldOut(model: CompletionModel, density: number, seed: number): Ratings {
  const uniform = uniforms(seed)
  const seen = model.ratings.matrix.toDense()
  const [row, column, value]: [number[], number[], number[]] = [[], [], []]
  for (let i = 0; i < seen.rows; i++)
    for (let j = 0; j < seen.columns; j++)
      if (seen.get(i, j) === 0 && uniform() < density) {
        row.push(i)
        column.push(j)
        value.push(Math.floor(6 * uniform()))
      }
  return ratings(row, column, value, { rowIds: model.rowIds, columnIds: model.columnIds })
}

/** Pairs of rows and columns by position, row by row. */
function byRow({ matrix }: Ratings): number[][] {
  return Array.from({ length: matrix.rows }, (_, i) =>
    Array.from(matrix.columnIndices.subarray(matrix.rowPointers[i], matrix.rowPointers[i + 1])),
  )
}

/** The measures from their definitions, over the whole ranking of each row. `on` has the model's ids. */
function bruteForce(model: CompletionModel, on: Ratings, k: number) {
  const seen = byRow(model.ratings)
  const { columns } = on
  const rows = byRow(on)
    .map((relevant, i) => {
      const score = (j: number) => model.predict(model.rowIds.at(i), model.columnIds.at(j)) as number
      const open = Array.from({ length: columns }, (_, j) => j).filter((j) => !seen[i].includes(j))
      const list = open.sort((a, b) => score(b) - score(a) || a - b).slice(0, k)
      return { relevant: new Set(relevant), list }
    })
    .filter(({ relevant }) => relevant.size > 0)
  const mean = (of: (row: (typeof rows)[number]) => number) => rows.reduce((sum, row) => sum + of(row), 0) / rows.length
  const hits = ({ relevant, list }: (typeof rows)[number]) => list.filter((j) => relevant.has(j)).length
  const gain = (places: readonly number[]) => places.reduce((sum, place) => sum + 1 / Math.log2(place + 2), 0)
  return {
    precision: mean(hits) / mean(({ relevant }) => Math.min(k, relevant.size)),
    recall: mean((row) => hits(row) / row.relevant.size),
    ndcg: mean(({ relevant, list }) => {
      const found = [...list.keys()].filter((place) => relevant.has(list[place]))
      return gain(found) / gain([...Array(Math.min(k, relevant.size)).keys()])
    }),
    // Each relevant item against each other one: before it, behind it, or nothing known of the two.
    auc: mean(({ relevant, list }) => {
      let won = 0
      for (const good of relevant)
        for (let bad = 0; bad < columns; bad++) {
          if (relevant.has(bad)) continue
          const [p, q] = [list.indexOf(good), list.indexOf(bad)]
          won += p < 0 && q < 0 ? 0.5 : q < 0 || (p >= 0 && p < q) ? 1 : 0
        }
      return won / (relevant.size * (columns - relevant.size))
    }),
  }
}

const cases: (ModelCase & { name: string })[] = [
  { name: 'biases', rows: 40, columns: 30, rank: 5 },
  {
    name: 'float32, names',
    rows: 23,
    columns: 17,
    rank: 3,
    dtype: 'float32',
    rowIds: Array.from({ length: 23 }, (_, i) => `u${i}`),
  },
  { name: 'implicit', rows: 30, columns: 50, rank: 8, kind: 'implicit' },
  { name: 'one row', rows: 1, columns: 12, rank: 2, density: 0.3 },
  { name: 'more rows than a batch', rows: 2100, columns: 9, rank: 2, density: 0.2 },
]

describe.each(cases)('$name', (given) => {
  test.each([1, 2])('is what the definitions give: seed %i', async (seed) => {
    const model = modelOf({ ...given, seed })
    const on = heldOut(model, 0.2, seed + 10)
    const at = [3, 1, 10, 100]
    const result = await judge(model, on, { at })
    for (const [k, length] of at.entries())
      for (const [name, value] of Object.entries(bruteForce(model, on, length)))
        expect(result[name as 'auc'][k], `${name} at ${length}, seed ${seed}`).toBeCloseTo(value, 12)

    let [squares, absolutes] = [0, 0]
    for (const [i, columns] of byRow(on).entries())
      for (const [n, j] of columns.entries()) {
        const value = on.matrix.values[on.matrix.rowPointers[i] + n]
        const wanted = model.kind === 'implicit' ? Number(value > 0) : value
        const error = wanted - (model.predict(model.rowIds.at(i), model.columnIds.at(j)) as number)
        squares += error ** 2
        absolutes += Math.abs(error)
      }
    expect(result.rmse / Math.sqrt(squares / on.count)).toBeCloseTo(1, 6)
    expect(result.mae / (absolutes / on.count)).toBeCloseTo(1, 6)
  })
})

describe('by hand', () => {
  // Scores of row u for a, b, c, d are 4, 3, 2, 1; z has the best, and was trained on. Row v has no training.
  const columnIds = ['a', 'b', 'c', 'd', 'z']
  const model = new CompletionModel({
    ...partsOf({ rows: 2, columns: 5, rank: 1, biases: false }),
    W: new Matrix(Float64Array.of(1, 0), 2, 1),
    Z: new Matrix(Float64Array.of(4, 3, 2, 1, 9), 1, 5),
    globalMean: 0.5,
    ratings: ratings([0], [4], [5], { rowIds: ['u', 'v'], columnIds }),
  })

  test('a list of three, with one of two relevant items in it', async () => {
    const result = await judge(model, ratings(['u', 'u'], ['b', 'd'], [3.5, 2.5]), { at: [1, 3] })
    // Among the pairs of relevant and other items, b stands before c and z, d before none but perhaps z.
    expect(result.precision).toEqual([0, 0.5])
    expect(result.recall).toEqual([0, 0.5])
    expect(result.ndcg[1]).toBeCloseTo(1 / Math.log2(3) / (1 + 1 / Math.log2(3)), 14)
    expect(result.auc).toEqual([(2 * 2 * 0.5) / 6, (1 + 1 + 0.5) / 6])
    expect([result.rmse, result.mae]).toEqual([Math.sqrt(0.5), 0.5])
  })

  test('a perfect list, and one as long as all there is', async () => {
    const result = await judge(model, ratings(['u', 'u'], ['a', 'b']), { at: [2, 5] })
    expect(result).toMatchObject({ precision: [1, 1], recall: [1, 1], ndcg: [1, 1], auc: [1, 1] })
    const all = await judge(model, ratings(Array(5).fill('u'), columnIds))
    expect(all).toMatchObject({ precision: [0.8], recall: [0.8], auc: [1] })
  })

  test('what the model does not know counts as not found, and is predicted by the mean', async () => {
    const rows = await judge(model, ratings(['u', 'new'], ['a', 'a'], [4.5, 1.5]), { at: [2] })
    expect(rows).toMatchObject({ precision: [0.5], recall: [0.5], ndcg: [0.5], auc: [0.75] })
    expect([rows.rmse, rows.mae]).toEqual([Math.sqrt(0.5), 0.5])
    const columns = await judge(model, ratings(['u', 'u'], ['a', 'new'], [4.5, 2.5]), { at: [2] })
    expect(columns).toMatchObject({ precision: [0.5], recall: [0.5], mae: 1 })
    const all = await judge(model, ratings(['new'], ['new'], [2]))
    expect(all).toEqual({ rmse: 1.5, mae: 1.5, precision: [0], recall: [0], ndcg: [0], auc: [0.5] })
  })

  test('ids decide, not positions', async () => {
    const on = ratings(['u', 'u'], ['d', 'b'], [2.5, 3.5], { duplicates: 'last' })
    const turned = ratings([1, 1], [2, 0], [2.5, 3.5], { rowIds: ['w', 'u'], columnIds: ['b', 'q', 'd'] })
    expect(await judge(model, turned, { at: [1, 3] })).toEqual(await judge(model, on, { at: [1, 3] }))
  })

  test('without lengths only the errors are computed', async () => {
    const result = await judge(model, ratings(['u'], ['a'], [4.5]), { at: [] })
    expect(result).toEqual({ rmse: 0, mae: 0, precision: [], recall: [], ndcg: [], auc: [] })
  })

  test('later changes of the model and the lengths do not show', async () => {
    const given = modelOf({ rows: 3000, columns: 6, rank: 2, density: 0.3 })
    const test = modelOf({ rows: 3000, columns: 6, rank: 2, density: 0.3, seed: 2 }).ratings
    const at = [1, 2]
    const expected = evaluate(given, test, { at })
    const result = evaluateAsync(given, test, { at })
    at[0] = 6
    given.partialFit(test)
    expect(evaluate(given, test, { at: [1, 2] })).not.toEqual(expected)
    const { buffer } = test.matrix.values
    structuredClone(buffer, { transfer: [buffer as ArrayBuffer] })
    expect(await result).toEqual(expected)
  })

  test('hundreds of thousands of lengths', () => {
    const { ndcg } = evaluate(model, ratings(['u'], ['a'], [4.5]), { at: Array<number>(3e5).fill(1) })
    expect(ndcg.length).toBe(3e5)
  })

  test.each<[string, () => unknown, RegExp]>([
    ['no ratings', () => evaluate(model, ratings([], [])), /at least one rating but received none; hold out/],
    ['no Ratings', () => evaluate(model, [[1]] as never), /Ratings but received an array of 1/],
    ['no model', () => evaluate({} as never, ratings([1], [1])), /a CompletionModel but received an object/],
    [
      'at',
      () => evaluate(model, ratings([1], [1]), { at: 10 as never }),
      /at to be an array of lengths but received 10/,
    ],
    ['a hole in at', () => evaluate(model, ratings([1], [1]), { at: Array(2) }), /at\[0\] to be an integer from 1/],
    ['at[1]', () => evaluate(model, ratings([1], [1]), { at: [1, 0] }), /at\[1\] to be an integer from 1/],
    [
      'option',
      () => evaluate(model, ratings([1], [1]), { k: 1 } as never),
      /options among at, signal but received 'k'/,
    ],
  ])('refuses wrong input: %s', (_, run, message) => {
    expect(run).toThrow(ArgumentError)
    expect(run).toThrow(message)
  })

  test('stops when it is told to', async () => {
    const signal = AbortSignal.abort(new Error('enough'))
    await expect(evaluateAsync(model, ratings(['u'], ['a']), { signal })).rejects.toThrow('enough')
  })
})
