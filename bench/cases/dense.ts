/** The dense routines against numpy.linalg; numpy computes float32 in float64 there. */
import { backendInfo, cholesky, eigh, lstsq, type Matrix, matmul, qr, solve, svd } from 'lowrank'
import { both, type Case } from '../case.ts'
import { conditioned, normal, positiveDefinite } from './data.ts'

type Bars = readonly [float64: number, float32: number]
const bar = (bars: Bars | undefined) => (bars === undefined ? {} : { bar: { float64: bars[0], float32: bars[1] } })

/** Which kernel serves a product of n×n matrices here. */
function kernelOf(n: number): string {
  if (n <= 16) return 'ours, SIMD'
  if (n < 128 || backendInfo().simd !== 'avx512') return 'BLAS'
  return n === 128 ? 'ours, SIMD' : 'ours, SIMD; BLAS on more threads'
}

function products(): Case[] {
  const intoOut = [2, 4, 8, 12, 16, 17, 24, 32, 64, 128, 256, 512, 1000].map(
    (n): Case => ({
      routine: 'matmul into out',
      size: `${n}²`,
      dtypes: both,
      by: kernelOf(n),
      data: (dtype) => ({ A: normal(n, n, dtype), B: normal(n, n, dtype, 1), C: normal(n, n, dtype, 2) }),
      ours:
        ({ A, B, C }) =>
        () =>
          matmul(A as Matrix, B as Matrix, { out: C as Matrix }),
      answer: (C: Matrix) => [C],
      theirs: 'np.matmul(A, B, out=C)',
      theirAnswer: '[r]',
      tolerance: 64 * n,
      ...bar(n <= 16 ? [0.6, 0.6] : [1.05, 1.05]),
    }),
  )
  const fresh = [8, 16, 32, 64, 128, 256, 512, 1000].map(
    (n): Case => ({
      routine: 'matmul',
      size: `${n}²`,
      dtypes: both,
      by: kernelOf(n),
      data: (dtype) => ({ A: normal(n, n, dtype), B: normal(n, n, dtype, 1) }),
      ours:
        ({ A, B }) =>
        () =>
          matmul(A as Matrix, B as Matrix),
      answer: (C: Matrix) => [C],
      theirs: 'A @ B',
      theirAnswer: '[r]',
      tolerance: 64 * n,
      ...bar(n <= 64 ? [1.5, 1.5] : [1.05, 1.05]),
    }),
  )
  return [...intoOut, ...fresh]
}

const tall: readonly [number, number][] = [
  [1000, 200],
  [20000, 64],
]

/** Shapes with their bars, and the twins of the tall ones with κ = 1e10 (float32: 1e5). */
function shapes(
  bars: Record<string, Bars>,
): { size: string; twin: boolean; make: Case['data']; bars: Bars | undefined }[] {
  const plain = Object.entries(bars).map(([size, limits]) => {
    const [m, n] = size.split('×').map(Number) as [number, number]
    return { size, twin: false, make: ((dtype) => ({ A: normal(m, n, dtype) })) as Case['data'], bars: limits }
  })
  const twins = tall.map(([m, n]) => ({
    size: `${m}×${n}, κ=1e10 (f32: 1e5)`,
    twin: true,
    make: ((dtype) => ({ A: conditioned(m, n, dtype === 'float32' ? 1e5 : 1e10, dtype) })) as Case['data'],
    bars: [0.85, 0.6] as Bars,
  }))
  return [...plain, ...twins]
}

const abs = (matrix: Matrix) => matrix.data.map(Math.abs) as Float64Array

const factorizations: Case[] = [
  ...shapes({ '1000×200': [0.85, 0.5], '1000×1000': [1, 0.6], '20000×64': [0.3, 0.2] }).map(
    ({ size, make, bars }): Case => ({
      routine: 'qr',
      size,
      dtypes: both,
      by: size.startsWith('1000×1000') ? 'LAPACK' : 'blocked, on BLAS',
      data: make,
      ours:
        ({ A }) =>
        () =>
          qr(A as Matrix),
      answer: ({ R }: { R: Matrix }) => [abs(R)],
      theirs: 'np.linalg.qr(A)',
      theirAnswer: '[np.abs(r.R).ravel()]',
      tolerance: 1e4,
      ...bar(bars),
    }),
  ),
  ...shapes({ '200×100': [0.9, 0.8], '1000×200': [0.9, 0.7], '500×500': [1, 0.8], '20000×64': [0.35, 0.3] }).map(
    ({ size, make, bars }): Case => ({
      routine: 'svd',
      size,
      dtypes: both,
      by: 'blocked, on BLAS and LAPACK',
      data: make,
      ours:
        ({ A }) =>
        () =>
          svd(A as Matrix),
      answer: ({ singularValues }: { singularValues: Float64Array }) => [singularValues],
      theirs: 'np.linalg.svd(A, full_matrices=False)',
      theirAnswer: '[r.S]',
      tolerance: 1e4,
      ...bar(bars),
    }),
  ),
  ...shapes({ '1000×200': [0.3, 0.25], '20000×64': [0.35, 0.3] }).map(
    ({ size, make, bars, twin }): Case => ({
      routine: 'lstsq',
      size,
      dtypes: both,
      by: 'blocked, on BLAS',
      data: (dtype) => {
        const { A } = make(dtype) as { A: Matrix }
        return { A, B: normal(A.rows, 1, dtype, 5) }
      },
      ours:
        ({ A, B }) =>
        () =>
          lstsq(A as Matrix, B as Matrix),
      answer: ({ residuals }: { residuals: Float64Array }) => [residuals],
      // By default numpy takes the ε of float64 for float32, too.
      theirs: 'np.linalg.lstsq(A, B, rcond=np.finfo(A.dtype).eps * max(A.shape))',
      // numpy leaves the residuals out where the rank is deficient; there A has no large X to cancel against.
      theirAnswer: '[r[1] if r[1].size else np.sum((A.astype(np.float64) @ r[0].astype(np.float64) - B) ** 2, axis=0)]',
      // Rounding A·X alone leaves κε in the residuals, less what cancels among the rows.
      tolerance: twin ? { float64: 1e8, float32: 1e4 } : 1e4,
      ...bar(bars),
    }),
  ),
]

const square: Case[] = [
  {
    routine: 'cholesky',
    size: '1000²',
    dtypes: both,
    by: 'blocked, on BLAS',
    data: (dtype) => ({ A: positiveDefinite(1000, dtype) }),
    ours:
      ({ A }) =>
      () =>
        cholesky(A as Matrix).L,
    answer: (L: Matrix) => [L],
    theirs: 'np.linalg.cholesky(A)',
    theirAnswer: '[r]',
    tolerance: 1e4,
    ...bar([0.8, 0.6]),
  },
  {
    routine: 'solve',
    size: '1000², 1 right-hand side',
    dtypes: both,
    by: 'blocked, on BLAS',
    data: (dtype) => ({ A: positiveDefinite(1000, dtype), B: normal(1000, 1, dtype, 3) }),
    ours:
      ({ A, B }) =>
      () =>
        solve(A as Matrix, B as Matrix),
    answer: (X: Matrix) => [X],
    theirs: 'np.linalg.solve(A, B)',
    theirAnswer: '[r]',
    tolerance: 1e5,
    ...bar([1, 0.7]),
  },
  {
    routine: 'eigh',
    size: '500²',
    dtypes: both,
    by: 'LAPACK',
    data: (dtype) => ({ A: positiveDefinite(500, dtype) }),
    ours:
      ({ A }) =>
      () =>
        eigh(A as Matrix),
    answer: ({ eigenvalues }: { eigenvalues: Float64Array }) => [eigenvalues],
    theirs: 'np.linalg.eigh(A)',
    theirAnswer: '[r.eigenvalues]',
    tolerance: 1e4,
    ...bar([1, 0.8]),
  },
]

export const dense: readonly Case[] = [...products(), ...factorizations, ...square]
