import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join, relative } from 'node:path'
import { Matrix } from '../../core/matrix.ts'
import { npyOutput } from '../../io/npy.ts'
import { encodePng } from '../../io/png.ts'
import { writeFiles } from '../../io/write.ts'
import type { Factors } from '../approx/approximate.ts'
import { reconstruct } from '../approx/outputs.ts'
import { formatShare } from '../format.ts'
import type { Exhibit } from '../report/chapter.ts'
import { approximateFile, type Step } from './step.ts'

const side = 28
const pixels = side * side
const ranks = [10, 40, 100]
// Of each digit, as many samples stand in the report.
const samples = 2

interface Digits {
  /** A row of 784 pixels for each digit, all zeros first, all nines last. */
  readonly matrix: Matrix
  /** The first row of each digit. */
  readonly starts: readonly number[]
}

async function readDigits(): Promise<Digits> {
  const require = createRequire(import.meta.url)
  const lists: number[][] = []
  for (let digit = 0; digit < 10; digit++)
    lists.push(JSON.parse(await readFile(require.resolve(`mnist/src/digits/${digit}.json`), 'utf8')).data)
  const starts = lists.map((_, digit) => lists.slice(0, digit).reduce((sum, list) => sum + list.length / pixels, 0))
  const data = Float32Array.from(lists.flat())
  return { matrix: new Matrix(data, data.length / pixels, pixels), starts }
}

/** The chosen rows as pictures, ten in a line. */
function sheet(rows: readonly Matrix[]): Uint8Array {
  const page = Matrix.zeros(Math.ceil(rows.length / 10) * side, 10 * side)
  for (const [k, row] of rows.entries())
    for (let i = 0; i < pixels; i++)
      page.set(
        Math.floor(k / 10) * side + Math.floor(i / side),
        (k % 10) * side + (i % side),
        255 * (1 - row.get(0, i)),
      )
  return encodePng({ rows: page.rows, columns: page.columns, depth: 8, channels: [page] })
}

/** One factorization of few rows: those rows of the approximation cost little. */
function rowsOf({ U, ...rest }: Factors, row: number): Factors {
  return { ...rest, U: U.row(row) }
}

/** Ten thousand handwritten digits of the MNIST collection, a row each. */
export const digits: Step = {
  title: 'Ten thousand handwritten digits: 10000×784',
  async run(context) {
    context.progress.step('Reading the digits')
    const { matrix, starts } = await readDigits()
    const path = relative(process.cwd(), join(context.folder, 'mnist.npy'))
    await writeFiles('quickstart', [npyOutput(path, matrix)], { overwrite: true })
    const study = await approximateFile(path, ranks, context)
    const chosen = Array.from({ length: 10 * samples }, (_, k) => (starts[k % 10] as number) + Math.floor(k / 10))
    const factors = study.factors[0] as Factors
    const exhibits: Exhibit[] = [
      { title: 'Original', caption: `${pixels} numbers a digit`, png: sheet(chosen.map((row) => matrix.row(row))) },
    ]
    for (const { rank, relativeError } of study.results) {
      const rows = await Promise.all(chosen.map((row) => reconstruct(rowsOf(factors, row), rank)))
      const caption = `${rank} numbers a digit, error ${formatShare(relativeError)}`
      exhibits.push({ title: `Rank ${rank}`, caption, png: sheet(rows) })
    }
    const text =
      'Ten thousand pictures of 28 × 28 pixels from the MNIST collection, each a row of one matrix in single precision.'
    return { study, title: 'Handwritten digits', text, exhibits }
  },
}
