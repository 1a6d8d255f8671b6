/** Matrices that the cases share: seeded, so that every run has the same. */
import { type DType, Matrix, MatrixBatch, matmul, qr } from 'lowrank'

export function normal(rows: number, columns: number, dtype: DType, seed = 0): Matrix {
  return Matrix.random(rows, columns, { seed, dtype })
}

/** m×n with singular values falling geometrically from 1 to 1/condition. */
export function conditioned(rows: number, columns: number, condition: number, dtype: DType): Matrix {
  const k = Math.min(rows, columns)
  return withSpectrum(
    rows,
    columns,
    Float64Array.from({ length: k }, (_, i) => condition ** (-i / (k - 1))),
  ).toType(dtype)
}

/** m×n with the given singular values and random singular vectors. */
export function withSpectrum(rows: number, columns: number, values: Float64Array): Matrix<Float64Array> {
  const U = qr(Matrix.random(rows, values.length, { seed: 1 })).Q
  const V = qr(Matrix.random(columns, values.length, { seed: 2 })).Q
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < values.length; j++) U.data[i * values.length + j] *= values[j] as number
  return matmul(U, V.transpose)
}

export function positiveDefinite(n: number, dtype: DType): Matrix {
  const A = Matrix.random(n, n)
  const product = matmul(A, A.transpose)
  for (let i = 0; i < n; i++) product.data[i * n + i] += n
  return product.toType(dtype)
}

export function batch(count: number, rows: number, columns: number, dtype: DType, seed = 0): MatrixBatch {
  return new MatrixBatch(normal(count * rows, columns, dtype, seed).data, count, rows, columns)
}
