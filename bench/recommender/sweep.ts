/**
 * What a whole sweep with biases takes beside cmfrec, by Cholesky and by conjugate gradients: long fits less short
 * ones.
 */
import type { Matrix } from 'lowrank'
import { completeALS } from 'lowrank/als'
import { ratingsOf, sweepData } from '../cases/als.ts'
import type { Row } from '../recommender.ts'
import { modelSetup } from './objective.ts'
import type { Peer } from './peer.ts'

const lambda = 0.1
const [short, long] = [1, 6] as const

export async function sweepTimes(peer: Peer): Promise<Row[]> {
  const table: Row[] = []
  for (const popularity of ['uniform', 'power law'] as const)
    for (const rank of popularity === 'uniform' ? [20, 50, 100] : [20, 50])
      for (const dtype of ['float64', 'float32'] as const) {
        const ratings = ratingsOf(sweepData(popularity, 1, dtype)['T'] as Matrix, dtype)
        await peer.give({ T: ratings })
        const prelude = modelSetup({ rows: ratings.rows, columns: ratings.columns, rank, lambda, dtype })
        for (const [solver, cg] of [
          ['cholesky', 'False'],
          ['cg', 'True'],
        ] as const) {
          const theirs = async (sweeps: number) =>
            (await peer.ask(prelude, `timed(${sweeps}, ${cg})`, '[objective(r[0]), r[1]]')) as [number, number]
          const ours = (maxIterations: number): [number, number] => {
            const begin = performance.now()
            const options = { rank, regularization: lambda, maxIterations, tolerance: 0, acceleration: 'none' } as const
            const { objective } = completeALS(ratings, { ...options, solver })
            return [objective, performance.now() - begin]
          }
          const times = { ours: Infinity, theirs: Infinity }
          const objectives = [0, 0]
          for (let round = 0; round < 2; round++) {
            const [ourShort, ourLong] = [ours(short), ours(long)]
            const [theirShort, theirLong] = [await theirs(short), await theirs(long)]
            times.ours = Math.min(times.ours, (ourLong[1] - ourShort[1]) / (long - short))
            times.theirs = Math.min(times.theirs, (theirLong[1] - theirShort[1]) / (long - short))
            objectives[0] = ourLong[0]
            objectives[1] = theirLong[0]
          }
          table.push({
            experiment: `20 000×5 000, 1 % ${popularity}, k = ${rank}`,
            dtype,
            solver,
            'our objective': objectives[0] as number,
            'its objective': objectives[1] as number,
            'our ms a sweep': times.ours,
            'cmfrec ms a sweep': times.theirs,
            ratio: times.ours / times.theirs,
          })
        }
      }
  return table
}
