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
/** Rounds, and the milliseconds of a fit beyond which one is enough: noise is small beside it. */
const [rounds, enough] = [3, 5000] as const

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
          // The least of each fit's times, then their difference: the least of the differences would reward a short fit
          // that something disturbed.
          const least = { ours: [Infinity, Infinity], theirs: [Infinity, Infinity] }
          const objectives = { ours: 0, theirs: 0 }
          for (let round = 0; round < rounds && (round === 0 || (least.theirs[1] as number) < enough); round++)
            for (const [which, sweeps] of [short, long].entries())
              for (const [side, run] of [
                ['ours', ours],
                ['theirs', theirs],
              ] as const) {
                const [objective, milliseconds] = await run(sweeps)
                objectives[side] = objective
                least[side][which] = Math.min(least[side][which] as number, milliseconds)
              }
          const perSweep = ([first, last]: readonly number[]) => ((last as number) - (first as number)) / (long - short)
          const times = { ours: perSweep(least.ours), theirs: perSweep(least.theirs) }
          table.push({
            experiment: `20 000×5 000, 1 % ${popularity}, k = ${rank}`,
            dtype,
            solver,
            'our objective': objectives.ours,
            'its objective': objectives.theirs,
            'our ms a sweep': times.ours,
            'cmfrec ms a sweep': times.theirs,
            ratio: times.ours / times.theirs,
          })
        }
      }
  return table
}
