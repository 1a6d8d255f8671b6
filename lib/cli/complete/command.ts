import { Command, InvalidArgumentError, Option } from 'commander'
import { choice, common, keeping, parseNumber, parseReport, parseWhole, seeded } from '../options.ts'
import type { CompleteOptions } from './run.ts'

const details = `
Columns of a text file are given by their header, or by their number, counted from 1. Without these options, the one whose
header ends with 'rating' holds the ratings, else the third, and the first two others hold the ids of rows (users) and
columns (items); without a third column each rating is 1. MatrixMarket files and gzip are read, too.

What is held out by --validation stops the fit when the error on it no longer falls, and chooses the best sweep; what is held
out by --test is only judged by: a share of all ratings, of implicit feedback a share of each row's.

Solvers: cholesky solves for each row exactly, cg takes a few steps of conjugate gradients, auto takes what a model of
their costs says is cheaper. Accelerations: extrapolation of whole sweeps, taken back where it does not pay; ncg,
nonlinear conjugate gradients preconditioned by a sweep, not with --implicit; none.

Examples:
  lowrank complete ratings.csv --rank 20 --validation 0.1 --model movies.safetensors
  lowrank complete ratings.csv --row user --column item --value stars --test 0.1 --report ratings.html
  lowrank complete ratings.csv --rank 100 --solver cg --acceleration ncg --validation 0.1 --patience 5
  lowrank complete plays.tsv --implicit --alpha 40 --no-value --model plays.safetensors
  lowrank recommend movies.safetensors 17`

/** A header, or a position counted from 1, which becomes one from 0. */
function parseColumn(text: string): string | number {
  if (text === '') throw new InvalidArgumentError('Expected a header, or a number from 1 on.')
  return /^\d+$/.test(text) ? parseWhole(1)(text) - 1 : text
}

function parseModel(text: string): string {
  if (!/\.safetensors$/i.test(text)) throw new InvalidArgumentError('Expected a name that ends in .safetensors.')
  return text
}

/** `lowrank complete`: a recommender from a file of ratings. */
export function completeCommand(): Command {
  const share = parseNumber({ below: 1 })
  const command = new Command('complete')
    .description('Fit a recommender to ratings: who rated what, and how.')
    .argument('<ratings>', '.csv, .tsv, .mtx, plain or .gz')
    .addOption(new Option('--rank <k>', 'factors of each row and column (default: 32)').argParser(parseWhole(1)))
    .addOption(
      new Option('--regularization <x>', 'λ (default: 0.1, ridge 10, implicit 0.01)').argParser(parseNumber({})),
    )
    .addOption(new Option('--row <column>', 'column of the file with the ids of rows').argParser(parseColumn))
    .addOption(new Option('--column <column>', 'column of the file with the ids of columns').argParser(parseColumn))
    .addOption(new Option('--value <column>', 'column of the file with the ratings').argParser(parseColumn))
    .option('--no-value', 'each rating is 1')
    .option('--delimiter <text>', 'what separates the fields')
    .option('--header', 'the first line holds names')
    .option('--no-header', 'the first line is a rating (default: whichever it looks like)')
    .addOption(
      choice('--duplicates <name>', 'what becomes of pairs given more than once (default: error)', [
        'error',
        'sum',
        'last',
      ]),
    )
    .addOption(
      new Option('--validation <share>', 'share of the ratings to stop by; not with --implicit').argParser(share),
    )
    .addOption(
      new Option('--patience <n>', 'sweeps to wait for a gain on them (default: 3); with --validation').argParser(
        parseWhole(1),
      ),
    )
    .addOption(new Option('--test <share>', 'share of the ratings to judge by').argParser(share))
    .option('--implicit', 'ratings count choices: fit preferences, trusted the more the larger they are')
    .addOption(new Option('--alpha <x>', 'trust in a choice (default: 40); with --implicit').argParser(parseNumber({})))
    .addOption(
      choice('--weighting <name>', 'whether λ grows with the ratings of a row (default: weighted)', [
        'weighted',
        'ridge',
      ]),
    )
    .option('--no-biases', 'leave out biases of rows and columns')
    .option('--nonnegative', 'factors of at least 0, without biases')
    .addOption(new Option('--max-iterations <n>', 'most sweeps (default: 30, implicit 15)').argParser(parseWhole(1)))
    .addOption(
      new Option('--tolerance <x>', 'change of the objective to stop at (default: 1e-4)').argParser(parseNumber({})),
    )
    .addOption(
      choice('--solver <name>', "how a row's equations are solved (default: auto)", ['auto', 'cholesky', 'cg']),
    )
    .addOption(
      choice('--acceleration <name>', 'what is done beyond sweeping (default: extrapolation)', [
        'extrapolation',
        'ncg',
        'none',
      ]),
    )
    .addOption(choice('--dtype <name>', 'precision (default: float64)', ['float32', 'float64']))
    .addOption(new Option('--model <file.safetensors>', 'write the model').argParser(parseModel))
    .addOption(new Option('--report <file.html>', 'write a page with charts').argParser(parseReport))
  return common(keeping(seeded(command)))
    .addHelpText('after', details)
    .action(async (path: string, options: CompleteOptions) => {
      const { complete } = await import('./run.ts')
      await complete(path, options)
    })
}
