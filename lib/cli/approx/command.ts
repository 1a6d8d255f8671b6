import { Command, Option } from 'commander'
import { common, parseRanks, parseReport, parseTargetError, seeded, unknownChoice, writing } from '../options.ts'
import type { ApproxOptions, MethodOption } from './run.ts'
import { type Structure, structures } from './structures.ts'

const methods = ['auto', ...structures]
const decompositions = ['auto', 'svd', 'randomized'] as const

/** 'auto', or names of methods between commas. */
function parseMethod(text: string): MethodOption {
  const alone = decompositions.find((name) => name === text.trim())
  if (alone !== undefined) return alone
  const names = text.split(',').map((word) => word.trim())
  for (const name of names) {
    if ((structures as readonly string[]).includes(name)) continue
    throw unknownChoice(name, methods, ', all but auto also several of them')
  }
  return [...new Set(names)] as Structure[]
}

const details = `
Methods: svd cuts the singular value decomposition off, randomized computes no more of it than is needed, auto takes svd
up to about a second of work. One decomposition serves all ranks.
The others hold a matrix in other products, and a rank r then stands for a number of parameters: each takes the sizes that
come nearest to the r(m + n) numbers of a matrix of rank r, so that errors can be compared.
  als         W·Z of rank r by alternating least squares
  hadamard    (C1·D1ᵀ) ∘ (C2·D2ᵀ), of ranks r/2 each
  kronecker   Σ B ⊗ C, of shapes that make a term smallest, and as many terms as come nearest
  khatri-rao  B1 ⊙ B2 ⊙ …, of rows that multiply to those of the matrix
Several methods (svd,hadamard,kronecker) are compared in one table and one report.

A colour picture is approximated channel by channel, each to the same rank;
an alpha channel is kept as it is.

With --out, factors are written for the largest rank: INPUT.U.npy, INPUT.singularValues.npy, INPUT.Vt.npy (for each
channel); the first r columns, values and rows are those of rank r. Other methods, and several, write INPUT.METHOD.rankR.FACTOR.npy for each
rank: W, Z; C1, D1, C2, D2; B, C with a row a term; B1, B2, …. Pictures are written for each rank as PNG.

Examples:
  lowrank approx photo.jpg --rank 10,20,40 --report photo.html
  lowrank approx photo.png --rank 40 --out compressed
  lowrank approx matrix.npy --target-error 0.05 --json
  lowrank approx photo.jpg --rank 20 --method svd,hadamard,kronecker --report ways.html
  lowrank approx table.csv --rank 200 --target-error 0.01 --method randomized`

/** `lowrank approx`: truncated singular value decompositions of a file. */
export function approxCommand(): Command {
  const command = new Command('approx')
    .description('Approximate a matrix or a picture by low rank: error, stable rank and size for each rank.')
    .argument('<input>', '.npy, .csv, .png or .jpg')
    .addOption(new Option('--rank <list>', 'ranks, such as 10,20,40').argParser(parseRanks))
    .addOption(
      new Option(
        '--target-error <e>',
        'smallest rank with this relative error; at most the largest of --rank',
      ).argParser(parseTargetError),
    )
    .addOption(
      new Option('--method <list>', `${methods.join(', ')}; several to compare them (default: auto)`).argParser(
        parseMethod,
      ),
    )
    .addOption(new Option('--report <file.html>', 'write a page with charts and pictures').argParser(parseReport))
  return common(writing(seeded(command)))
    .addHelpText('after', details)
    .action(async (input: string, options: ApproxOptions) => {
      const { approx } = await import('./run.ts')
      await approx(input, options)
    })
}
