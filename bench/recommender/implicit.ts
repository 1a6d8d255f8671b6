/**
 * MovieLens as implicit feedback, five splits: NDCG@10 of ours and implicit's, each with the λ that did best on
 * validation.
 */
import { type CompletionModel, evaluate, implicitALS, type Ratings, split } from 'lowrank/als'
import type { Row } from '../recommender.ts'
import { readMovieLens } from './movieLens.ts'
import { inTurn, type Peer } from './peer.ts'

const [rank, alpha] = [32, 40] as const
const grid = [0.01, 10, 100, 300, 1000] as const
const seeds = [1, 2, 3, 4, 5] as const

// implicit takes what is given for the confidence itself, so 1 + αr is what both sides minimize with.
const setup = (rows: number, columns: number) => `import os
from implicit.cpu.als import AlternatingLeastSquares
from implicit.evaluation import ranking_metrics_at_k
shape = (${rows}, ${columns})
D, V, E = csr(train, shape), csr(validation, shape), csr(test, shape)
C = D.copy()
C.data = 1 + ${alpha} * C.data
C = C.astype(np.float32)
def fit(penalty):
    model = AlternatingLeastSquares(factors=${rank}, regularization=penalty, alpha=1.0, iterations=15,
                                 num_threads=int(os.environ["OMP_NUM_THREADS"]), random_state=1)
    model.fit(C, show_progress=False)
    return model
def ndcg(model, T):
    return ranking_metrics_at_k(model, C, T, K=10, show_progress=False, num_threads=1)["ndcg"]
`

interface Choice {
  readonly lambda: number
  readonly validation: number
  readonly test: number
}

function best(choices: readonly Choice[]): Choice {
  return choices.reduce((a, b) => (b.validation > a.validation ? b : a))
}

export async function implicitFeedback(peer: Peer): Promise<Row[]> {
  const all = await readMovieLens()
  if (all === undefined) return []
  const table: Row[] = []
  for (const seed of seeds) {
    const { train, validation, test } = split(all.toType('float32'), { validation: 0.1, test: 0.1, by: 'row', seed })
    await peer.give({ train, validation, test })
    const prelude = setup(train.rows, train.columns)
    const fitWith = (lambda: number): CompletionModel => implicitALS(train, { rank, alpha, regularization: lambda })
    const ndcg = (model: CompletionModel, held: Ratings) => evaluate(model, held, { at: [10] }).ndcg[0] as number
    const [ours, theirs]: [Choice[], Choice[]] = [[], []]
    for (const lambda of grid) {
      const model = fitWith(lambda)
      ours.push({ lambda, validation: ndcg(model, validation), test: ndcg(model, test) })
      const [rank = 0, judged = 0] = await peer.ask(prelude, `fit(${lambda})`, '[ndcg(r, V), ndcg(r, E)]')
      theirs.push({ lambda, validation: rank, test: judged })
    }
    const [our, their] = [best(ours), best(theirs)]
    await peer.ask(prelude, `fit(${their.lambda})`, '[0]')
    const times = await inTurn(5, () => fitWith(our.lambda), peer)
    table.push({
      split: `${seed}`,
      'our λ': our.lambda,
      'our NDCG@10': our.test,
      'our ms': times.ours,
      'implicit λ': their.lambda,
      'implicit NDCG@10': their.test,
      'implicit ms': times.theirs,
      ratio: times.ours / times.theirs,
    })
  }
  const mean = (name: string) => table.reduce((sum, row) => sum + (row[name] as number), 0) / table.length
  const [ours, theirs, ourTime, theirTime] = ['our NDCG@10', 'implicit NDCG@10', 'our ms', 'implicit ms'].map(mean)
  table.push({
    split: 'mean',
    'our λ': '',
    'our NDCG@10': ours as number,
    'our ms': ourTime as number,
    'implicit λ': '',
    'implicit NDCG@10': theirs as number,
    'implicit ms': theirTime as number,
    ratio: (ourTime as number) / (theirTime as number),
  })
  return table
}
