/** Options that several commands share, and how their values are read. */
import { type Command, InvalidArgumentError, Option } from 'commander'
import { nearest } from '../core/check.ts'

function whole(text: string, least: number, most: number, what: string): number {
  const value = Number(text)
  if (!/^[+-]?\d+$/.test(text.trim()) || value < least || value > most)
    throw new InvalidArgumentError(`Expected ${what}.`)
  return value
}

/** '10,20,40' as ascending ranks, each once. */
export function parseRanks(text: string): number[] {
  const what = 'whole numbers from 1 on, such as 40 or 10,20,40'
  const ranks = text.split(',').map((word) => whole(word, 1, 2 ** 31 - 1, what))
  return [...new Set(ranks)].sort((a, b) => a - b)
}

/** Reads a whole number. */
export function parseWhole(least: number, most = 2 ** 31 - 1): (text: string) => number {
  const range = most === 2 ** 31 - 1 ? `from ${least} on` : `from ${least} to ${most}`
  return (text) => whole(text, least, most, `a whole number ${range}`)
}

/** Reads a number of at least 0; with `positive` 0 is left out, with `below` what is not less. */
export function parseNumber({ positive = false, below = Infinity } = {}): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (text.trim() !== '' && (positive ? value > 0 : value >= 0) && value < below) return value
    const least = positive ? 'greater than 0' : 'of at least 0'
    throw new InvalidArgumentError(`Expected a number ${least}${below === Infinity ? '' : ` and less than ${below}`}.`)
  }
}

/** The refusal of a name that is none of these, with the one that may be meant. */
export function unknownChoice(name: string, known: readonly string[], addition = ''): InvalidArgumentError {
  const meant = nearest(name, known)
  return new InvalidArgumentError(
    `Allowed choices are ${known.join(', ')}${addition}.${meant ? ` Did you mean ${meant}?` : ''}`,
  )
}

/** An option that takes one of a few names. */
export function choice(flags: string, description: string, known: readonly string[]): Option {
  return new Option(flags, description).choices(known).argParser((text) => {
    if (known.includes(text)) return text
    throw unknownChoice(text, known)
  })
}

/** A relative error, 0 and 1 left out. */
export function parseTargetError(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !(value > 0 && value < 1))
    throw new InvalidArgumentError('Expected a number between 0 and 1, such as 0.05 for 5 %.')
  return value
}

/** A report's name: HTML, so that no other file is hit by a slip. */
export function parseReport(text: string): string {
  if (!/\.html?$/i.test(text)) throw new InvalidArgumentError('Expected a name that ends in .html.')
  return text
}

/** What every command understands. */
export interface CommonOptions {
  readonly json?: boolean
  readonly quiet?: boolean
  readonly threads?: number
}

/** Adds the options that every command understands. */
export function common(command: Command): Command {
  return command
    .addOption(new Option('--json', 'print the result as JSON'))
    .addOption(new Option('-q, --quiet', 'print nothing but the result and errors'))
    .addOption(
      new Option('--threads <n>', 'threads to compute with (default: one a core)').argParser((text) =>
        whole(text, 1, 256, 'a whole number from 1 to 256'),
      ),
    )
}

/** What commands that write files understand. */
export interface KeepingOptions {
  readonly dryRun?: boolean
  readonly overwrite?: boolean
}

/** Adds `--dry-run` and `--overwrite`. */
export function keeping(command: Command): Command {
  return command
    .option('--dry-run', 'read and check everything, say what would be done, and stop')
    .option('--overwrite', 'replace files that exist')
}

/** What commands understand that write files into a folder. */
export interface WritingOptions extends KeepingOptions {
  readonly out?: string
}

/** Adds the options of commands that write files into a folder. */
export function writing(command: Command): Command {
  return keeping(command.option('--out <folder>', 'write the results into this folder'))
}

/** Adds `--seed`. */
export function seeded(command: Command): Command {
  return command.addOption(
    new Option('--seed <n>', 'seed of the random numbers')
      .argParser((text) => whole(text, 0, 2 ** 32 - 1, 'a whole number from 0 to 4294967295'))
      .default(0),
  )
}
