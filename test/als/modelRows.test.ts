/** Rows beside fixed columns: fold-in, unseen rows in recommend, partialFit; and similar items. */
import { describe, expect, test } from 'vitest'
import { CompletionModel, type Id, Ratings, ratings, type UnseenRow } from '../../lib/als/index.ts'
import type { ModelParts } from '../../lib/als/model.ts'
import { solveRows } from '../../lib/als/solveRows.ts'
import { runSync } from '../../lib/core/run.ts'
import { ArgumentError, type FloatArray, lstsq, Matrix, ShapeError, SparseMatrix } from '../../lib/index.ts'
import { bothWays } from '../support/twins.ts'
import { type ModelCase, modelOf, partsOf } from './models.ts'

const dtypes = ['float64', 'float32'] as const
const epsilonOf = (model: CompletionModel) => (model.dtype === 'float32' ? 2 ** -23 : 2 ** -52)

/** The ratings of row i, as an unseen row. */
function rowOf(model: CompletionModel, i: number): { items: Id[]; values: number[] } {
  const { rowPointers, columnIndices, values } = model.ratings.matrix
  const [begin, end] = [rowPointers[i], rowPointers[i + 1]]
  return {
    items: Array.from(columnIndices.subarray(begin, end), (j) => model.columnIds.at(j)),
    values: Array.from(values.subarray(begin, end)),
  }
}

/**
 * w, and b behind it where the model has biases, by a least-squares problem of all equations and penalties, in double.
 */
function bruteForce(model: CompletionModel, { items, values }: UnseenRow): Float64Array {
  const { Z, columnBias, globalMean, settings, kind } = model
  const width = Z.rows + (model.rowBias ? 1 : 0)
  const given = new Map(Array.from(items, (id, k) => [model.columnIds.indexOf(id), values[k] as number]))
  const columns = kind === 'implicit' ? Array.from({ length: Z.columns }, (_, j) => j) : [...given.keys()]
  const equations = columns.map((j) => {
    const value = given.get(j) ?? 0
    const weight = kind === 'implicit' ? Math.sqrt(1 + settings.alpha * Math.abs(value)) : 1
    const target = kind === 'implicit' ? Number(value > 0) : value - globalMean - (columnBias?.[j] ?? 0)
    const features = Array.from({ length: width }, (_, l) => (l < Z.rows ? Z.get(l, j) : 1))
    return { row: features.map((f) => weight * f), right: weight * target }
  })
  const lambda = settings.regularization.W * (settings.weighting === 'weighted' ? given.size : 1)
  for (let l = 0; l < width; l++) equations.push({ row: features(width, l, Math.sqrt(lambda)), right: 0 })
  const A = Matrix.from(equations.map(({ row }) => row))
  return lstsq(
    A,
    Float64Array.from(equations, ({ right }) => right),
  ).X as unknown as Float64Array
}

const features = (width: number, at: number, value: number) =>
  Array.from({ length: width }, (_, l) => (l === at ? value : 0))

function distanceOf(x: ArrayLike<number>, y: ArrayLike<number>): number {
  const size = Math.hypot(...Array.from(y))
  return Math.hypot(...Array.from(y, (value, k) => value - (x[k] as number))) / (size || 1)
}

const foldIn = (model: CompletionModel): CompletionModel['foldIn'] =>
  bothWays(
    'foldIn',
    (...args: [never]) => model.foldIn(...args),
    (...args: [never]) => model.foldInAsync(...args),
  ) as never

const kinds: Record<string, Partial<ModelCase>> = {
  'with biases': {},
  'without biases': { biases: false },
  implicit: { kind: 'implicit' },
}

describe.each(dtypes)('%s', (dtype) => {
  describe.each(Object.entries(kinds))('%s', (_, kind) => {
    const model = modelOf({ rows: 40, columns: 60, rank: 5, dtype, density: 0.3, seed: 8, ...kind })
    const limit = 2000 * epsilonOf(model)

    test('foldIn is the least-squares solution, in any order of items', async () => {
      for (const i of [0, 7, 39]) {
        const row = rowOf(model, i)
        const expected = bruteForce(model, row)
        const w = await foldIn(model)(row)
        expect(w).toHaveLength(5)
        expect(distanceOf(w, expected.subarray(0, 5))).toBeLessThan(limit)
        const turned = { items: row.items.toReversed(), values: row.values.toReversed() }
        expect(model.foldIn(turned)).toEqual(w)
      }
    })

    test('foldIn of few items is the same', async () => {
      for (const items of [[], [59], [3, 0, 41], [17, 18, 19, 20, 2]]) {
        const row = { items, values: items.map((_, k) => 1 + (k % 5)) }
        const w = await foldIn(model)(row)
        expect(distanceOf(w, bruteForce(model, row).subarray(0, 5))).toBeLessThan(limit)
      }
    })

    test('recommend takes an unseen row: its factors and bias, and without what it has', () => {
      for (const i of [1, 20]) {
        const row = rowOf(model, i)
        const x = bruteForce(model, row)
        const { items, scores } = model.recommend(row, { count: 100 })
        expect(items).toHaveLength(60 - row.items.length)
        expect(items.filter((id) => row.items.includes(id))).toEqual([])
        for (const [k, id] of items.entries()) {
          const j = model.columnIds.indexOf(id)
          let score = model.globalMean + (model.rowBias ? x[5] : 0) + (model.columnBias?.[j] ?? 0)
          for (let l = 0; l < 5; l++) score += x[l] * model.Z.get(l, j)
          expect(Math.abs(scores[k] - score)).toBeLessThan(limit)
        }
        expect(model.recommend(row, { exclude: 'none', count: 100 }).items).toHaveLength(60)
        expect(model.recommend(row, { candidates: row.items }).items).toEqual([])
      }
    })

    test('partialFit of what it was trained on gives the last half-sweep again', async () => {
      const parts = partsOf({ rows: 40, columns: 60, rank: 5, dtype, density: 0.3, seed: 8, ...kind })
      const trained = new CompletionModel(lastHalfSweep(parts))
      const again = new CompletionModel(lastHalfSweep(parts))
      expect(again.partialFit(again.ratings)).toBe(again)
      expect(again.W).toEqual(trained.W)
      expect(again.rowBias).toEqual(trained.rowBias)
      expect(again.ratings.matrix).toEqual(trained.ratings.matrix)
      expect(await again.partialFitAsync(trained.ratings)).toBe(again)
      expect(again.W).toEqual(trained.W)
    })

    test('partialFit replaces rows of known ids and adds the others', async () => {
      const changed = modelOf({ rows: 40, columns: 60, rank: 5, dtype, density: 0.3, seed: 8, ...kind })
      const [W, ratings] = [changed.W, changed.ratings]
      const before = W.copy()
      const rows = { 39: rowOf(model, 3), new: rowOf(model, 4), 40: rowOf(model, 5) }
      await changed.partialFitAsync(ratingsOf(model, rows))
      expect(changed.rowIds.toArray()).toEqual([...Array(40).keys(), '40', 'new'])
      expect(changed.ratings.matrix.rows).toBe(42)
      for (const [id, row] of Object.entries(rows)) {
        const i = changed.rowIds.indexOf(id)
        expect(Array.from(changed.W.row(i).copy().data)).toEqual(Array.from(model.foldIn(row)))
        expect(rowOf(changed, i)).toEqual(row)
        expect(changed.recommend(id)).toEqual(model.recommend(row))
      }
      for (let i = 0; i < 39; i++) {
        expect(changed.W.row(i).toArray()).toEqual(model.W.row(i).toArray())
        expect(changed.rowBias?.[i]).toBe(model.rowBias?.[i])
        expect(rowOf(changed, i)).toEqual(rowOf(model, i))
      }
      expect(W).toEqual(before)
      expect([ratings.rows, changed.Z]).toEqual([40, model.Z])
    })
  })

  test('a row without ratings has zero factors, and is left to the mean and the columns', () => {
    const model = modelOf({ rows: 4, columns: 9, rank: 3, dtype })
    expect(Array.from(model.foldIn({ items: [], values: [] }))).toEqual([0, 0, 0])
    const { items, scores } = model.recommend({ items: [], values: [] }, { count: 9 })
    const bias = model.columnBias as FloatArray
    const order = [...Array(9).keys()].sort((a, b) => bias[b] - bias[a])
    expect(items).toEqual(order)
    expect(Array.from(scores)).toEqual(order.map((j) => (dtype === 'float32' ? Math.fround(3 + bias[j]) : 3 + bias[j])))
    const none = SparseMatrix.fromTriplets(2, 9, { row: [], column: [], value: [] }, { dtype })
    model.partialFit(new Ratings(none as SparseMatrix, [1, 'new']))
    expect([model.W.row(1).toArray(), model.W.row(4).toArray()]).toEqual([[[0, 0, 0]], [[0, 0, 0]]])
  })

  test('non-negative models fold in without negative factors', () => {
    const parts = partsOf({ rows: 4, columns: 30, rank: 3, dtype, biases: false, density: 0.5 })
    const Z = new Matrix(parts.Z.data.map(Math.abs), 30, 3).transpose
    const model = new CompletionModel({ ...parts, Z, settings: { ...parts.settings, nonnegative: true } })
    for (let i = 0; i < 4; i++) expect(Math.min(...model.foldIn(rowOf(model, i)))).toBeGreaterThanOrEqual(0)
    expect(Math.max(...model.foldIn(rowOf(model, 0)))).toBeGreaterThan(0)
  })

  test('similarItems orders by cosine', async () => {
    const model = modelOf({ rows: 3, columns: 200, rank: 7, dtype, seed: 4, rowIds: ['a', 'b', 'c'] })
    const Z = model.Z.transpose.toArray()
    const norms = Z.map((z) => Math.hypot(...z))
    const similar = bothWays(
      'similarItems',
      (...args: [never, never?]) => model.similarItems(...args),
      (...args: [never, never?]) => model.similarItemsAsync(...args),
    ) as never as CompletionModel['similarItems']
    for (const item of [0, 31, 32, 199]) {
      const cosines = Z.map((z, j) => z.reduce((sum, x, l) => sum + x * Z[item][l], 0) / (norms[item] * norms[j]))
      const expected = [...Array(200).keys()].filter((j) => j !== item).sort((a, b) => cosines[b] - cosines[a])
      const { items, scores } = await similar(item, { count: 300 })
      expect(items).toHaveLength(199)
      for (const [k, j] of expected.entries())
        expect(Math.abs(scores[k] - cosines[j])).toBeLessThan(16 * epsilonOf(model))
      for (const [k, id] of items.entries())
        expect(Math.abs(scores[k] - cosines[id as number])).toBeLessThan(16 * epsilonOf(model))
      const few = await similar(item)
      expect(few.items).toEqual(items.slice(0, 10))
    }
  })

  test('similarItems of hundreds of thousands of factors', () => {
    const model = modelOf({ rows: 1, columns: 2, rank: 3e5, dtype })
    expect(Math.abs(model.similarItems(0).scores[0] as number)).toBeLessThan(1)
  })

  test('nothing is similar to an item without factors', () => {
    const parts = partsOf({ rows: 3, columns: 20, rank: 4, dtype })
    parts.Z.data.fill(0, 8, 12)
    const model = new CompletionModel(parts)
    expect(model.similarItems(2).items).toEqual([])
    const { items, scores } = model.similarItems(3, { count: 20 })
    expect(scores[items.indexOf(2)]).toBe(0)
  })
})

/** The parts with W and the row biases that solving the rows for the others gives. */
function lastHalfSweep(parts: ModelParts): ModelParts {
  const { kind, settings, globalMean } = parts
  const { factors, bias } = runSync(
    'solveRows',
    solveRows(parts.ratings.matrix, parts.Z.transpose, {
      kind,
      regularization: settings.regularization.W,
      weighting: settings.weighting,
      alpha: settings.alpha,
      globalMean,
      rowBias: parts.rowBias !== undefined,
      fixedBias: parts.columnBias,
    }),
    undefined,
  )
  return { ...parts, W: factors, rowBias: bias }
}

/** Ratings of rows by their ids, columns in an order of their own. */
function ratingsOf(model: CompletionModel, rows: Record<string, UnseenRow>): Ratings {
  const columnIds = model.columnIds.toArray().toReversed()
  const triplets = Object.values(rows).flatMap(({ items, values }, row) =>
    Array.from(items, (id, k) => ({ row, column: columnIds.indexOf(id), value: values[k] })),
  )
  const matrix = SparseMatrix.fromTriplets(
    Object.keys(rows).length,
    columnIds.length,
    {
      row: triplets.map(({ row }) => row),
      column: triplets.map(({ column }) => column),
      value: triplets.map(({ value }) => value),
    },
    { dtype: 'float64' },
  )
  return new Ratings(matrix as SparseMatrix, Object.keys(rows), columnIds)
}

test('rows fitted at the same time are all taken in', async () => {
  const model = modelOf({ rows: 10, columns: 20, rank: 3 })
  const other = modelOf({ rows: 10, columns: 20, rank: 3, seed: 99 })
  const rows = [0, 1, 2, 3].map((i) => rowOf(other, i))
  await Promise.all(rows.map((row, i) => model.partialFitAsync(ratingsOf(model, { [`new ${i}`]: row, [i]: row }))))
  expect(model.rowIds.length).toBe(14)
  for (const [i, row] of rows.entries()) {
    expect(model.recommend(i)).toEqual(model.recommend(row))
    expect(model.recommend(`new ${i}`)).toEqual(model.recommend(row))
  }
})

test('what is wrong is refused, and leaves the model as it was', async () => {
  const model = modelOf({ rows: 5, columns: 8, rank: 2, columnIds: ['a', 'b', 'c', 'd', 'e', 'f', 'g', 7] })
  const refused = async (row: unknown, error: typeof ArgumentError | typeof ShapeError, message: string) => {
    for (const attempt of [
      () => foldIn(model)(row as never) as unknown as Promise<unknown>,
      () => model.recommendAsync(row as never),
    ]) {
      const failure = await attempt().then(
        () => expect.fail('accepted'),
        (fault: unknown) => fault as Error,
      )
      expect(failure).toBeInstanceOf(error)
      expect(failure.message).toMatch(/^CompletionModel.(foldIn|recommend): expected .* but received /)
      expect(failure.message).toContain(message)
    }
  }
  await refused({ items: ['a', 'x'], values: [1, 2] }, ArgumentError, "'x', an unknown id")
  await refused({ items: ['a', 'b', 'a'], values: [1, 2, 3] }, ArgumentError, "'a' at positions 0 and 2")
  await refused({ items: [7, '7'], values: [1, 2] }, ArgumentError, "'7' at positions 0 and 1")
  await refused({ items: ['a', 'b'], values: [1] }, ShapeError, '2 values')
  await refused({ items: ['a', 'b'], values: [1, Number.NaN] }, ArgumentError, 'NaN at position 1')
  await refused({ items: ['a'], values: [Number.POSITIVE_INFINITY] }, ArgumentError, 'Infinity')
  await refused({ items: ['a'], values: ['1'] }, ArgumentError, "'1'")
  for (const wrong of [null, 3, 'a'])
    for (const key of ['items', 'values'])
      await refused({ items: ['a'], values: [1], [key]: wrong }, ArgumentError, key)
  const huge = [1e308, 1e308, -1e308]
  const overflow = /^CompletionModel: expected rows whose factors are finite numbers but received an overflow; scale/
  expect(() => model.foldIn({ items: ['a', 'b', 'c'], values: huge })).toThrow(overflow)
  expect(() => model.partialFit(ratings(['r', 'r', 'r'], ['a', 'b', 'c'], huge))).toThrow(overflow)
  for (const wrong of [null, 5, 'a', {}, ['a']]) expect(() => model.foldIn(wrong as never)).toThrow(ArgumentError)
  expect(() => model.foldIn({ items: [], values: [] }, { x: 1 } as never)).toThrow(ArgumentError)
  expect(() => model.similarItems('x')).toThrow("'x', an unknown id")
  for (const count of [0, 1.5, -1]) expect(() => model.similarItems('a', { count })).toThrow('count')
  const before = { W: model.W, ratings: model.ratings }
  const unknown = new Ratings(SparseMatrix.fromDense(Matrix.from([[1, 2]])), ['r'], ['a', 'x'])
  for (const wrong of [unknown, null, 3, model.ratings.matrix]) {
    expect(() => model.partialFit(wrong as never)).toThrow(ArgumentError)
    await expect(model.partialFitAsync(wrong as never)).rejects.toThrow(ArgumentError)
  }
  expect(() => model.partialFit(unknown)).toThrow("'x', an unknown id")
  expect(() => model.partialFit(model.ratings, { x: 1 } as never)).toThrow(ArgumentError)
  const stopped = model.partialFitAsync(model.ratings, { signal: AbortSignal.abort(new Error('enough')) })
  await expect(stopped).rejects.toThrow('enough')
  expect(model.W).toBe(before.W)
  expect(model.ratings).toBe(before.ratings)
})
