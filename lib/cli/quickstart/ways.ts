import { join, relative } from 'node:path'
import { writeFiles } from '../../io/write.ts'
import { compare, comparisonTable } from '../approx/comparison.ts'
import { readInput } from '../approx/input.ts'
import { pictureOf, readGrey } from './grey.ts'
import type { Step } from './step.ts'

const rank = 20
const methods = ['svd', 'als', 'hadamard', 'kronecker', 'khatri-rao'] as const

/** The photograph in grey, held in five ways in about as many numbers. */
export const ways: Step = {
  title: 'The photograph in five ways, in about as many numbers',
  async run({ folder, progress, say }) {
    progress.step('Reading the photograph')
    const path = relative(process.cwd(), join(folder, 'photograph.png'))
    const png = pictureOf(await readGrey())
    await writeFiles('quickstart', [{ path, bytes: () => [png] }], { overwrite: true })
    const input = await readInput(path)
    const request = { ranks: [rank], methods, seed: 0 }
    const comparison = await compare(input, request, { files: false, report: true }, progress)
    progress.stop()
    say(`$ lowrank approx ${path} --rank ${rank} --method ${methods.join(',')}\n`)
    say(comparisonTable(comparison))
    const text =
      'In grey, halved and cropped. A Hadamard product of two matrices of low rank has many singular values; sums of Kronecker ' +
      'products repeat blocks; a Khatri-Rao product makes each column of two short vectors.'
    return { comparison, title: 'Five ways', text }
  },
}
