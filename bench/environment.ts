/** The peers' own Python environment, made once and kept. */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

function run(command: string, args: readonly string[]): void {
  console.error(`+ ${command} ${args.join(' ')}`)
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 2, 2] })
  if (status !== 0)
    throw new Error(
      `${command} failed${error ? `: ${error.message}` : ''}; the benchmarks need Python 3.11 or newer with venv`,
    )
}

/** The Python to run; installs what requirements.txt and the extra ones pin where that is not there yet. */
export function python(extras: readonly ('torch' | 'als')[]): string {
  const folder = join('bench', '.venv')
  const files = ['requirements.txt', ...extras.map((extra) => `requirements-${extra}.txt`)]
  for (const file of files) {
    const wanted = readFileSync(join('bench', file), 'utf8')
    const stamp = join(folder, `${file}.done`)
    if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) continue
    if (!existsSync(join(folder, 'bin', 'python'))) run('python3', ['-m', 'venv', folder])
    run(join(folder, 'bin', 'pip'), ['install', '--quiet', '-r', join('bench', file)])
    writeFileSync(stamp, wanted)
  }
  return join(folder, 'bin', 'python')
}
