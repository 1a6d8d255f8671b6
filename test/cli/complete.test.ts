import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { CompletionModel, completeALS, evaluate, implicitALS, readRatings, split } from '../../lib/als/index.ts'
import { uniforms } from '../../lib/core/random.ts'
import { temporaryFolder } from '../io/folder.ts'
import { lowrank } from './command.ts'

const folder = temporaryFolder()
const films = fileURLToPath(new URL('../als/fixtures/films.csv', import.meta.url))

beforeAll(() => {
  const uniform = uniforms(1)
  const lines = Array.from({ length: 80 }, (_, i) =>
    Array.from({ length: 40 }, (_, j) => (uniform() < 0.4 ? `${i},${j},${1 + ((i * j) % 5)},${9e8 + i}\n` : '')),
  )
  writeFileSync(folder('ratings.csv'), `userId,movieId,rating,timestamp\n${lines.flat().join('')}`)
})

async function json(...words: string[]) {
  const { status, stdout, stderr } = await lowrank('complete', ...words, '--json', '--quiet')
  expect(stderr).toBe('')
  expect(status).toBe(0)
  return JSON.parse(stdout)
}

describe('the numbers', () => {
  test('are those of completeALS with the library’s defaults', async () => {
    const result = await json(folder('ratings.csv'))
    const all = await readRatings(folder('ratings.csv'))
    const model = completeALS(all)
    expect(result).toMatchObject({ kind: model.kind, dtype: model.dtype, settings: model.settings })
    expect([result.objective, result.iterations, result.stopReason]).toEqual([
      model.objective,
      model.iterations,
      model.stopReason,
    ])
    expect(Object.keys(result.parts)).toEqual(['training'])
    expect(result.parts.training.rmse).toBe(evaluate(model, all, { at: [] }).rmse)
    expect(result.input).toMatchObject({ rows: 80, columns: 40, ratings: all.count, least: 1, largest: 5 })
    expect(result.input.from).toEqual({ row: 'userId', column: 'movieId', value: 'rating' })
  })

  test('options reach the fit; what is held out is judged by', async () => {
    const words = '--rank 3 --regularization 0.3 --weighting ridge --no-biases --max-iterations 4 --tolerance 0'
    const shares = '--validation 0.2 --test 0.1 --seed 7 --dtype float32'
    const result = await json(folder('ratings.csv'), ...words.split(' '), ...shares.split(' '))
    const parts = split(await readRatings(folder('ratings.csv')), { validation: 0.2, test: 0.1, seed: 7 })
    const options = { rank: 3, regularization: 0.3, weighting: 'ridge', biases: false, maxIterations: 4 } as const
    const { validation } = parts
    const model = completeALS(parts.train, { ...options, tolerance: 0, validation, seed: 7, dtype: 'float32' })
    expect(result.settings).toEqual(model.settings)
    expect([result.dtype, result.objective]).toEqual(['float32', model.objective])
    expect(result.history.map(({ validation }: { validation: number }) => validation)).toEqual(
      model.history.map(({ validation }) => validation),
    )
    expect(result.parts.test).toEqual({ ratings: parts.test.count, ...evaluate(model, parts.test) })
    expect(result.parts.validation).toEqual({ ratings: validation.count, ...evaluate(model, validation) })
  })

  test('solver, acceleration and patience reach the fit', async () => {
    const words = '--rank 3 --solver cg --acceleration ncg --validation 0.2 --patience 2 --max-iterations 40'
    const result = await json(folder('ratings.csv'), ...words.split(' '))
    const { train, validation } = split(await readRatings(folder('ratings.csv')), { validation: 0.2, test: 0 })
    const options = { rank: 3, solver: 'cg', acceleration: 'ncg', maxIterations: 40 } as const
    const model = completeALS(train, { ...options, validation, patience: 2 })
    expect(result.settings).toEqual(model.settings)
    expect(result.settings).toMatchObject({ solver: 'cg', acceleration: 'ncg' })
    expect([result.objective, result.iterations, result.stopReason]).toEqual([
      model.objective,
      model.iterations,
      'validation',
    ])
    expect(result.iterations).not.toBe(completeALS(train, { ...options, validation }).iterations)
    const implicit = '--implicit --rank 3 --solver cholesky --acceleration none --max-iterations 3'
    const { settings } = await json(folder('ratings.csv'), ...implicit.split(' '))
    expect(settings).toMatchObject({ solver: 'cholesky', acceleration: 'none' })
  })

  test('implicit feedback', async () => {
    const words = '--implicit --alpha 5 --rank 4 --max-iterations 3 --no-value --test 0.2'
    const result = await json(folder('ratings.csv'), ...words.split(' '))
    const all = await readRatings(folder('ratings.csv'), { value: false })
    const parts = split(all, { test: 0.2, by: 'row' })
    const model = implicitALS(parts.train, { alpha: 5, rank: 4, maxIterations: 3 })
    expect(result).toMatchObject({ kind: 'implicit', objective: model.objective, settings: { alpha: 5 } })
    expect(result.parts.test).toEqual({ ratings: parts.test.count, ...evaluate(model, parts.test) })
  })

  test('columns by name and by number from 1', async () => {
    const named = await json(folder('ratings.csv'), '--row', 'movieId', '--column', 'userId', '--rank', '2')
    expect(named.input).toMatchObject({
      rows: 40,
      columns: 80,
      from: { row: 'movieId', column: 'userId', value: 'rating' },
    })
    const numbered = await json(folder('ratings.csv'), '--row', '2', '--column', '1', '--value', '3', '--rank', '2')
    expect(numbered.input.from).toEqual(named.input.from)
    expect(numbered.objective).toBe(named.objective)
  })

  test('a header that only the caller can tell from data', async () => {
    writeFileSync(folder('words.tsv'), 'user\titem\nann\tAlien\nbob\tAlien\n')
    const words = [folder('words.tsv'), '--rank', '1', '--implicit']
    expect((await json(...words)).input).toMatchObject({ rows: 3, ratings: 3, from: { row: 'column 1', value: null } })
    expect((await json(...words, '--header')).input).toMatchObject({ rows: 2, ratings: 2, from: { row: 'user' } })
    const named = [folder('ratings.csv'), '--no-header']
    expect((await lowrank('complete', ...named)).stderr).toContain('line 1, column 3')
  })

  test('JSON keeps its keys', async () => {
    const result = await json(films, '--rank', '2', '--validation', '0.2')
    expect(Object.keys(result)).toEqual([
      'input',
      'kind',
      'dtype',
      'settings',
      'shares',
      'iterations',
      'converged',
      'stopReason',
      'objective',
      'elapsedMs',
      'history',
      'at',
      'parts',
      'files',
    ])
    expect(Object.keys(result.input)).toEqual([
      'path',
      'rows',
      'columns',
      'ratings',
      'density',
      'least',
      'largest',
      'from',
    ])
    expect(Object.keys(result.parts.training)).toEqual(['ratings', 'rmse', 'mae', 'precision', 'recall', 'ndcg', 'auc'])
  })

  test('the tables say the same', async () => {
    const { status, stdout, stderr } = await lowrank(
      'complete',
      films,
      '--rank',
      '2',
      '--validation',
      '0.2',
      '--threads',
      '1',
    )
    expect([status, stderr]).toEqual([0, ''])
    expect(stdout).toContain('films.csv: 7×6, 25 ratings from 1 to 5, 59.5 % of all')
    expect(stdout).toContain('rows: user, columns: film, ratings: rating')
    expect(stdout).toMatch(/^sweeps +\d+, until /m)
    expect(stdout).toMatch(/^ +ratings +RMSE +MAE +precision@10 +recall@10 +NDCG@10 +AUC@10$/m)
    expect(stdout).toMatch(/^training +20 +\d\.\d{4} +\d\.\d{4}$/m)
    expect(stdout).toMatch(/^validation +5( +\d\.\d{4}){6}$/m)
    const implicit = await lowrank('complete', films, '--rank', '2', '--implicit')
    expect(implicit.stdout).toContain('implicit, rank 2')
    expect(implicit.stdout).not.toMatch(/RMSE|training/)
  })
})

describe('the files', () => {
  test('the model comes back', async () => {
    const path = folder('films.safetensors')
    const { files, objective } = await json(films, '--rank', '2', '--model', path)
    expect(files).toEqual([path])
    const model = await CompletionModel.load(path)
    expect(model.objective).toBe(objective)
    expect(model.rowIds.toArray()).toEqual(['ann', 'bob', 'cid', 'dora', 'eve', 'fay', 'gus'])
  })

  test('the report is one page without scripts or addresses', async () => {
    const words = ['--rank', '2', '--validation', '0.2', '--test', '0.1', '--report', folder('report.html')]
    expect((await lowrank('complete', folder('ratings.csv'), ...words)).stderr).toContain('Wrote')
    const page = readFileSync(folder('report.html'), 'utf8')
    expect(page).not.toMatch(/<script|<link|@import|url\(/i)
    expect(page.match(/(?:src|href)="/g)).toBe(null)
    expect(page.match(/<svg /g)?.length).toBe(2)
    expect(page.match(/<th scope="row">/g)?.length).toBe(3)
    expect(page).not.toMatch(/NaN|undefined|\[object/)
  })

  test('a dry run says what it would write, and writes nothing', async () => {
    const words = ['--model', folder('dry.safetensors'), '--report', folder('dry.html'), '--dry-run']
    const { files, input } = await json(films, ...words)
    expect(files).toEqual([folder('dry.safetensors'), folder('dry.html')])
    expect(input.ratings).toBe(25)
    expect((await lowrank('complete', films, ...words)).stdout).toContain(`would write ${folder('dry.html')}`)
    expect(existsSync(folder('dry.safetensors')) || existsSync(folder('dry.html'))).toBe(false)
  })

  test('an existing file is kept, and then nothing is written at all', async () => {
    writeFileSync(folder('kept.safetensors'), 'mine')
    const words = [
      'complete',
      films,
      '--rank',
      '2',
      '--model',
      folder('kept.safetensors'),
      '--report',
      folder('new.html'),
    ]
    const { status, stdout, stderr } = await lowrank(...words)
    expect([status, stdout]).toEqual([2, ''])
    expect(stderr).toContain('one that exists')
    expect(readFileSync(folder('kept.safetensors'), 'utf8')).toBe('mine')
    expect(existsSync(folder('new.html'))).toBe(false)
    expect((await lowrank(...words, '--overwrite')).status).toBe(0)
    expect((await CompletionModel.load(folder('kept.safetensors'))).columnIds.length).toBe(6)
  })
})

describe('refusals', () => {
  beforeAll(() => {
    writeFileSync(folder('words.csv'), 'user,item,rating\n1,2,3\n1,3,good\n')
    writeFileSync(folder('twice.csv'), '1,2,3\n1,2,4\n')
    writeFileSync(folder('empty.csv'), '')
  })

  test.each([
    [2, 'from 1 on', 'ratings.csv --rank 0'],
    [2, 'at least 0', 'ratings.csv --regularization -1'],
    [2, 'less than 1', 'ratings.csv --validation 1'],
    [2, 'less than 1 together', 'ratings.csv --validation 0.5 --test 0.5'],
    [2, '--alpha only with --implicit', 'ratings.csv --alpha 3'],
    [2, '--validation only without --implicit', 'ratings.csv --implicit --validation 0.1'],
    [2, 'hold choices out by --test 0.1 instead', 'ratings.csv --implicit --validation 0.1'],
    [2, '--weighting only without --implicit', 'ratings.csv --implicit --weighting ridge'],
    [2, 'Allowed choices are error, sum, last.', 'ratings.csv --duplicates first'],
    [2, 'Did you mean cholesky?', 'ratings.csv --solver cholesy'],
    [2, 'Allowed choices are extrapolation, ncg, none.', 'ratings.csv --acceleration nesterov'],
    [2, 'Did you mean ridge?', 'ratings.csv --weighting rigde'],
    [2, 'Did you mean --patience?', 'ratings.csv --validation 0.1 --patiens 3'],
    [2, 'from 1 on', 'ratings.csv --validation 0.1 --patience 0'],
    [2, '--patience only with --validation', 'ratings.csv --patience 3'],
    [2, '--acceleration ncg only without --implicit', 'ratings.csv --implicit --acceleration ncg'],
    [2, '--acceleration ncg only without --nonnegative', 'ratings.csv --nonnegative --acceleration ncg'],
    [2, '--solver cg only without --nonnegative', 'ratings.csv --nonnegative --solver cg'],
    [2, 'ends in .safetensors', 'ratings.csv --model ratings.csv'],
    [2, 'ends in .html', 'ratings.csv --report ratings.csv'],
    [2, 'Did you mean --regularization?', 'ratings.csv --regularisation 1'],
    [2, 'from 1 on', 'ratings.csv --row 0'],
    [2, 'too many arguments', 'ratings.csv more.csv'],
    [1, "did you mean 'userId'?", 'ratings.csv --row user'],
    [1, 'no such file', 'missing.csv'],
    [1, 'line 3, column 3', 'words.csv'],
    [1, 'as on line 1', 'twice.csv'],
    [1, 'an empty file', 'empty.csv'],
    [1, 'missing: there is no such file or folder', `ratings.csv --model ${folder('missing/a.safetensors')}`],
  ])('%i: %s', async (expected, message, line) => {
    const [name, ...words] = line.split(' ') as [string, ...string[]]
    const outputs = ['--model', folder('never.safetensors'), '--report', folder('never.html')]
    const given = /--model|--report/.test(line) ? words : [...words, ...outputs]
    const { status, stdout, stderr } = await lowrank('complete', folder(name), ...given)
    expect(stderr).toContain(message)
    expect(stderr).not.toMatch(/^ {4}at /m)
    expect([status, stdout]).toEqual([expected, ''])
    expect(existsSync(folder('never.safetensors')) || existsSync(folder('never.html'))).toBe(false)
  })
})

const data = process.env['LOWRANK_DATA']
const movieLens = data === undefined ? '' : join(data, 'ml-latest-small/ratings.csv')
test.skipIf(!existsSync(movieLens))(
  'MovieLens: predictions beat biases (skipped where LOWRANK_DATA does not name its folder)',
  async () => {
    const { parts } = await json(movieLens, '--rank', '20', '--validation', '0.1', '--test', '0.1')
    // Mean 1.05, biases alone 0.89.
    expect(parts.test.rmse).toBeLessThan(0.9)
  },
)
