/**
 * One whole sweep of alternating least squares with its objective, 20 000×5 000, 1 % of the entries: from the same
 * start, so that the factors agree, against numpy's loop over rows and against implicit's solver of implicit feedback.
 */
import { type DType, Matrix, SparseMatrix } from 'lowrank'
import { type CompletionModel, completeALS, implicitALS, Ratings } from 'lowrank/als'
import { both, type Case, type Data } from '../case.ts'

const [rows, columns, count, lambda, alpha] = [20_000, 5000, 1_000_000, 0.1, 10] as const

/** Uniform items, or items whose popularity falls as a power. */
type Popularity = 'uniform' | 'power law'

/** Ratings as columns row, column, value, of a matrix of rank 10 with noise, and the factors of the start. */
export function sweepData(popularity: Popularity, rank: number, dtype: DType): Data {
  const places = Matrix.random(count, 2, { distribution: 'uniform', seed: 1 }).data
  const noise = Matrix.random(count, 1, { seed: 2 }).data
  const [U, V] = [Matrix.random(rows, 10, { seed: 3 }).data, Matrix.random(columns, 10, { seed: 4 }).data]
  const seen = new Set<number>()
  const triplets: number[] = []
  for (let e = 0; e < count; e++) {
    const i = Math.floor((places[2 * e] as number) * rows)
    const j = Math.floor((places[2 * e + 1] as number) ** (popularity === 'uniform' ? 1 : 4) * columns)
    if (seen.has(i * columns + j)) continue
    seen.add(i * columns + j)
    let value = 3 + 0.5 * (noise[e] as number)
    for (let c = 0; c < 10; c++) value += 0.3 * (U[10 * i + c] as number) * (V[10 * j + c] as number)
    triplets.push(i, j, value)
  }
  return {
    T: new Matrix(Float64Array.from(triplets), triplets.length / 3, 3),
    W: Matrix.random(rows, rank, { seed: 5, dtype }),
  }
}

export function ratingsOf(T: Matrix, dtype: DType): Ratings {
  const column = (c: number) => Float64Array.from({ length: T.rows }, (_, e) => T.data[3 * e + c] as number)
  const triplets = { row: column(0), column: column(1), value: column(2) }
  return new Ratings(SparseMatrix.fromTriplets(rows, columns, triplets, { dtype }))
}

const setup = `from scipy.sparse import csr_matrix
A = csr_matrix((T[:, 2].astype(W.dtype), (T[:, 0].astype(int), T[:, 1].astype(int))), shape=(${rows}, ${columns}))
At = A.T.tocsr()
`

const loop = `mean, one = W.dtype.type(T[:, 2].mean()), np.eye(W.shape[1], dtype=W.dtype)
def half(A, F):
    X = np.zeros((A.shape[0], F.shape[1]), dtype=F.dtype)
    for i in range(A.shape[0]):
        at = slice(A.indptr[i], A.indptr[i + 1])
        f = F[A.indices[at]]
        if len(f): X[i] = np.linalg.solve(f.T @ f + W.dtype.type(${lambda} * len(f)) * one, f.T @ (A.data[at] - mean))
    return X
def sweep():
    Z = half(At, W)
    return Z, half(A, Z)
`

/** implicit solves users, then items; its users are our columns here. Its confidences are the values: 1 + α|r|. */
const solver = (cg: boolean) => `import os
from implicit.cpu.als import AlternatingLeastSquares
model = AlternatingLeastSquares(factors=W.shape[1], use_cg=${cg ? 'True' : 'False'}, dtype=W.dtype)
C, Ct = A.copy(), At.copy()
for M in (C, Ct): M.data = 1 + ${alpha} * np.abs(M.data)
threads = int(os.environ["OMP_NUM_THREADS"])
def sweep():
    Z, X = np.zeros((${columns}, W.shape[1]), dtype=W.dtype), W.copy()
    model.solver(Ct, Z, X, ${lambda}, num_threads=threads)
    model.solver(C, X, Z, ${lambda}, num_threads=threads)
    return Z, X
`

const factorsOf = (model: CompletionModel) => [model.Z.transpose.copy(), model.W]

function cases(rank: number, popularity: Popularity): Case[] {
  const size = `${rows}×${columns}, 1 % ${popularity}, k = ${rank}`
  const one = { rank, regularization: lambda, maxIterations: 1, acceleration: 'none', solver: 'cholesky' } as const
  const common = {
    dtypes: both,
    by: 'ours, SIMD',
    data: (dtype: DType) => sweepData(popularity, rank, dtype),
    answer: factorsOf,
    theirs: 'sweep()',
    theirAnswer: '[r[0], r[1]]',
  }
  const start = ({ T, W }: Data) => ({
    ratings: ratingsOf(T as Matrix, (W as Matrix).dtype),
    initial: { W: W as Matrix, Z: Matrix.zeros(rank, columns, { dtype: (W as Matrix).dtype }) },
  })
  return [
    {
      ...common,
      routine: 'completeALS sweep',
      size,
      ours: (data) => {
        const { ratings, initial } = start(data)
        return () => completeALS(ratings, { ...one, initial, biases: false })
      },
      setup: setup + loop,
      peer: 'numpy, a solve a row',
      tolerance: 1e5,
    },
    {
      ...common,
      routine: 'implicitALS sweep',
      size,
      ours: (data) => {
        const { ratings, initial } = start(data)
        const positive = new Ratings(absolute(ratings.matrix))
        return () => implicitALS(positive, { ...one, alpha, initial })
      },
      setup: setup + solver(false),
      peer: 'implicit, Cholesky',
      tolerance: { float64: 2 ** 53 * 1e-7, float32: 1e5 }, // it reads confidences in float32
      ...(rank === 20 && { bar: { float64: 0.3, float32: 0.3 } }),
    },
  ]
}

/** implicit takes every confidence above 1 for a preference of 1. */
function absolute(A: SparseMatrix): SparseMatrix {
  return SparseMatrix.fromCSR(A.rows, A.columns, {
    rowPointers: A.rowPointers,
    columnIndices: A.columnIndices,
    values: A.values.map(Math.abs),
  })
}

// numpy's loop takes seconds, and says no more at other sizes.
export const sweeps: readonly Case[] = [
  ...cases(20, 'uniform'),
  ...[cases(50, 'uniform'), cases(20, 'power law')].flatMap((both) => both.slice(1)),
]
