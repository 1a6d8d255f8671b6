import { Command } from 'commander'
import { type CommonOptions, common } from '../options.ts'

/** `lowrank info`: what computes, and where. */
export function infoCommand(): Command {
  return common(new Command('info'))
    .description('Print the version, the linear algebra library, its kernels and threads, and the addon in use.')
    .addHelpText('after', '\nExamples:\n  lowrank info\n  lowrank info --json')
    .action(async (options: CommonOptions) => {
      const { printInfo } = await import('./run.ts')
      printInfo(options)
    })
}
