import { type CompletionModel, completeALSAsync } from '../../als/index.ts'
import { Matrix } from '../../core/matrix.ts'
import { uniforms } from '../../core/random.ts'
import { matmulAsync } from '../../linalg/index.ts'
import { formatCount, formatShare, formatTime } from '../format.ts'
import { pictureOf, readGrey } from './grey.ts'
import type { Step } from './step.ts'

const removed = 0.7
const rank = 32

/** A copy with NaN for most of the entries. */
function holed(A: Matrix): Matrix {
  const next = uniforms(0)
  return new Matrix(
    A.copy().data.map((value) => (next() < removed ? Number.NaN : value)),
    A.rows,
    A.columns,
  )
}

/** μ + bᵢ + cⱼ + wᵢᵀzⱼ for all i and j. */
async function predicted({ W, Z, rowBias, columnBias, globalMean }: CompletionModel): Promise<Matrix> {
  const product = await matmulAsync(W, Z)
  const { data, rows, columns } = product
  for (let i = 0, at = 0; i < rows; i++)
    for (let j = 0; j < columns; j++, at++)
      data[at] = (data[at] as number) + globalMean + (rowBias?.[i] as number) + (columnBias?.[j] as number)
  return product
}

/** ‖A − B‖/‖A‖ over the entries that were removed. */
function errorOf(A: Matrix, B: Matrix, known: Matrix): number {
  let [error, size] = [0, 0]
  for (let k = 0; k < A.data.length; k++) {
    if (!Number.isNaN(known.data[k])) continue
    error += ((A.data[k] as number) - (B.data[k] as number)) ** 2
    size += (A.data[k] as number) ** 2
  }
  return Math.sqrt(error / size)
}

/** What a picture shows of it: white where nothing is known. */
const shown = (A: Matrix) =>
  new Matrix(
    A.data.map((value) => (Number.isNaN(value) ? 255 : Math.min(255, Math.max(0, value)))),
    A.rows,
    A.columns,
  )

/** The photograph in grey, completed from three pixels of ten. */
export const completion: Step = {
  title: 'The photograph again, seven pixels of ten removed',
  async run({ progress, say }) {
    progress.step('Completing the photograph')
    const A = await readGrey()
    const known = holed(A)
    const model = await completeALSAsync(known, { rank, regularization: 1 })
    const whole = await predicted(model)
    const error = errorOf(A, whole, known)
    progress.stop()
    const facts = [
      ['pixels known', `${formatCount(model.ratings.count)} of ${formatCount(A.rows * A.columns)}`],
      ['rank', formatCount(rank)],
      ['error on the others', formatShare(error)],
      ['sweeps', formatCount(model.iterations)],
      ['fitted in', formatTime(model.elapsedMs)],
    ] as const
    for (const [name, value] of facts) say(`${name.padEnd(20)} ${value}`)
    const text =
      'Every pixel is a rating that a row gives to a column: a model of the ratings that are left says what the others may have been.'
    const exhibits = [
      { title: 'Known', caption: 'three pixels of ten', png: pictureOf(shown(known)) },
      { title: 'Completed', caption: `error ${formatShare(error)} on the removed ones`, png: pictureOf(shown(whole)) },
    ]
    return { facts, exhibits, title: 'Completion', text }
  },
}
