/**
 * Our side of a benchmark: answers requests on standard input, one JSON object a line, as side.py does for the peer.
 */
import { createInterface } from 'node:readline'
import { Matrix } from 'lowrank'
import { readNpy, writeNpy } from 'lowrank/io'
import { backend } from './backend.ts'
import type { Case, Data } from './case.ts'
import { cases } from './cases/index.ts'
import type { Reply, Request } from './protocol.ts'

let current: Case
let run: () => unknown = () => undefined

const handlers: { [K in Request['do']]: (request: Extract<Request, { do: K }>) => Promise<Reply> } = {
  async prepare({ index, data }) {
    current = cases[index] as Case
    const loaded: Data = {}
    for (const [name, path] of Object.entries(data))
      loaded[name] = await (path.endsWith('.batch.npy') ? readNpy(path, { batch: true }) : readNpy(path))
    run = current.ours(loaded)
    return {}
  },
  async answer({ folder }) {
    const paths: string[] = []
    for (const [i, value] of current.answer(run() as never).entries()) {
      const path = `${folder}/ours-${i}.npy`
      const numbers = typeof value === 'number' ? Float64Array.of(value) : 'data' in value ? value.data : value
      await writeNpy(path, Matrix.from(numbers), { overwrite: true })
      paths.push(path)
    }
    return { paths }
  },
  async time({ repetitions }) {
    const call = run
    const start = process.hrtime.bigint()
    for (let i = 0; i < repetitions; i++) call()
    return { nanoseconds: Number(process.hrtime.bigint() - start) / repetitions }
  },
  async versions() {
    return backend()
  },
}

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line) as Request
  const handler = handlers[request.do] as (request: Request) => Promise<Reply>
  const reply = await handler(request).catch((error: Error) => ({ error: error.stack ?? error.message }))
  process.stdout.write(`${JSON.stringify(reply)}\n`)
}
