import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { CompletionModel, Id, Recommendations, RecommendOptions } from '../../lib/als/index.ts'
import { uniforms } from '../../lib/core/random.ts'
import { ArgumentError, getThreads, setThreads } from '../../lib/index.ts'
import { bothWays } from '../support/twins.ts'
import { distance } from '../support/walk.ts'
import { modelOf } from './models.ts'

const dtypes = ['float64', 'float32'] as const
const epsilonOf = (model: CompletionModel) => (model.dtype === 'float32' ? 2 ** -23 : 2 ** -52)

/** Both twins, whose answers must agree. */
const recommend = (model: CompletionModel): CompletionModel['recommend'] =>
  bothWays(
    'recommend',
    (...args: [never, never?]) => model.recommend(...args),
    (...args: [never, never?]) => model.recommendAsync(...args),
  ) as never

/** Positions that may be recommended to row i. */
function allowed(model: CompletionModel, i: number, { exclude = 'seen', candidates }: RecommendOptions): number[] {
  const { rowPointers, columnIndices } = model.ratings.matrix
  const positions = (ids: ArrayLike<Id>) => new Set(Array.from(ids, (id) => model.columnIds.indexOf(id)))
  const seen = new Set(columnIndices.subarray(rowPointers[i], rowPointers[i + 1]))
  const out = exclude === 'seen' ? seen : exclude === 'none' ? new Set() : positions(exclude)
  const among = candidates && positions(candidates)
  const all = Array.from({ length: model.columnIds.length }, (_, j) => j)
  return all.filter((j) => !out.has(j) && (among === undefined || among.has(j)))
}

/** x̂ᵢⱼ of all j, and the sum of magnitudes that its rounding is a multiple of. */
function scoresOf(model: CompletionModel, i: number): { score: number; size: number }[] {
  const { rowBias, columnBias, globalMean } = model
  const [w, Z] = [model.W.row(i).copy().data, model.Z.transpose.copy().data]
  return Array.from({ length: model.Z.columns }, (_, j) => {
    let score = globalMean + (rowBias?.[i] ?? 0) + (columnBias?.[j] ?? 0)
    let size = Math.abs(globalMean) + Math.abs(rowBias?.[i] ?? 0) + Math.abs(columnBias?.[j] ?? 0)
    for (let l = 0; l < w.length; l++) {
      const term = w[l] * Z[j * w.length + l]
      score += term
      size += Math.abs(term)
    }
    return { score, size }
  })
}

/** What is wrong with an answer: something forbidden or twice, a wrong score or order, or something better left out. */
function faults(model: CompletionModel, i: number, options: RecommendOptions, { items, scores }: Recommendations) {
  const { count = 10 } = options
  const all = scoresOf(model, i)
  const may = new Set(allowed(model, i, options))
  const found = items.map((id) => model.columnIds.indexOf(id))
  const unit = (2 * model.W.columns + 8) * epsilonOf(model)
  const wrong: string[] = []
  if (found.length !== Math.min(count, may.size) || scores.length !== found.length) wrong.push(`${found.length} items`)
  for (const [k, j] of found.entries()) {
    if (!may.delete(j)) wrong.push(`item ${j}, which is excluded or came before`)
    if (!(Math.abs(scores[k] - all[j].score) <= unit * all[j].size)) wrong.push(`score of item ${j}`)
    if (k > 0 && !(scores[k - 1] >= scores[k])) wrong.push(`order of item ${j}`)
  }
  const least = scores[found.length - 1]
  for (const j of may) if (!(all[j].score <= least + unit * all[j].size)) wrong.push(`no item ${j}, which is better`)
  return wrong
}

/** The full sort of exact scores: by score, then position. */
function fullSort(model: CompletionModel, i: number, options: RecommendOptions): { items: Id[]; scores: number[] } {
  const all = scoresOf(model, i)
  const order = allowed(model, i, options).sort((a, b) => all[b].score - all[a].score || a - b)
  const best = order.slice(0, options.count ?? 10)
  return { items: best.map((j) => model.columnIds.at(j)), scores: best.map((j) => all[j].score) }
}

const shapes = [
  { rows: 1, columns: 1, rank: 1 },
  { rows: 3, columns: 5, rank: 2 },
  { rows: 13, columns: 31, rank: 3 },
  { rows: 12, columns: 32, rank: 1 },
  { rows: 25, columns: 33, rank: 8 },
  { rows: 100, columns: 64, rank: 5 },
  { rows: 197, columns: 300, rank: 17 },
  { rows: 7, columns: 5000, rank: 40 },
  { rows: 2, columns: 20_000, rank: 20, density: 0.002 },
]

describe.each(dtypes)('recommend, %s', (dtype) => {
  test.each(shapes)('the best of $rows×$columns, rank $rank', async (shape) => {
    for (const kind of ['explicit', 'implicit'] as const) {
      const model = modelOf({ ...shape, dtype, kind, seed: shape.columns })
      const rows = Array.from({ length: shape.rows }, (_, i) => i)
      for (const options of [
        {},
        { count: 3, exclude: 'none' },
        { count: Math.min(shape.columns, 5000) },
      ] as RecommendOptions[]) {
        const answers = await recommend(model)(rows, options)
        expect(answers).toHaveLength(shape.rows)
        for (const [i, answer] of answers.slice(0, 20).entries())
          expect([i, ...faults(model, i, options, answer)]).toEqual([i])
        expect(await recommend(model)(0, options)).toEqual(answers[0])
      }
    }
  })

  test.each(shapes)('the full sort of exact scores, ties by lower position, $rows×$columns', async (shape) => {
    const model = modelOf({ ...shape, rank: Math.min(shape.rank, 2), dtype, exact: true, seed: 7 })
    const rows = Array.from({ length: Math.min(shape.rows, 20) }, (_, r) => shape.rows - 1 - r)
    for (const count of [1, 10, 1000]) {
      const answers = await recommend(model)(rows, { count })
      for (const [r, i] of rows.entries()) {
        const expected = fullSort(model, i, { count })
        expect([...answers[r].items]).toEqual(expected.items)
        expect(Array.from(answers[r].scores)).toEqual(expected.scores)
      }
    }
  })

  test('given ids are left out, candidates alone are considered, with either spelling of an id', async () => {
    const next = uniforms(3)
    const columnIds = Array.from({ length: 200 }, (_, j) => (j % 2 === 0 ? j : `item ${j}`))
    const model = modelOf({ rows: 20, columns: 200, rank: 2, dtype, columnIds, exact: true, seed: 11 })
    const some = (part: number) => columnIds.filter(() => next() < part)
    const cases: RecommendOptions[] = [
      { exclude: some(0.5) },
      { exclude: [] },
      { exclude: columnIds },
      { exclude: columnIds, candidates: some(0.1) },
      { candidates: some(0.3) },
      { candidates: [] },
      { candidates: columnIds.toReversed(), exclude: 'none' },
      { candidates: some(0.05), count: 500 },
      { candidates: some(0.5), exclude: some(0.5), count: 30 },
      { candidates: [...some(0.1), ...some(0.1), ...some(0.5)], exclude: 'none', count: 50 },
    ]
    const rows = Int32Array.from({ length: 20 }, (_, i) => i)
    for (const [number, options] of cases.entries()) {
      const answers = await recommend(model)(rows, options)
      for (const i of rows) {
        const expected = fullSort(model, i, options)
        expect([number, i, ...answers[i].items]).toEqual([number, i, ...expected.items])
        expect(Array.from(answers[i].scores)).toEqual(expected.scores)
      }
    }
    const spelled = { exclude: ['0', 'item 1'], candidates: ['0', 2, '4', 'item 1'] }
    expect(model.recommend('3', spelled)).toEqual(model.recommend(3, spelled))
    expect(new Set(model.recommend(3, spelled).items)).toEqual(new Set([2, 4]))
  })

  test('one and the same bits for any number of threads, and for a row alone', async () => {
    const threads = getThreads()
    const model = modelOf({ rows: 300, columns: 3000, rank: 24, dtype, seed: 9 })
    const rows = Array.from({ length: 300 }, (_, i) => i)
    try {
      setThreads(1)
      const expected = model.recommend(rows)
      for (const count of [2, 3, 8]) {
        setThreads(count)
        expect(distance(model.recommend(rows), expected)).toBe(0)
        expect(distance(await model.recommendAsync(rows), expected)).toBe(0)
      }
      for (const i of [0, 95, 96, 299]) expect(distance(model.recommend(i), expected[i])).toBe(0)
    } finally {
      setThreads(threads)
    }
  })

  test('scores are what predict says', () => {
    const model = modelOf({ rows: 5, columns: 40, rank: 6, dtype, seed: 2 })
    const { items, scores } = model.recommend(4)
    const predicted = model.predict(4, items)
    for (const [k, score] of scores.entries())
      expect(Math.abs(score - (predicted[k] as number))).toBeLessThan(64 * epsilonOf(model))
  })
})

test('random shapes, counts, exclusions and candidates give the full sort', () => {
  const size = (most: number) => fc.integer({ min: 1, max: most })
  const part = fc.constantFrom(undefined, 0, 0.1, 0.5, 1)
  const shape = fc.record({
    rows: size(40),
    columns: size(150),
    rank: size(4),
    density: fc.constantFrom(0, 0.1, 0.6, 2),
    seed: fc.nat(1000),
    dtype: fc.constantFrom(...dtypes),
    kind: fc.constantFrom('explicit' as const, 'implicit' as const),
  })
  fc.assert(
    fc.property(shape, size(200), part, part, (given, count, out, among) => {
      const model = modelOf({ ...given, exact: true })
      const next = uniforms(given.seed)
      const some = (share: number | undefined) =>
        share === undefined ? undefined : model.columnIds.toArray().filter(() => next() < share)
      const options = { count, exclude: some(out), candidates: some(among) }
      const rows = model.rowIds.toArray()
      const answers = model.recommend(rows, options)
      for (const [i, { items, scores }] of answers.entries())
        expect({ items, scores: Array.from(scores) }).toEqual(fullSort(model, i, options))
    }),
    { numRuns: 150, seed: 12 },
  )
})

test('results own their arrays, and no rows give no answers', async () => {
  const model = modelOf({ rows: 5, columns: 40, rank: 6 })
  const answers = model.recommend([0, 1])
  expect(answers[0].scores.buffer).not.toBe(answers[1].scores.buffer)
  expect(answers[0].scores.byteLength).toBe(answers[0].scores.buffer.byteLength)
  expect(await recommend(model)([])).toEqual([])
})

test('unknown ids, wrong counts and options are refused', async () => {
  const model = modelOf({ rows: 5, columns: 40, rank: 6 })
  const refused = async (rows: unknown, options: unknown, message: string) => {
    const answer = recommend(model)(rows as never, options as never) as unknown as Promise<unknown>
    const failure = await answer.then(
      () => expect.fail('accepted'),
      (error: unknown) => error as Error,
    )
    expect(failure).toBeInstanceOf(ArgumentError)
    expect(failure.message).toMatch(/^CompletionModel.recommend: expected .* but received /)
    expect(failure.message).toContain(message)
  }
  await refused('eve', undefined, "'eve'")
  await refused([0, 1, 'eve'], undefined, "'eve'")
  await refused(5, undefined, '5')
  for (const wrong of [null, undefined, 1.5, true, [null], [0.5]]) await refused(wrong, undefined, '')
  for (const count of [0, -1, 1.5, Number.NaN, '3', null]) await refused(0, { count }, 'count')
  for (const exclude of ['sen', null, 3, true, {}]) await refused(0, { exclude }, 'exclude')
  await refused(0, { exclude: [40] }, '40, an unknown id')
  await refused(0, { candidates: ['x'] }, "'x'")
  for (const candidates of [null, 3, 'all', {}]) await refused(0, { candidates }, 'candidates')
  await refused(0, { exlude: 'none' }, "did you mean 'exclude'?")
})
