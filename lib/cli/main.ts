#!/usr/bin/env node
import { run } from './program.ts'

// A reader that has seen enough, such as `head`, closes the pipe: no fault of anyone's.
process.stdout.on('error', (fault: NodeJS.ErrnoException) => {
  if (fault.code !== 'EPIPE') throw fault
  process.exit(0)
})

process.exitCode = await run(process.argv.slice(2))
