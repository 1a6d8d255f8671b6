/** The peers' side: Python that is given ratings, fits them, and answers with numbers. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Matrix } from 'lowrank'
import type { Ratings } from 'lowrank/als'
import { readNpy, writeNpy } from 'lowrank/io'
import type { SideProcess } from '../process.ts'

/** Ratings as three columns of numbers: row, column, value, by position. */
function triplets({ matrix }: Ratings): Matrix {
  const { rows, rowPointers, columnIndices, values } = matrix
  const T = Matrix.zeros(matrix.nonZeros, 3)
  for (let i = 0, e = 0; i < rows; i++)
    for (; e < (rowPointers[i + 1] as number); e++)
      T.data.set([i, columnIndices[e] as number, values[e] as number], 3 * e)
  return T
}

const common = `import pandas as pd
from scipy.sparse import csr_matrix

def frame(T):
    return pd.DataFrame({"UserId": T[:, 0].astype(int), "ItemId": T[:, 1].astype(int), "Rating": T[:, 2]})

def csr(T, shape):
    return csr_matrix((T[:, 2], (T[:, 0].astype(int), T[:, 1].astype(int))), shape=shape)
`

export class Peer {
  readonly #side: SideProcess
  readonly #folder: string
  #paths: Record<string, string> = {}

  private constructor(side: SideProcess, folder: string) {
    this.#side = side
    this.#folder = folder
  }

  static async open(side: SideProcess): Promise<Peer> {
    return new Peer(side, await mkdtemp(join(tmpdir(), 'lowrank-recommender-')))
  }

  /** Gives ratings under their names in Python; what was given before is forgotten. */
  async give(parts: Readonly<Record<string, Ratings>>): Promise<void> {
    this.#paths = {}
    for (const [name, ratings] of Object.entries(parts)) {
      const path = join(this.#folder, `${name}.npy`)
      await writeNpy(path, triplets(ratings), { overwrite: true })
      this.#paths[name] = path
    }
  }

  /** Runs `setup` and then `fit` once; returns the numbers of `answer`, an expression of its value `r`. */
  async ask(setup: string, fit: string, answer: string): Promise<number[]> {
    await this.#side.ask({ do: 'prepare', index: 0, data: this.#paths, setup: common + setup, theirs: fit })
    const { paths } = await this.#side.ask({ do: 'answer', folder: this.#folder, answer: `[${answer}]` })
    return Array.from((await readNpy((paths as string[])[0] as string)).data as Float64Array)
  }

  /** Milliseconds of the fit that was asked last. */
  async time(): Promise<number> {
    return (await this.#side.time(1)) / 1e6
  }

  end(): void {
    this.#side.end()
    void rm(this.#folder, { recursive: true })
  }
}

/** Median milliseconds of both sides, in turn. */
export async function inTurn(
  rounds: number,
  ours: () => unknown,
  peer: Peer,
): Promise<{ ours: number; theirs: number }> {
  const times: { ours: number[]; theirs: number[] } = { ours: [], theirs: [] }
  for (let round = 0; round < rounds; round++) {
    times.theirs.push(await peer.time())
    const start = performance.now()
    ours()
    times.ours.push(performance.now() - start)
  }
  const middle = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1] as number
  return { ours: middle(times.ours), theirs: middle(times.theirs) }
}
