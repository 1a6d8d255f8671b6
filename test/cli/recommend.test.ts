import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { CompletionModel } from '../../lib/als/index.ts'
import { temporaryFolder } from '../io/folder.ts'
import { lowrank } from './command.ts'

const folder = temporaryFolder()
const path = folder('films.safetensors')
let model: CompletionModel

beforeAll(async () => {
  const films = fileURLToPath(new URL('../als/fixtures/films.csv', import.meta.url))
  expect((await lowrank('complete', films, '--rank', '2', '--model', path)).status).toBe(0)
  model = await CompletionModel.load(path)
})

describe('what is recommended', () => {
  test('is what the model recommends', async () => {
    const { status, stdout, stderr } = await lowrank('recommend', path, 'ann', 'eve', '--count', '2', '--json')
    expect([status, stderr]).toEqual([0, ''])
    const expected = ['ann', 'eve'].map((row) => {
      const { items, scores } = model.recommend(row, { count: 2 })
      return { row, items, scores: Array.from(scores) }
    })
    expect(JSON.parse(stdout)).toEqual({ model: path, results: expected })
  })

  test('as a table, for one row and for several', async () => {
    const { items, scores } = model.recommend('gus')
    const one = (await lowrank('recommend', path, 'gus')).stdout.split('\n')
    expect(one[0]).toMatch(/^item +score$/)
    expect(one.slice(1, -1).map((line) => line.split(/ {3,}/))).toEqual(
      Array.from(items, (item, k) => [item, scores[k].toFixed(4)]),
    )
    const two = (await lowrank('recommend', path, 'gus', 'ann', '--count', '1')).stdout
    expect(two).toMatch(/^gus\nitem +score\n.+\n\nann\nitem +score\n.+\n$/)
  })

  test('what was rated is left out, unless it is asked for', async () => {
    const items = async (...words: string[]) => {
      const { stdout } = await lowrank('recommend', path, 'ann', '--json', ...words)
      return JSON.parse(stdout).results[0].items
    }
    expect(new Set(await items())).toEqual(new Set(['Solaris', 'Amélie']))
    expect(await items('--seen')).toHaveLength(6)
  })
})

describe('refusals', () => {
  beforeAll(() => writeFileSync(folder('torn.safetensors'), 'no model'))

  test.each([
    [2, "'zoe'", ['films.safetensors', 'zoe']],
    [2, 'missing required argument', ['films.safetensors']],
    [2, 'from 1 on', ['films.safetensors', 'ann', '--count', '0']],
    [2, 'Did you mean --count?', ['films.safetensors', 'ann', '--cuont', '3']],
    [1, 'no such file', ['missing.safetensors', 'ann']],
    [1, 'torn.safetensors', ['torn.safetensors', 'ann']],
  ] as const)('%i: %s', async (expected, message, [name, ...words]) => {
    const { status, stdout, stderr } = await lowrank('recommend', folder(name), ...words)
    expect(stderr).toContain(message)
    expect(stderr).not.toMatch(/^ {4}at /m)
    expect([status, stdout]).toEqual([expected, ''])
  })
})
