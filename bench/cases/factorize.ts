/** Sweeps of dense alternating least squares against a numpy loop. */
import { type Matrix, matmul } from 'lowrank'
import { factorize } from 'lowrank/als'
import type { Case } from '../case.ts'
import { normal } from './data.ts'

const sweeps = 10

export const factorization: readonly Case[] = [
  {
    routine: 'factorize',
    size: `2000×1000, k = 20, ${sweeps} sweeps with objective`,
    dtypes: ['float64', 'float32'],
    by: 'ours, SIMD',
    data: (dtype) => ({ A: normal(2000, 1000, dtype), W: normal(2000, 20, dtype, 1) }),
    ours:
      ({ A, W }) =>
      () =>
        factorize(A as Matrix, {
          rank: 20,
          method: 'als',
          initial: { W: W as Matrix },
          maxIterations: sweeps,
          tolerance: 0,
        }),
    answer: ({ W, Z }: { W: Matrix; Z: Matrix }) => [matmul(W, Z)],
    setup: `def als(A, W):
    for _ in range(${sweeps}):
        Z = np.linalg.solve(W.T @ W, W.T @ A)
        W = np.linalg.solve(Z @ Z.T, Z @ A.T).T
    return W, Z`,
    theirs: 'als(A, W)',
    theirAnswer: '[r[0] @ r[1]]',
    tolerance: 1e5,
    bar: { float64: 1.0, float32: 1.0 },
  },
]
