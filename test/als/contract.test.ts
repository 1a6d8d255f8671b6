import {
  type Factorization,
  factorize,
  factorizeAsync,
  type HadamardDecomposition,
  hadamardALS,
  hadamardALSAsync,
  type KhatriRaoDecomposition,
  type KroneckerDecomposition,
  khatriRaoALS,
  khatriRaoALSAsync,
  kroneckerALS,
  kroneckerALSAsync,
} from '../../lib/als/index.ts'
import {
  type Matrix,
  type MatrixLike,
  matmul,
  matmulAsync,
  type TruncatedSVDOptions,
  type TruncatedSVDResult,
  truncatedSVD,
  truncatedSVDAsync,
} from '../../lib/index.ts'
import { at, dense, normal, product } from '../support/generate.ts'
import { approximates } from './contract.ts'

const size = (A: Matrix) => A.rows * A.columns
const [left, right, long] = [normal(12, 2, 1), normal(2, 8, 2), normal(12, 8, 3)]

/** A truncated SVD with the methods of an approximation; singular values are counted inside one of the factors. */
function whole({ U, singularValues, Vt, relativeError }: TruncatedSVDResult) {
  const W = U.copy()
  for (let k = 0; k < W.data.length; k++) W.data[k] *= singularValues[k % W.columns]
  return {
    W,
    Vt,
    relativeError,
    parameters: size(W) + size(Vt),
    reconstruct: () => matmul(W, Vt),
    reconstructAsync: () => matmulAsync(W, Vt),
    apply: (X: MatrixLike, options?: object) => matmul(W, matmul(Vt, X, options)),
    applyAsync: async (X: MatrixLike, options?: object) => matmulAsync(W, await matmulAsync(Vt, X, options)),
  }
}

approximates(
  'svd',
  (A: Matrix, options: TruncatedSVDOptions) => whole(truncatedSVD(A, options)),
  async (A: Matrix, options: TruncatedSVDOptions) => whole(await truncatedSVDAsync(A, options)),
  {
    options: { rank: 2 },
    count: ({ W, Vt }: ReturnType<typeof whole>) => size(W) + size(Vt),
    exact: product(left, right),
    refused: [
      [{ rank: -1 }, /rank/],
      [{ rank: 9 }, /rank/],
    ],
  },
)

approximates('als', factorize, factorizeAsync, {
  options: { rank: 2 },
  count: ({ W, Z }: Factorization) => size(W) + size(Z),
  exact: product(left, right),
  refused: [
    [{ rank: 0 }, /rank/],
    [{ rank: 9 }, /rank/],
    [{ regularization: -1 }, /regularization/],
  ],
})

approximates('hadamard', hadamardALS, hadamardALSAsync, {
  options: { ranks: [2, 1], maxIterations: 40 },
  count: ({ factors }: HadamardDecomposition) => factors.reduce((sum, { C, D }) => sum + size(C) + size(D), 0),
  masked: true,
  refused: [
    [{ ranks: [0, 2] }, /ranks\[0\]/],
    [{ ranks: Array(2) }, /ranks\[0\]/],
    [{ ranks: [2] }, /two factors/],
    [{ ranks: 2 }, /ranks/],
    [{ ranks: undefined }, /ranks/],
    [{ ranks: [1.5, 2] }, /ranks/],
    [{ starts: 0 }, /starts/],
    [{ seed: 0.5 }, /seed/],
    [{ acceleration: 'ncg' }, /acceleration/],
    [{ initial: [] }, /initial/],
    [{ maxIterations: 0 }, /maxIterations/],
  ],
})

approximates('kronecker', kroneckerALS, kroneckerALSAsync, {
  options: {
    shapes: [
      [3, 4],
      [4, 2],
    ],
    terms: 2,
  },
  count: ({ factors }: KroneckerDecomposition) => factors.reduce((sum, { B, C }) => sum + size(B) + size(C), 0),
  masked: true,
  exact: dense(12, 8, (i, j) => {
    const entry = (t: number) =>
      at(long, Math.floor(i / 4) + 3 * t, Math.floor(j / 2)) * at(long, 6 + (i % 4), (j % 2) + 2 * t)
    return entry(0) + entry(1)
  }),
  refused: [
    [
      {
        shapes: [
          [3, 4],
          [4, 3],
        ],
      },
      /multiply/,
    ],
    [{ shapes: [[3, 4]] }, /shapes/],
    [{ shapes: [[3, 4], [4]] }, /shapes/],
    [
      {
        shapes: [
          [0, 4],
          [4, 2],
        ],
      },
      /shapes\[0\]\[0\]/,
    ],
    [{ shapes: undefined }, /shapes/],
    [{ terms: 0 }, /terms/],
    [{ terms: 9 }, /terms/],
    [{ seed: 'x' }, /seed/],
    [{ tolerance: -1 }, /tolerance/],
  ],
})

const factorsAt = (i: number, digits: readonly number[]) => digits.map((d) => [i % d, (i = Math.floor(i / d))][0])
const chained = (extents: readonly number[]) =>
  dense(12, 8, (i, j) =>
    factorsAt(i, [...extents].reverse()).reduce((value, digit, t) => value * at(long, digit + t, j), 1),
  )

for (const rows of [
  [3, 4],
  [2, 3, 2],
])
  approximates(`khatri-rao ${rows}`, khatriRaoALS, khatriRaoALSAsync, {
    options: { rows },
    count: ({ factors }: KhatriRaoDecomposition) => factors.reduce((sum, factor) => sum + size(factor), 0),
    masked: true,
    exact: chained(rows),
    refused: [
      [{ rows: [3, 5] }, /product/],
      [{ rows: [12] }, /two factors/],
      [{ rows: 12 }, /rows/],
      [{ rows: [0, 12] }, /rows\[0\]/],
      [{ rows: Array(2) }, /rows\[0\]/],
      [{ rows: undefined }, /rows/],
      [{ timeLimitMs: -1 }, /timeLimitMs/],
    ],
  })
