/**
 * Recommendations for many rows among many items, against implicit's, with the same factors and the same seen items.
 */
import { Matrix, SparseMatrix } from 'lowrank'
import { CompletionModel, Ratings, type Recommendations } from 'lowrank/als'
import type { Case, Data } from '../case.ts'
import { normal } from './data.ts'

const [rows, items, rank, seen] = [1000, 100_000, 64, 100]

/** Factors of rows and of items, and the positions of `seen` items a row (rows×seen). */
function data(): Data {
  const places = Matrix.random(rows, seen, { distribution: 'uniform', seed: 3 })
  for (let k = 0; k < places.data.length; k++) places.data[k] = Math.floor((places.data[k] as number) * items)
  return { W: normal(rows, rank, 'float32', 1), Z: normal(items, rank, 'float32', 2), S: places }
}

function modelOf({ W, Z, S }: Record<string, Matrix>): CompletionModel<Float32Array> {
  const column = S?.data as Float64Array
  const triplets = {
    row: Int32Array.from(column, (_, k) => Math.floor(k / seen)),
    column,
    value: new Float32Array(column.length).fill(1),
  }
  const matrix = SparseMatrix.fromTriplets(rows, items, triplets, { duplicates: 'last' })
  return new CompletionModel({
    kind: 'implicit',
    W: W as Matrix<Float32Array>,
    Z: Z?.transpose as Matrix<Float32Array>,
    rowBias: undefined,
    columnBias: undefined,
    globalMean: 0,
    ratings: new Ratings(matrix),
    settings: {
      rank,
      regularization: { W: 0.01, Z: 0.01 },
      weighting: 'ridge',
      alpha: 40,
      center: false,
      biases: false,
      nonnegative: false,
      solver: 'cholesky',
      acceleration: 'none',
      seed: 0,
    },
    fit: { iterations: 0, converged: false, stopReason: 'maxIterations', objective: 0, history: [], elapsedMs: 0 },
  })
}

export const recommendation: readonly Case[] = [
  {
    routine: 'recommend',
    size: `10 of ${items} items for ${rows} rows, k = ${rank}`,
    dtypes: ['float32'],
    by: 'ours, SIMD',
    data,
    ours: (given) => {
      const model = modelOf(given as Record<string, Matrix>)
      const ids = Int32Array.from({ length: rows }, (_, i) => i)
      return () => model.recommend(ids)
    },
    answer: (result: readonly Recommendations[]) => [Float64Array.from(result.flatMap(({ scores }) => [...scores]))],
    peer: 'implicit',
    setup: `from scipy.sparse import csr_matrix
from implicit.als import AlternatingLeastSquares
model = AlternatingLeastSquares(factors=${rank}, use_gpu=False)
model.user_factors, model.item_factors = W, Z
rows, columns = np.repeat(np.arange(${rows}), ${seen}), S.astype(int).ravel()
seen = csr_matrix((np.ones(S.size, dtype=np.float32), (rows, columns)), shape=(${rows}, ${items}))`,
    theirs: `model.recommend(np.arange(${rows}), seen, N=10)`,
    theirAnswer: '[r[1]]',
    tolerance: 64,
    bar: { float32: 0.7 },
  },
]
