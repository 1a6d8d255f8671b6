import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { hadamard, Matrix, matmul, norm, singularValues, subtract } from '../../lib/index.ts'
import { type Image, readImage, readNpy, writeNpy, writePng } from '../../lib/io/index.ts'
import { fixture, temporaryFolder } from '../io/folder.ts'
import { lowrank } from './command.ts'

const folder = temporaryFolder()
const A = Matrix.random(30, 20, { seed: 1 })
const channels = [1, 2, 3].map((seed) => {
  const { data } = Matrix.random(24, 32, { distribution: 'uniform', seed })
  return new Matrix(
    data.map((value) => Math.floor(256 * value)),
    24,
    32,
  )
})
const picture: Image = { rows: 24, columns: 32, depth: 8, channels }

beforeAll(async () => {
  await writeNpy(folder('A.npy'), A)
  await writePng(folder('picture.png'), picture)
})

async function json(...words: string[]) {
  const { status, stdout, stderr } = await lowrank('approx', ...words, '--json', '--quiet')
  expect(stderr).toBe('')
  expect(status).toBe(0)
  return JSON.parse(stdout)
}

const ranksOf = ({ results }: { results: { rank: number }[] }) => results.map(({ rank }) => rank)

/** The relative error of rank r, from the definition. */
function errorOf(matrices: readonly Matrix[], rank: number): number {
  const tails = matrices.flatMap((matrix) => Array.from(singularValues(matrix)).slice(rank))
  return Math.hypot(...tails) / Math.hypot(...matrices.map((matrix) => norm(matrix)))
}

describe('the numbers', () => {
  test('are those of the truncated SVD', async () => {
    const result = await json(folder('A.npy'), '--rank', '3,1,20,3')
    expect(result.targetReached).toBe(null)
    expect(ranksOf(result)).toEqual([1, 3, 20])
    for (const { rank, relativeError, parameters, fraction, stableRank } of result.results) {
      expect(relativeError).toBeCloseTo(errorOf([A], rank), 12)
      expect(parameters).toBe(rank * 50)
      expect(fraction).toBeCloseTo((rank * 50) / 600, 14)
      const leading = Array.from(singularValues(A)).slice(0, rank)
      expect(stableRank).toBeCloseTo(leading.reduce((sum, s) => sum + s * s, 0) / (leading[0] as number) ** 2, 10)
    }
  })

  test('a picture’s error is that of its channels together', async () => {
    const { results, input } = await json(folder('picture.png'), '--rank', '5')
    expect(input.parts).toEqual(['red', 'green', 'blue'])
    expect(results[0].relativeError).toBeCloseTo(errorOf(channels, 5), 12)
    expect(results[0].parameters).toBe(3 * 5 * 56)
  })

  test.each(['A.npy', 'picture.png'])('%s: a target gives the smallest rank that reaches it', async (name) => {
    const matrices = name === 'A.npy' ? [A] : channels
    const result = await json(folder(name), '--target-error', '0.3')
    expect(result.targetReached).toBe(true)
    const [rank] = ranksOf(result) as [number]
    expect(errorOf(matrices, rank)).toBeLessThanOrEqual(0.3)
    expect(errorOf(matrices, rank - 1)).toBeGreaterThan(0.3)
  })

  test('with ranks and a target, whichever stops first', async () => {
    const below = await json(folder('A.npy'), '--rank', '2,4', '--target-error', '0.01')
    expect(below.targetReached).toBe(false)
    expect(ranksOf(below)).toEqual([2, 4])
    const above = await json(folder('A.npy'), '--rank', '2,20', '--target-error', '0.3')
    expect(above.targetReached).toBe(true)
    expect(ranksOf(above)[0]).toBe(2)
    expect(ranksOf(above)[1]).toBeLessThan(20)
    const { stderr } = await lowrank('approx', folder('A.npy'), '--rank', '4', '--target-error', '0.01')
    expect(stderr).toContain('takes more than rank 4')
  })

  test('the randomized method comes close to the best, and a seed fixes it', async () => {
    const low = matmul(Matrix.random(300, 12, { seed: 4 }), Matrix.random(12, 200, { seed: 5 }))
    const noisy = new Matrix(
      Matrix.random(300, 200, { seed: 6 }).data.map((value, i) => (low.data[i] as number) + 0.1 * value),
      300,
      200,
    )
    await writeNpy(folder('noisy.npy'), noisy)
    const words = [folder('noisy.npy'), '--rank', '4,12', '--method', 'randomized', '--seed', '7']
    const first = await json(...words)
    expect(first).toMatchObject({ method: 'randomized', seed: 7 })
    for (const { rank, relativeError } of first.results) {
      const best = errorOf([noisy], rank)
      expect(relativeError).toBeGreaterThan(best * (1 - 1e-9))
      expect(relativeError).toBeLessThan(best * 1.001)
    }
    const again = await json(...words)
    const numbers = ({ results }: { results: { relativeError: number; stableRank: number }[] }) =>
      results.map(({ relativeError, stableRank }) => [relativeError, stableRank])
    expect(numbers(again)).toEqual(numbers(first))
    const target = await json(folder('noisy.npy'), '--target-error', '0.2', '--method', 'randomized')
    expect(target.targetReached).toBe(true)
    expect(target.results[0].relativeError).toBeLessThanOrEqual(0.2)
  })

  test('a text file, a batch, a matrix of zeros, single precision', async () => {
    writeFileSync(folder('A.csv'), 'x,y\n1,2\n2,4\n')
    expect((await json(folder('A.csv'), '--rank', '1')).results[0].relativeError).toBeLessThan(1e-15)
    expect((await json(fixture('batch.npy'), '--rank', '1,3')).input.parts).toEqual(['0', '1'])
    await writeNpy(folder('zeros.npy'), Matrix.zeros(3, 4))
    const zeros = await json(folder('zeros.npy'), '--rank', '2')
    expect(zeros.results[0]).toMatchObject({ relativeError: 0, stableRank: 0 })
    await writeNpy(folder('single.npy'), A.toType('float32'))
    const single = await json(folder('single.npy'), '--rank', '4')
    expect(single.input.dtype).toBe('float32')
    expect(single.results[0].relativeError).toBeCloseTo(errorOf([A], 4), 5)
  })

  test('JSON keeps its keys', async () => {
    const result = await json(folder('picture.png'), '--rank', '2')
    expect(Object.keys(result)).toEqual([
      'input',
      'method',
      'seed',
      'targetError',
      'targetReached',
      'decompositionMs',
      'results',
      'files',
    ])
    expect(Object.keys(result.input)).toEqual(['path', 'rows', 'columns', 'parts', 'dtype', 'stableRank'])
    expect(Object.keys(result.results[0])).toEqual([
      'rank',
      'relativeError',
      'stableRank',
      'parameters',
      'fraction',
      'parts',
      'elapsedMs',
    ])
    expect(Object.keys(result.results[0].parts[0])).toEqual(['name', 'relativeError', 'stableRank'])
  })

  test('the table says the same', async () => {
    const { status, stdout, stderr } = await lowrank('approx', folder('A.npy'), '--rank', '3', '--threads', '1')
    expect([status, stderr]).toEqual([0, ''])
    expect(stdout).toContain('30×20, stable rank')
    const head = ' *rank {3}relative error {3}stable rank {3}parameters {3}of all +time'
    expect(stdout).toMatch(new RegExp(`^${head}\\n +3 +\\d\\d\\.\\d % .* 150 +25\\.0 %`, 'm'))
  })
})

describe('several methods', () => {
  const all = 'svd,randomized,als,hadamard,kronecker,khatri-rao'

  test('at about the same number of parameters, with their errors and factors', async () => {
    const words = [folder('A.npy'), '--rank', '2,4', '--method', all, '--out', folder('ways')]
    const result = await json(...words)
    expect(Object.keys(result)).toEqual(['input', 'methods', 'seed', 'results', 'files'])
    expect(result.results.length).toBe(12)
    for (const { rank, method, parameters, fraction, relativeError } of result.results) {
      expect(fraction).toBeCloseTo(parameters / 600, 12)
      // Of Khatri-Rao chains there are few, and all have n·Σp numbers.
      if (method === 'khatri-rao') expect(parameters % 20).toBe(0)
      else expect(Math.abs(parameters - 50 * rank)).toBeLessThan(50)
      expect(relativeError).toBeLessThan(1)
      if (!['svd', 'randomized', 'als'].includes(method)) continue
      expect(parameters).toBe(50 * rank)
      expect(relativeError).toBeGreaterThan(errorOf([A], rank) * (1 - 1e-9))
      expect(relativeError).toBeLessThan(errorOf([A], rank) * 1.05)
    }
    for (const method of ['als', 'hadamard']) {
      const factors: string[] = result.files.filter((file: string) => file.includes(`${method}.rank4`))
      const matrices = await Promise.all(factors.map((file) => readNpy(file)))
      const [first, second, third, fourth] = matrices as [Matrix, Matrix, Matrix, Matrix]
      const product =
        method === 'als'
          ? matmul(first, second)
          : hadamard(matmul(first, second.transpose), matmul(third, fourth.transpose))
      const { relativeError } = result.results.find(
        (one: { method: string; rank: number }) => one.method === method && one.rank === 4,
      )
      expect(norm(subtract(A, product)) / norm(A)).toBeCloseTo(relativeError, 12)
    }
    const { stdout } = await lowrank('approx', ...words.slice(0, 5))
    expect(stdout).toMatch(/khatri-rao +\d+\.\d % +\d+ +\d+\.\d % +rows \d+·\d+/)
  })

  test('pictures, and one report', async () => {
    const words = ['--rank', '4', '--method', 'hadamard,kronecker', '--report', folder('ways.html')]
    const result = await json(folder('picture.png'), ...words, '--out', folder('pictures'))
    for (const { method, relativeError, parts } of result.results) {
      expect(parts.map(({ name }: { name: string }) => name)).toEqual(['red', 'green', 'blue'])
      const rebuilt = await readImage(folder(`pictures/picture.${method}.rank4.png`))
      const left = rebuilt.channels.map((channel, k) => norm(subtract(channels[k] as Matrix, channel)))
      // Rounded to whole numbers, and clipped: nearer to the original, if anything.
      const whole = Math.hypot(...channels.map((channel) => norm(channel)))
      expect(Math.hypot(...left) / whole).toBeLessThan(relativeError + 0.01)
      expect(Math.hypot(...left) / whole).toBeGreaterThan(0.8 * relativeError)
    }
    const page = readFileSync(folder('ways.html'), 'utf8')
    expect(page.match(/<figure>/g)?.length).toBe(3)
    expect(page).toContain('kronecker')
  })

  test('what they cannot do', async () => {
    await writeNpy(folder('prime.npy'), Matrix.random(7, 5, { seed: 1 }))
    for (const [words, text] of [
      [[folder('prime.npy'), '--rank', '1', '--method', 'khatri-rao'], 'crop it for khatri-rao'],
      [[folder('A.npy'), '--target-error', '0.1', '--method', 'hadamard'], '--rank alone'],
      [[folder('A.npy'), '--rank', '1', '--method', 'svd,hadamar'], 'Did you mean hadamard?'],
      [[folder('A.npy'), '--rank', '1', '--method', 'auto,als'], 'Allowed choices'],
    ] as const) {
      const { status, stderr, stdout } = await lowrank('approx', ...words)
      expect(stderr).toContain(text)
      expect([status, stdout]).toEqual([status, ''])
      expect(status).toBeGreaterThan(0)
    }
  })
})

describe('the files', () => {
  test('factors multiply to the approximation', async () => {
    const { files } = await json(folder('A.npy'), '--rank', '2,5', '--out', folder('new/factors'))
    expect(files.length).toBe(3)
    const [U, sigma, Vt] = (await Promise.all(files.map((file: string) => readNpy(file)))) as [Matrix, Matrix, Matrix]
    expect(U.shape).toEqual([30, 5])
    expect(Vt.shape).toEqual([5, 20])
    const rebuilt = matmul(matmul(U, Matrix.diagonal(sigma.data)), Vt)
    expect(norm(subtract(A, rebuilt)) / norm(A)).toBeCloseTo(errorOf([A], 5), 12)
  })

  test('a picture of full rank is the picture; its alpha is kept', async () => {
    const alpha = new Matrix(
      Float64Array.from({ length: 24 * 32 }, (_, i) => i % 256),
      24,
      32,
    )
    await writePng(folder('clear.png'), { ...picture, alpha })
    const words = ['approx', folder('clear.png'), '--rank', '4,24', '--out', folder('clear')]
    expect((await lowrank(...words)).stderr).toContain('alpha channel is kept')
    const full = await readImage(folder('clear/clear.rank24.png'))
    expect(full.channels.map((channel) => channel.toArray())).toEqual(channels.map((channel) => channel.toArray()))
    expect(full.alpha?.toArray()).toEqual(alpha.toArray())
    expect((await readImage(folder('clear/clear.rank4.png'))).alpha?.toArray()).toEqual(alpha.toArray())
    expect((await lowrank(...words, '--quiet', '--overwrite')).stderr).toBe('')
  })

  test('the report is one page without scripts or addresses', async () => {
    const report = folder('report.html')
    const { status } = await lowrank('approx', folder('picture.png'), '--rank', '2,8', '--report', report)
    expect(status).toBe(0)
    const page = readFileSync(report, 'utf8')
    expect(page).not.toMatch(/<script|<link|@import|url\(/i)
    expect(page.match(/(?:src|href)="(?!data:image\/png;base64,)/g)).toBe(null)
    expect(page.match(/<svg /g)?.length).toBe(2)
    expect(page.match(/<img [^>]*alt="[^"]+"/g)?.length).toBe(3)
    expect(page.match(/<th scope="row">/g)?.length).toBe(2)
    expect(page).not.toMatch(/NaN|undefined|\[object/)
  })

  test('names are escaped in the report', async () => {
    writeFileSync(folder('<b>&.csv'), '1,2\n3,4\n')
    await lowrank('approx', folder('<b>&.csv'), '--rank', '1', '--report', folder('escaped.html'))
    const page = readFileSync(folder('escaped.html'), 'utf8')
    expect(page).toContain('&lt;b&gt;&amp;.csv')
    expect(page).not.toContain('<b>')
  })

  test('a dry run says what it would write, and writes nothing', async () => {
    const words = ['--rank', '2', '--out', folder('dry'), '--report', folder('dry.html'), '--dry-run']
    const { files } = await json(folder('A.npy'), ...words)
    const factors = ['A.U.npy', 'A.singularValues.npy', 'A.Vt.npy'].map((name) => folder(`dry/${name}`))
    expect(files).toEqual([...factors, folder('dry.html')])
    expect(existsSync(folder('dry')) || existsSync(folder('dry.html'))).toBe(false)
    expect((await lowrank('approx', folder('A.npy'), ...words)).stdout).toContain('would write')
  })

  test('an existing file is kept, and then nothing is written at all', async () => {
    mkdirSync(folder('kept'))
    writeFileSync(folder('kept/A.Vt.npy'), 'mine')
    const words = ['approx', folder('A.npy'), '--rank', '2', '--out', folder('kept')]
    const { status, stdout, stderr } = await lowrank(...words)
    expect([status, stdout]).toEqual([2, ''])
    expect(stderr).toContain('one that exists')
    expect(readdirSync(folder('kept'))).toEqual(['A.Vt.npy'])
    expect(readFileSync(folder('kept/A.Vt.npy'), 'utf8')).toBe('mine')
    expect((await lowrank(...words, '--overwrite')).status).toBe(0)
    expect((await readNpy(folder('kept/A.Vt.npy'))).shape).toEqual([2, 20])
  })
})

describe('refusals', () => {
  beforeAll(async () => {
    writeFileSync(folder('torn.png'), readFileSync(folder('picture.png')).subarray(0, 200))
    writeFileSync(folder('words.csv'), '1,2\n3,four\n')
    writeFileSync(folder('nan.csv'), '1,2\nnan,4\n')
    await writeNpy(folder('empty.npy'), Matrix.zeros(0, 3))
  })

  test.each([
    [2, 'ranks up to 20', 'A.npy --rank 21'],
    [2, 'neither', 'A.npy'],
    [2, 'whole numbers', 'A.npy --rank 0'],
    [2, 'whole numbers', 'A.npy --rank 1.5'],
    [2, 'whole numbers', 'A.npy --rank 1,,2'],
    [2, 'between 0 and 1', 'A.npy --target-error 5'],
    [2, 'between 0 and 1', 'A.npy --target-error small'],
    [2, 'Allowed choices', 'A.npy --rank 1 --method lanczos'],
    [2, 'from 1 to 256', 'A.npy --rank 1 --threads 0'],
    [2, 'from 0 to 4294967295', 'A.npy --rank 1 --seed x'],
    [2, 'ends in .html', 'A.npy --rank 1 --report A.npy'],
    [2, 'Did you mean --rank?', 'A.npy --rnak 1'],
    [2, 'to end in .npy', 'A.xls --rank 1'],
    [2, 'too many arguments', 'A.npy B.npy --rank 1'],
    [2, 'which is a file', `A.npy --rank 1 --out ${fixture('f8.npy')}`],
    [1, 'no such file', 'missing.npy --rank 1'],
    [1, 'cannot be decoded', 'torn.png --rank 1'],
    [1, 'line 2, column 2', 'words.csv --rank 1'],
    [1, 'NaN in row 2, column 1', 'nan.csv --rank 1'],
    [1, 'empty', 'empty.npy --rank 1'],
  ])('%i: %s', async (expected, message, line) => {
    const [name, ...words] = line.split(' ') as [string, ...string[]]
    const outputs = ['--out', folder('never'), '--report', folder('never.html')]
    const given = line.includes('--out') || line.includes('--report') ? words : [...words, ...outputs]
    const { status, stdout, stderr } = await lowrank('approx', folder(name), ...given)
    expect(stderr).toContain(message)
    expect(stderr).not.toMatch(/^ {4}at /m)
    expect([status, stdout]).toEqual([expected, ''])
    expect(existsSync(folder('never')) || existsSync(folder('never.html'))).toBe(false)
  })
})
