import { Command, Option } from 'commander'
import { common, parseWhole } from '../options.ts'
import type { RecommendOptions } from './run.ts'

const details = `
Rows are named as in the file that the model was fitted to. Items that a row has rated are left out, unless --seen is given.
An id that begins with a hyphen comes after --.

Examples:
  lowrank recommend movies.safetensors 17
  lowrank recommend movies.safetensors 17 42 --count 5 --json`

/** `lowrank recommend`: the best items for rows of a model. */
export function recommendCommand(): Command {
  const command = new Command('recommend')
    .description('Print the items that a fitted recommender expects a row (a user) to like best.')
    .argument('<model>', '.safetensors, as lowrank complete --model writes it')
    .argument('<rows...>', 'ids of rows')
    .addOption(new Option('--count <n>', 'the most items for each row (default: 10)').argParser(parseWhole(1)))
    .option('--seen', 'recommend what a row has rated, too')
  return common(command)
    .addHelpText('after', details)
    .action(async (model: string, rows: string[], options: RecommendOptions) => {
      const { recommend } = await import('./run.ts')
      await recommend(model, rows, options)
    })
}
