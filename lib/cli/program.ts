/** The `lowrank` command. A command of its own joins by one line in `commands`. */
import { Command, CommanderError } from 'commander'
import { approxCommand } from './approx/command.ts'
import { completeCommand } from './complete/command.ts'
import { exitCodeOf, explain } from './failure.ts'
import { infoCommand } from './info/command.ts'
import { recommendCommand } from './recommend/command.ts'
import { packageVersion } from './version.ts'

const commands = [approxCommand, completeCommand, recommendCommand, infoCommand]

const examples = `
Examples:
  lowrank approx photo.jpg --rank 10,20,40 --report photo.html
  lowrank approx matrix.npy --target-error 0.05 --out factors
  lowrank complete ratings.csv --validation 0.1 --model movies.safetensors
  lowrank recommend movies.safetensors 17
  lowrank info

Exit status: 0 done, 1 the work failed, 2 the call was wrong.`

/** The whole command line, ready to parse. */
export function program(): Command {
  const root = new Command('lowrank')
    .description('Low-rank approximation and completion on the CPU, at BLAS speed.')
    .version(packageVersion(), '-V, --version', 'print the version')
    .helpCommand(false)
    .showHelpAfterError('(--help shows what is understood)')
    .exitOverride()
    .addHelpText('after', examples)
  for (const command of commands) root.addCommand(command().copyInheritedSettings(root))
  return root
}

/** Runs one call and returns its exit status. What went wrong goes to standard error in one sentence. */
export async function run(words: readonly string[]): Promise<number> {
  try {
    await program().parseAsync(words, { from: 'user' })
    return 0
  } catch (fault) {
    // Commander has said what was wrong, or shown the help that was asked for.
    if (fault instanceof CommanderError) return fault.exitCode === 0 ? 0 : 2
    process.stderr.write(`error: ${explain(fault)}\n`)
    return exitCodeOf(fault)
  }
}
