import { Command, Option } from 'commander'
import { common, parseRanks, parseReport, parseTargetError, seeded, writing } from '../options.ts'
import type { ApproxOptions } from './run.ts'

const details = `
One decomposition serves all ranks. A colour picture is approximated channel by channel, each to the same rank;
an alpha channel is kept as it is.

With --out, factors are written for the largest rank: INPUT.U.npy, INPUT.singularValues.npy, INPUT.Vt.npy (for each
channel); the first r columns, values and rows are those of rank r. Pictures are written for each rank as PNG.

Examples:
  lowrank approx photo.jpg --rank 10,20,40 --report photo.html
  lowrank approx photo.png --rank 40 --out compressed
  lowrank approx matrix.npy --target-error 0.05 --json
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
      new Option('--method <name>', 'how to decompose (default: auto, svd up to about a second of work)').choices([
        'auto',
        'svd',
        'randomized',
      ]),
    )
    .addOption(new Option('--report <file.html>', 'write a page with charts and pictures').argParser(parseReport))
  return common(writing(seeded(command)))
    .addHelpText('after', details)
    .action(async (input: string, options: ApproxOptions) => {
      const { approx } = await import('./run.ts')
      await approx(input, options)
    })
}
