/**
 * Truncated decompositions against scipy's and scikit-learn's, to the same accuracy, which each side proves of its
 * answer.
 */
import { createRequire } from 'node:module'
import { type DType, Matrix, matmul, norm, SparseMatrix, subtract, truncatedSVD } from 'lowrank'
import { both, type Case, type Data } from '../case.ts'
import { withSpectrum } from './data.ts'

interface Triplets {
  readonly U: Matrix
  readonly singularValues: Float64Array
  readonly Vt: Matrix
  readonly relativeError: number
}

const tolerance = 1e-6

/** The largest of ‖Avᵢ − σᵢuᵢ‖ and ‖Aᵀuᵢ − σᵢvᵢ‖ over σ₁; refuses an answer that is not accurate enough. */
function accurate(A: Matrix | SparseMatrix, { U, singularValues, Vt }: Triplets): void {
  const scaled = (X: Matrix) => {
    const copy = X.copy()
    for (let i = 0; i < copy.rows; i++)
      for (let j = 0; j < copy.columns; j++) copy.data[i * copy.columns + j] *= singularValues[j] as number
    return copy
  }
  const worst = (X: Matrix) => Math.max(...Array.from({ length: X.columns }, (_, j) => norm(X.column(j))))
  const right = worst(subtract(matmul(A as Matrix, Vt.transpose), scaled(U)))
  const left = worst(subtract(matmul(A.transpose as Matrix, U), scaled(Vt.transpose)))
  const residual = Math.max(left, right) / (singularValues[0] as number)
  if (!(residual <= tolerance)) throw new Error(`our residual is ${residual.toExponential(1)}`)
}

/** Python that refuses in the same way; `r` holds scipy's U, s, Vt. */
const prove = `def accurate(U, s, Vt):
    residual = max(np.linalg.norm(A @ Vt.T - U * s, axis=0).max(), np.linalg.norm(A.T @ U - Vt.T * s, axis=0).max()) / s.max()
    assert residual <= ${tolerance}, f"residual {residual}"
    return np.sort(s)[::-1]
`

/** svds with the loosest tolerance, found by trial, whose residual is small enough. */
function svds(solver: string, call: string): Pick<Case, 'peer' | 'theirs' | 'theirAnswer'> {
  return { peer: `scipy svds, ${solver}`, theirs: call, theirAnswer: '[accurate(*r)]' }
}

const densePeers = [
  svds('arpack', 'svds(A, k=20, solver="arpack", tol=1e-6, random_state=0)'),
  svds('lobpcg', 'svds(A, k=20, solver="lobpcg", tol=1e-4, maxiter=500, random_state=0)'),
  svds('propack', 'svds(A, k=20, solver="propack", tol=1e-5, random_state=0)'),
]

const dense = densePeers.map(
  (peer): Case => ({
    routine: 'truncatedSVD',
    size: '2000×1000, σᵢ = i^−½, k = 20, residual 1e-6',
    dtypes: ['float64'],
    by: 'block Krylov, products ours in SIMD',
    data: () => ({
      A: withSpectrum(
        2000,
        1000,
        Float64Array.from({ length: 1000 }, (_, i) => (i + 1) ** -0.5),
      ),
    }),
    ours: ({ A }) => {
      accurate(A as Matrix, truncatedSVD(A as Matrix, { rank: 20, tolerance }) as Triplets)
      return () => truncatedSVD(A as Matrix, { rank: 20, tolerance })
    },
    answer: (result: Triplets) => [result.singularValues],
    setup: `from scipy.sparse.linalg import svds\n${prove}`,
    tolerance: 1e6,
    bar: { float64: 0.8 },
    ...peer,
  }),
)

/** The 10 000 digits of the mnist package, a row each. */
function mnist(dtype: DType): Data {
  const require = createRequire(import.meta.url)
  const rows = Array.from(
    { length: 10 },
    (_, digit) => require(`mnist/src/digits/${digit}.json`).data as number[],
  ).flat()
  return { A: new Matrix(Float64Array.from(rows), rows.length / 784, 784).toType(dtype) }
}

const digits = [
  { peer: 'scikit-learn randomized_svd', theirs: 'randomized_svd(A, 40, random_state=0)', values: 'r[1]' },
  {
    peer: 'scikit-learn TruncatedSVD',
    theirs: 'TruncatedSVD(40, n_iter=7, random_state=0).fit(A)',
    values: 'r.singular_values_',
  },
].flatMap(({ peer, theirs, values }) =>
  both.map(
    (dtype): Case => ({
      routine: 'truncatedSVD',
      size: 'mnist, k = 40',
      dtypes: [dtype],
      by: 'block Krylov, products ours in SIMD',
      data: mnist,
      ours:
        ({ A }) =>
        () =>
          truncatedSVD(A as Matrix, { rank: 40 }),
      // Equal error: what is captured of ‖A‖² must agree to 2e-4 of it.
      answer: ({ relativeError }: Triplets) => [1 - relativeError ** 2],
      setup: 'from sklearn.utils.extmath import randomized_svd\nfrom sklearn.decomposition import TruncatedSVD',
      theirs,
      theirAnswer: `[np.sum(${values}.astype(np.float64) ** 2) / np.linalg.norm(A.astype(np.float64)) ** 2]`,
      peer,
      tolerance: 2e-4 / (dtype === 'float32' ? 2 ** -23 : 2 ** -52),
      bar: { float64: 0.6, float32: 0.6 },
    }),
  ),
)

/** 20 000×5 000 with 1 % of the entries, uniform places and values, as three columns of numbers. */
function sparseTriplets(): Data {
  const count = 1_000_000
  const places = Matrix.random(count, 2, { distribution: 'uniform', seed: 1 })
  const triplets = Matrix.zeros(count, 3)
  const values = Matrix.random(count, 1, { seed: 2 })
  for (let i = 0; i < count; i++) {
    triplets.data[3 * i] = Math.floor((places.data[2 * i] as number) * 20_000)
    triplets.data[3 * i + 1] = Math.floor((places.data[2 * i + 1] as number) * 5000)
    triplets.data[3 * i + 2] = values.data[i] as number
  }
  return { T: triplets }
}

function sparseOf({ T }: Data): SparseMatrix {
  const [row, column, value] = [0, 1, 2].map((j) => Float64Array.from((T as Matrix).column(j).toArray().flat())) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ]
  return SparseMatrix.fromTriplets(20_000, 5000, { row, column, value }, { duplicates: 'sum' })
}

const sparse = ['arpack', 'propack'].map(
  (solver): Case => ({
    routine: 'truncatedSVD',
    size: '20 000×5 000 sparse 1 %, k = 20, residual 1e-6',
    dtypes: ['float64'],
    by: 'block Krylov, sparse products ours in SIMD',
    data: sparseTriplets,
    ours: (data) => {
      const A = sparseOf(data)
      accurate(A, truncatedSVD(A, { rank: 20, tolerance }) as Triplets)
      return () => truncatedSVD(A, { rank: 20, tolerance })
    },
    answer: (result: Triplets) => [result.singularValues],
    setup: `from scipy.sparse import csr_matrix
from scipy.sparse.linalg import svds
A = csr_matrix((T[:, 2], (T[:, 0].astype(int), T[:, 1].astype(int))), shape=(20000, 5000))
${prove}`,
    tolerance: 1e6,
    bar: { float64: 0.3 },
    ...svds(
      solver,
      `svds(A, k=20, solver="${solver}", tol=${solver === 'arpack' ? '1e-3' : '1e-4, maxiter=1000'}, random_state=0)`,
    ),
  }),
)

export const truncated: readonly Case[] = [...dense, ...digits, ...sparse]
