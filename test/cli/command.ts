import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** The built command, as users run it; `npm test` builds what is stale first. */
export const commandPath = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))

/** How a call ended. */
export interface Ended {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs `lowrank` with these words as a process of its own. */
export function lowrank(...words: string[]): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [commandPath, ...words], { stdio: ['ignore', 'pipe', 'pipe'] })
    const ended = { stdout: '', stderr: '' }
    for (const name of ['stdout', 'stderr'] as const)
      child[name].setEncoding('utf8').on('data', (text: string) => {
        ended[name] += text
      })
    child.once('error', reject)
    child.once('close', (status) => resolve({ status, ...ended }))
  })
}
