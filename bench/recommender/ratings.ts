/**
 * MovieLens, five splits: test errors of ours and cmfrec's, each with the λ that did best on the validation ratings.
 * Errors are means over a few random starts: from one start to another they differ by more than the two sides do.
 */
import { type CompletionModel, completeALS, evaluate, type Ratings, split } from 'lowrank/als'
import type { Row } from '../recommender.ts'
import { readMovieLens } from './movieLens.ts'
import { inTurn, type Peer } from './peer.ts'

const grid = [0.05, 0.075, 0.1, 0.125, 0.15, 0.2] as const
const seeds = [1, 2, 3, 4, 5] as const
const starts = [1, 2, 3] as const

const setup = (rank: number) => `import os
from cmfrec import CMF
D, V, E = frame(train), frame(validation), frame(test)
def fit(penalty, start=${starts[0]}):
    model = CMF(k=${rank}, lambda_=penalty, scale_lam=True,
                nthreads=int(os.environ["OMP_NUM_THREADS"]), random_state=start, verbose=False)
    return model.fit(D)
def fits(penalty):
    return [fit(penalty, start) for start in ${JSON.stringify(starts)}]
def rmse(models, T):
    def one(model):
        x = model.predict(T.UserId, T.ItemId)
        # Where neither side is known it predicts nothing.
        return np.sqrt(np.mean((np.where(np.isnan(x), D.Rating.mean(), x) - T.Rating) ** 2))
    return np.mean([one(model) for model in models])
`

interface Choice {
  readonly lambda: number
  readonly validation: number
  readonly test: number
}

function best(choices: readonly Choice[]): Choice {
  return choices.reduce((a, b) => (b.validation < a.validation ? b : a))
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

export async function movieLens(peer: Peer): Promise<Row[]> {
  const all = await readMovieLens()
  if (all === undefined) return []
  const table: Row[] = []
  for (const rank of [20, 50]) {
    const errors: { ours: number[]; theirs: number[] } = { ours: [], theirs: [] }
    for (const seed of seeds) {
      // In float32, which is what cmfrec computes in unless told otherwise.
      const { train, validation, test } = split(all.toType('float32'), { validation: 0.1, test: 0.1, seed })
      await peer.give({ train, validation, test })
      const fitWith = (lambda: number, start: number = starts[0]) =>
        completeALS(train, { rank, regularization: lambda, seed: start })
      const rmse = (models: readonly CompletionModel[], held: Ratings) =>
        mean(models.map((model) => evaluate(model, held, { at: [] }).rmse))
      const [ours, theirs]: [Choice[], Choice[]] = [[], []]
      for (const lambda of grid) {
        const models = starts.map((start) => fitWith(lambda, start))
        ours.push({ lambda, validation: rmse(models, validation), test: rmse(models, test) })
        const [error = 0, judged = 0] = await peer.ask(setup(rank), `fits(${lambda})`, '[rmse(r, V), rmse(r, E)]')
        theirs.push({ lambda, validation: error, test: judged })
      }
      const [our, their] = [best(ours), best(theirs)]
      await peer.ask(setup(rank), `fit(${their.lambda})`, '[0]')
      const times = await inTurn(5, () => fitWith(our.lambda), peer)
      errors.ours.push(our.test)
      errors.theirs.push(their.test)
      table.push(rowOf(rank, `${seed}`, our, their, times))
    }
    const ofRank = table.filter((row) => row['k'] === `${rank}`)
    const timeOf = (name: string) => mean(ofRank.map((row) => row[name] as number))
    table.push({
      k: `${rank}`,
      split: 'mean',
      'our λ': '',
      'our RMSE': mean(errors.ours),
      'our ms': timeOf('our ms'),
      'cmfrec λ': '',
      'cmfrec RMSE': mean(errors.theirs),
      'cmfrec ms': timeOf('cmfrec ms'),
      ratio: timeOf('our ms') / timeOf('cmfrec ms'),
    })
  }
  return table
}

function rowOf(rank: number, name: string, our: Choice, their: Choice, times: { ours: number; theirs: number }): Row {
  return {
    k: `${rank}`,
    split: name,
    'our λ': our.lambda,
    'our RMSE': our.test,
    'our ms': times.ours,
    'cmfrec λ': their.lambda,
    'cmfrec RMSE': their.test,
    'cmfrec ms': times.theirs,
    ratio: times.ours / times.theirs,
  }
}
