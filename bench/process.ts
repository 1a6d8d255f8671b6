/** A side in a process of its own, spoken to in lines of JSON. */
import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Reply, Request } from './protocol.ts'

export class SideProcess {
  readonly #child: ChildProcess
  readonly #waiting: ((reply: Reply) => void)[] = []

  constructor(command: string, args: readonly string[], threads: number) {
    // Both sides get the same environment; a preset OPENBLAS_CORETYPE reaches both.
    const env = { ...process.env, OPENBLAS_NUM_THREADS: `${threads}`, OMP_NUM_THREADS: `${threads}` }
    this.#child = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'inherit'] })
    createInterface({ input: this.#child.stdout as NodeJS.ReadableStream }).on('line', (line) =>
      this.#waiting.shift()?.(JSON.parse(line)),
    )
    this.#child.on('exit', (code, signal) => {
      for (const settle of this.#waiting.splice(0)) settle({ error: `the process ended (${signal ?? code})` })
    })
  }

  async ask(request: Request): Promise<Reply> {
    const reply = await new Promise<Reply>((resolve) => {
      this.#waiting.push(resolve)
      this.#child.stdin?.write(`${JSON.stringify(request)}\n`)
    })
    if (reply.error !== undefined) throw new Error(reply.error)
    return reply
  }

  async time(repetitions: number): Promise<number> {
    return (await this.ask({ do: 'time', repetitions })).nanoseconds as number
  }

  end(): void {
    this.#child.stdin?.end()
  }
}
