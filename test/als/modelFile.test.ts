import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CompletionModel, type Id } from '../../lib/als/index.ts'
import { ArgumentError, FormatError } from '../../lib/index.ts'
import { type LazyTensor, readSafetensors, type TensorLike, writeSafetensors } from '../../lib/io/index.ts'
import { temporaryFolder } from '../io/folder.ts'
import { type ModelCase, modelOf, partsOf } from './models.ts'

const folder = temporaryFolder()
const overwrite = { overwrite: true }

const odd: Id[] = [
  '',
  ' ',
  '\n',
  '"\\',
  '[1]',
  '012',
  'ü𝔸',
  '\ud800',
  '\udc00\ud800',
  '\u0000',
  '__proto__',
  -7,
  2 ** 53 - 1,
]

async function reload(model: CompletionModel): Promise<CompletionModel> {
  await model.save(folder('model'), overwrite)
  return CompletionModel.load(folder('model'))
}

const shape = { rows: 13, columns: 20, rank: 3 }
const cases: Record<string, ModelCase> = {
  'with biases': shape,
  'float32, implicit': { ...shape, dtype: 'float32', kind: 'implicit' },
  'float32, with biases': { ...shape, dtype: 'float32' },
  'odd ids': { ...shape, rowIds: odd, columnIds: [...odd, ...Array(7).keys()] },
  'one rating': { rows: 1, columns: 1, rank: 1, density: 2 },
}

describe.each(Object.entries(cases))('%s', (_, given) => {
  test('a loaded model answers as the saved one', async () => {
    const model = modelOf(given)
    const loaded = await reload(model)
    for (const key of [
      'kind',
      'globalMean',
      'settings',
      'dtype',
      'iterations',
      'converged',
      'stopReason',
      'objective',
      'elapsedMs',
    ] as const)
      expect([key, loaded[key]]).toEqual([key, model[key]])
    expect(loaded.history).toEqual(model.history)
    expect([loaded.W, loaded.Z.toArray()]).toEqual([model.W, model.Z.toArray()])
    expect([loaded.rowBias, loaded.columnBias]).toEqual([model.rowBias, model.columnBias])
    expect(loaded.ratings.matrix).toEqual(model.ratings.matrix)
    const [rows, columns] = [model.rowIds.toArray(), model.columnIds.toArray()]
    expect([loaded.rowIds.toArray(), loaded.columnIds.toArray()]).toEqual([rows, columns])
    expect(loaded.recommend(rows)).toEqual(model.recommend(rows))
    expect(loaded.recommend(rows, { exclude: 'none', count: 50 })).toEqual(
      model.recommend(rows, { exclude: 'none', count: 50 }),
    )
    expect(columns.map((item) => loaded.similarItems(item))).toEqual(columns.map((item) => model.similarItems(item)))
    for (const id of rows)
      expect(loaded.predict(id, columns, { clip: true })).toEqual(model.predict(id, columns, { clip: true }))
    const unseen = { items: columns.slice(0, 3), values: columns.slice(0, 3).map((_, k) => k + 1) }
    expect(loaded.foldIn(unseen)).toEqual(model.foldIn(unseen))
    expect(loaded.partialFit(model.ratings).W).toEqual(model.partialFit(model.ratings).W)
  })
})

test('what a row has rated is still left out', async () => {
  const loaded = await reload(modelOf({ rows: 8, columns: 30, rank: 2, density: 0.5 }))
  const { rowPointers, columnIndices } = loaded.ratings.matrix
  for (let i = 0; i < 8; i++) {
    const seen = Array.from(columnIndices.subarray(rowPointers[i], rowPointers[i + 1]))
    const { items } = loaded.recommend(i, { count: 30 })
    expect(items.toSorted()).toEqual([...Array(30).keys()].filter((j) => !seen.includes(j)).toSorted())
  }
})

test('many ids, on several lines', async () => {
  const columnIds = Array.from({ length: 150_000 }, (_, j) => `item ${j}`)
  const loaded = await reload(modelOf({ rows: 2, columns: 150_000, rank: 1, density: 0.01, columnIds }))
  expect(loaded.columnIds.toArray()).toEqual(columnIds)
})

test('rows that partialFit took in are saved, and saving takes the model as it is at the call', async () => {
  const model = modelOf({ rows: 4, columns: 9, rank: 2, rowIds: ['a', 'b', 'c', 'd'] })
  const saved = model.save(folder('before'))
  const before = model.W
  const other = modelOf({ rows: 2, columns: 9, rank: 2, seed: 5, rowIds: ['b', 'new'] })
  model.partialFit(other.ratings)
  await saved
  expect((await CompletionModel.load(folder('before'))).W).toEqual(before)
  const loaded = await reload(model)
  expect(loaded.rowIds.toArray()).toEqual(['a', 'b', 'c', 'd', 'new'])
  expect(loaded.recommend('new')).toEqual(model.recommend('new'))
})

test('an existing file is kept unless overwrite is given, and other options are refused', async () => {
  const model = modelOf(shape)
  await model.save(folder('kept'))
  const bytes = readFileSync(folder('kept'))
  await expect(modelOf({ ...shape, seed: 9 }).save(folder('kept'))).rejects.toThrow(ArgumentError)
  expect(readFileSync(folder('kept'))).toEqual(bytes)
  await expect(model.save(folder('kept'), { overwrte: true } as never)).rejects.toThrow("did you mean 'overwrite'?")
  for (const path of [undefined, '', 3]) {
    await expect(model.save(path as never)).rejects.toThrow(ArgumentError)
    await expect(CompletionModel.load(path as never)).rejects.toThrow(ArgumentError)
  }
  await expect(CompletionModel.load(folder('none'))).rejects.toMatchObject({ code: 'ENOENT' })
})

async function refused(path: string, message = ''): Promise<void> {
  const fault = await CompletionModel.load(path).then(
    () => expect.fail('accepted'),
    (error: unknown) => error as FormatError,
  )
  expect(fault).toBeInstanceOf(FormatError)
  expect([fault.file, typeof fault.byteOffset]).toEqual([path, 'number'])
  expect(fault.message).toMatch(/^(CompletionModel.load|readSafetensors): expected .* but received .*; /s)
  expect(fault.message).toContain(message)
}

test('a file that is cut off anywhere is refused', async () => {
  await modelOf({ ...shape, rowIds: odd }).save(folder('whole'))
  const bytes = readFileSync(folder('whole'))
  for (let length = 0; length < bytes.length; length += length < 16 ? 1 : 23) {
    writeFileSync(folder('torn'), bytes.subarray(0, length))
    await refused(folder('torn'))
  }
})

test('a file with changed bytes is a model, or refused', async () => {
  const columnIds = Array.from({ length: 6 }, (_, j) => `item ${j}`)
  await modelOf({ rows: 4, columns: 6, rank: 2, columnIds }).save(folder('original'))
  const bytes = readFileSync(folder('original'))
  const change = fc.tuple(
    fc.nat(bytes.length - 1),
    fc.oneof(fc.nat(255), fc.constantFrom(...Buffer.from('{}[]",:0-9e\\'))),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 2 }), async (changes) => {
      const changed = Buffer.from(bytes)
      for (const [at, value] of changes) changed[at] = value
      writeFileSync(folder('changed'), changed)
      try {
        const model = await CompletionModel.load(folder('changed'))
        model.recommend(model.rowIds.toArray())
        model.foldIn({ items: model.columnIds.toArray().slice(0, 1), values: [3] })
      } catch (error) {
        if (!(error instanceof FormatError)) throw error
      }
    }),
    { numRuns: 400, seed: 8 },
  )
})

describe('a file that is no model, another version, or whose parts do not fit is refused', () => {
  const columnIds = Array.from({ length: 20 }, (_, j) => `item ${j}`)
  const text = (value: string) => new Uint8Array(Buffer.from(value))
  const first = (name: string, value: number) => async (tensors: Map<string, TensorLike>) => {
    const array = (await tensorOf(tensors, name).array()) as Float64Array | Int32Array
    array[1] = value
    const { shape, dtype } = tensorOf(tensors, name)
    tensors.set(name, { data: array, shape, dtype })
  }
  const tensorOf = (tensors: Map<string, TensorLike>, name: string) => tensors.get(name) as LazyTensor
  interface Metadata {
    format?: string
    version?: string
    model: string
  }
  const faults: [string, (tensors: Map<string, TensorLike>, metadata: Metadata) => unknown, string][] = [
    ['no format', (_, metadata) => delete metadata.format, 'other tensors'],
    ['another format', (_, metadata) => (metadata.format = 'pt'), 'pt'],
    ['another version', (_, metadata) => (metadata.version = '2'), 'version 2'],
    ['no version', (_, metadata) => delete metadata.version, 'version undefined'],
    ['no settings', (_, metadata) => (metadata.model = ''), 'JSON in the metadata'],
    ['null', (_, metadata) => (metadata.model = 'null'), 'a model in the metadata'],
    ...(['kind', 'globalMean', 'settings', 'fit'] as const).map((key): [string, (typeof faults)[0][1], string] => [
      `a wrong ${key}`,
      (_, metadata) => (metadata.model = JSON.stringify({ ...JSON.parse(metadata.model), [key]: null })),
      'received null',
    ]),
    ...(['regularization', 'weighting', 'alpha', 'nonnegative', 'rank'] as const).map(
      (key): [string, (typeof faults)[0][1], string] => [
        `settings without ${key}`,
        (_, metadata) => {
          const model = JSON.parse(metadata.model)
          delete model.settings[key]
          metadata.model = JSON.stringify(model)
        },
        'the settings of a model',
      ],
    ),
    ...[0, -1, 7].map((rank): [string, (typeof faults)[0][1], string] => [
      `rank ${rank}`,
      (tensors, metadata) => {
        const model = JSON.parse(metadata.model)
        model.settings.rank = rank
        metadata.model = JSON.stringify(model)
        if (rank === 0)
          for (const [name, extent] of [
            ['W', 13],
            ['Zt', 20],
          ] as const)
            tensors.set(name, { data: new Float64Array(0), shape: [extent, 0] })
      },
      rank < 1 ? 'the settings of a model' : 'F64 of shape [13, 7]',
    ]),
    [
      'no factors',
      (tensors) => {
        for (const name of ['W', 'Zt']) tensors.set(name, { data: new Float64Array(0), shape: [2 ** 40, 0] })
      },
      'F64 of shape [1099511627776, 3]',
    ],
    ...['W', 'Zt', 'columnBias', 'ratings.rowPointers', 'ratings.columnIndices', 'ratings.values'].map(
      (name): [string, (typeof faults)[0][1], string] => [`no ${name}`, (tensors) => tensors.delete(name), `'${name}'`],
    ),
    ...['W', 'Zt', 'rowBias', 'ratings.values'].flatMap((name): [string, (typeof faults)[0][1], string][] => [
      [`${name} with NaN`, first(name, Number.NaN), 'finite numbers'],
      [`${name} of another shape`, (tensors) => tensors.set(name, Float64Array.of(1, 2)), `'${name}'`],
      [`${name} of another type`, (tensors) => tensors.set(name, Int32Array.of(1)), `'${name}'`],
    ]),
    ['pointers that descend', first('ratings.rowPointers', 100), 'do not fit each other'],
    ['too few pointers', (tensors) => tensors.set('ratings.rowPointers', Int32Array.of(0, 1)), 'do not fit each other'],
    ['pointers of another type', (tensors) => tensors.set('ratings.rowPointers', text('x')), 'I32 of one dimension'],
    ['a column out of range', first('ratings.columnIndices', 20), 'do not fit each other'],
    ['a column twice', first('ratings.columnIndices', 0), 'do not fit each other'],
    ['too few ids', (tensors) => tensors.set('columnIds', text('["a"]\n')), 'do not fit each other'],
    ['an id twice', (tensors) => tensors.set('columnIds', text('["a","a"]\n')), 'do not fit each other'],
    ['an id that is none', (tensors) => tensors.set('columnIds', text('[null]\n')), 'do not fit each other'],
    ['ids that are no array', (tensors) => tensors.set('columnIds', text('{}\n')), 'arrays of ids'],
    ['ids that are no JSON', (tensors) => tensors.set('columnIds', text('["a"\n')), "JSON in tensor 'columnIds'"],
    ['ids of another type', (tensors) => tensors.set('columnIds', Int32Array.of(1)), 'U8 of one dimension'],
  ]
  test.each(faults)('%s', async (name, spoil, message) => {
    const model = new CompletionModel(partsOf({ ...shape, columnIds, density: 0.9 }))
    await model.save(folder(`${name} 1`))
    const file = await readSafetensors(folder(`${name} 1`))
    const [tensors, metadata] = [new Map<string, TensorLike>(file), { model: '', ...file.metadata }]
    await spoil(tensors, metadata)
    await writeSafetensors(folder(`${name} 2`), tensors, { metadata })
    const before = readdirSync(folder('.'))
    await refused(folder(`${name} 2`), message)
    expect(readdirSync(folder('.'))).toEqual(before)
  })
})
