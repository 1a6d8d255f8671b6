/**
 * How long until the objective that cmfrec's Cholesky has after 15 sweeps; in float32, as cmfrec computes unless told
 * otherwise.
 */
import { type DType, Matrix, SparseMatrix } from 'lowrank'
import { completeALS, Ratings } from 'lowrank/als'
import type { Row } from '../recommender.ts'
import { inTurn, type Peer } from './peer.ts'

const [rows, columns, rank, lambda] = [20_000, 5000, 50, 0.05] as const

/** 1 % of a matrix of rank 20 with noise, at uniform places. */
function lowRank(dtype: DType): Ratings {
  const count = (rows * columns) / 100
  const [W, Z] = [Matrix.random(rows, 20, { seed: 1 }), Matrix.random(columns, 20, { seed: 2 })]
  const places = Matrix.random(count, 2, { distribution: 'uniform', seed: 3 }).data
  const noise = Matrix.random(count, 1, { seed: 4 }).data
  const [row, column, value] = [new Int32Array(count), new Int32Array(count), new Float64Array(count)]
  for (let e = 0; e < count; e++) {
    const i = Math.floor((places[2 * e] as number) * rows)
    const j = Math.floor((places[2 * e + 1] as number) * columns)
    let sum = 3 + 0.3 * (noise[e] as number)
    for (let c = 0; c < 20; c++)
      sum += ((W.data[20 * i + c] as number) * (Z.data[20 * j + c] as number)) / Math.sqrt(20)
    row[e] = i
    column[e] = j
    value[e] = sum
  }
  return new Ratings(SparseMatrix.fromTriplets(rows, columns, { row, column, value }, { duplicates: 'last', dtype }))
}

interface PeerModel {
  readonly rows: number
  readonly columns: number
  readonly rank: number
  readonly lambda: number
  readonly dtype: DType
}

/**
 * cmfrec's fit(sweeps, by conjugate gradients), the same timed, and the objective of what it returns by our definition,
 * in double.
 */
export const modelSetup = ({ rows, columns, rank, lambda, dtype }: PeerModel) => `import os, time
from cmfrec import CMF
NTHREADS = int(os.environ["OMP_NUM_THREADS"])
D = frame(T)
mean = T[:, 2].mean()
u, v = D.UserId.values, D.ItemId.values
nu, nv = np.bincount(u, minlength=${rows}), np.bincount(v, minlength=${columns})
def fit(niter, use_cg):
    model = CMF(k=${rank}, lambda_=${lambda}, scale_lam=True, niter=niter, use_cg=use_cg,
                nthreads=NTHREADS, use_float=${dtype === 'float32' ? 'True' : 'False'},
                precompute_for_predictions=False, random_state=1, verbose=False)
    return model.fit(D)
def timed(niter, use_cg):
    start = time.perf_counter()
    return fit(niter, use_cg), (time.perf_counter() - start) * 1e3
def objective(m):
    # Its rows are in the order in which ids appear.
    users, items = np.asarray(m.user_mapping_).astype(int), np.asarray(m.item_mapping_).astype(int)
    at, to = np.zeros(${rows}, int), np.zeros(${columns}, int)
    at[users], to[items] = np.arange(len(users)), np.arange(len(items))
    W, Z = m.A_.astype(float), m.B_.astype(float)
    b, c = m.user_bias_.astype(float), m.item_bias_.astype(float)
    i, j = at[u], to[v]
    e = T[:, 2] - m.glob_mean_ - b[i] - c[j] - np.einsum("ij,ij->i", W[i], Z[j])
    return e @ e + ${lambda} * (nu[users] @ ((W ** 2).sum(1) + b ** 2) + nv[items] @ ((Z ** 2).sum(1) + c ** 2))
`

export async function timeToObjective(peer: Peer): Promise<Row[]> {
  const dtype = 'float32'
  const ratings = lowRank(dtype)
  await peer.give({ T: ratings })
  const prelude = modelSetup({ rows, columns, rank, lambda, dtype })
  // The objective, and how long it took.
  const fitted = async (niter: number, cg: boolean) =>
    (await peer.ask(prelude, `timed(${niter}, ${cg ? 'True' : 'False'})`, '[objective(r[0]), r[1]]')) as [
      number,
      number,
    ]
  const [target, milliseconds] = await fitted(15, false)
  const ours = () => {
    const options = { rank, regularization: lambda, tolerance: 0, maxIterations: 100 } as const
    const model = completeALS(ratings, { ...options, onIteration: ({ objective }) => objective > target })
    if (!(model.objective <= target)) throw new Error('our objective stays above the target')
    return model
  }
  const { iterations, settings } = ours()
  // The fewest of these sweeps of conjugate gradients that come as far; where none does, the most.
  let sweeps = 0
  let objective = Infinity
  for (const count of [15, 16, 18]) {
    if (objective <= target) break
    sweeps = count
    objective = (await fitted(count, true))[0]
  }
  const times = await inTurn(3, ours, peer)
  const row = {
    experiment: `${rows}×${columns}, 1 %, k = ${rank}`,
    dtype,
    objective: target,
    'our sweeps': `${iterations}, ${settings.solver}`,
    'our ms': times.ours,
  }
  const peerRow = (name: string, count: string, theirs: number): Row => ({
    ...row,
    peer: `cmfrec, ${name}`,
    'peer sweeps': count,
    'peer ms': theirs,
    ratio: times.ours / theirs,
  })
  return [
    peerRow('Cholesky', '15', milliseconds),
    peerRow('conjugate gradients', objective > target ? `${sweeps}, not enough` : `${sweeps}`, times.theirs),
  ]
}
