/** Inputs of `truncatedSVD` and what its results promise. */
import { expect } from 'vitest'
import { Matrix, matmul, qr, SparseMatrix, type TruncatedSVDResult } from '../../lib/index.ts'

export type DType = 'float64' | 'float32'
export type Input = Matrix | SparseMatrix
export const epsilonOf = (A: Input) => (A.dtype === 'float32' ? 2 ** -23 : 2 ** -52)
const wide = (A: Input) => (A instanceof SparseMatrix ? A.toDense() : A).toType('float64')

export function frobenius(A: Matrix): number {
  let sum = 0
  for (let i = 0; i < A.rows; i++) for (let j = 0; j < A.columns; j++) sum += A.get(i, j) ** 2
  return Math.sqrt(sum)
}

export function minus(A: Matrix, B: Matrix): Matrix {
  const C = A.copy()
  for (let i = 0; i < A.rows; i++) for (let j = 0; j < A.columns; j++) C.set(i, j, A.get(i, j) - B.get(i, j))
  return C
}

/** A of m×n with the given singular values. */
export function withSpectrum(
  m: number,
  n: number,
  values: (i: number) => number,
  dtype: DType = 'float64',
  seed = 1,
): Matrix {
  const k = Math.min(m, n)
  const U = qr(Matrix.random(m, k, { seed })).Q
  const V = qr(Matrix.random(n, k, { seed: seed + 1 })).Q
  const s = Matrix.diagonal(Array.from({ length: k }, (_, i) => values(i)))
  return matmul(matmul(U, s), V.transpose).toType(dtype) as Matrix
}

/** A sparse matrix with about `density` of its entries. */
export function sparse(m: number, n: number, density: number, dtype: DType = 'float64', seed = 1): SparseMatrix {
  const A = Matrix.random(m, n, { seed, dtype })
  const keep = Matrix.random(m, n, { distribution: 'uniform', seed: seed + 1 })
  for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) if (keep.get(i, j) >= density) A.set(i, j, 0)
  return SparseMatrix.fromDense(A as Matrix)
}

/** How far a result is from its promises, in units of ε: orthonormality, order, sign, and the error that it states. */
export function faults(A: Input, { U, singularValues, Vt, rank, relativeError }: TruncatedSVDResult) {
  const epsilon = epsilonOf(A)
  const u = wide(U as Matrix)
  const vt = wide(Vt as Matrix)
  const a = wide(A)
  const I = Matrix.identity(rank)
  const S = Matrix.diagonal(Array.from(singularValues))
  const error = frobenius(minus(a, matmul(matmul(u, S), vt))) / (frobenius(a) || 1)
  let signs = true
  for (let j = 0; j < rank; j++) {
    let largest = 0
    for (let i = 0; i < u.rows; i++) if (Math.abs(u.get(i, j)) > Math.abs(largest)) largest = u.get(i, j)
    signs &&= largest > 0
  }
  return {
    orthogonality:
      Math.max(frobenius(minus(matmul(u.transpose, u), I)), frobenius(minus(matmul(vt, vt.transpose), I))) / epsilon,
    // What rounding of the factors adds to the error is of the order of ε.
    statedError: Math.abs(error - relativeError) / (epsilon * (1 + relativeError)),
    descending: singularValues.every((s, i) => s >= 0 && (i === 0 || s <= (singularValues[i - 1] as number))),
    signs,
  }
}

/** ‖Av − σu‖ and ‖Aᵀu − σv‖ over σ₁, the larger one. */
export function residual(A: Input, { U, singularValues, Vt }: TruncatedSVDResult): number {
  const a = wide(A)
  const S = Matrix.diagonal(Array.from(singularValues))
  const u = wide(U as Matrix)
  const v = wide(Vt as Matrix).transpose
  const first = singularValues[0] as number
  return (
    Math.max(frobenius(minus(matmul(a, v), matmul(u, S))), frobenius(minus(matmul(a.transpose, u), matmul(v, S)))) /
    first
  )
}

export function expectGood(A: Input, result: TruncatedSVDResult): void {
  const { orthogonality, statedError, descending, signs } = faults(A, result)
  const limit = 10 * (Math.sqrt(A.rows + A.columns) + result.rank)
  expect({ descending, signs }).toEqual({ descending: true, signs: true })
  expect(orthogonality).toBeLessThan(limit)
  expect(statedError).toBeLessThan(limit)
}

export const randomized = { method: 'randomized' } as const
