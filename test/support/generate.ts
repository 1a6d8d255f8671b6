/** Matrices with known properties, row-major in float64, made by plain loops from a seed. */
import { normals, uniforms } from '../../lib/core/random.ts'

export interface Dense {
  readonly rows: number
  readonly columns: number
  readonly data: Float64Array
}

export function dense(rows: number, columns: number, entry: (i: number, j: number) => number): Dense {
  return {
    rows,
    columns,
    data: Float64Array.from({ length: rows * columns }, (_, at) => entry(Math.floor(at / columns), at % columns)),
  }
}

export function fromRows(rows: readonly (readonly number[])[]): Dense {
  return dense(rows.length, rows[0]?.length ?? 0, (i, j) => rows[i][j])
}

export const at = (A: Dense, i: number, j: number): number => A.data[i * A.columns + j]

export function normal(rows: number, columns: number, seed: number): Dense {
  return dense(rows, columns, normals(seed))
}

/** Entries uniform on [−1, 1). */
export function uniform(rows: number, columns: number, seed: number): Dense {
  const next = uniforms(seed)
  return dense(rows, columns, () => 2 * next() - 1)
}

export function product(A: Dense, B: Dense): Dense {
  const data = new Float64Array(A.rows * B.columns)
  for (let i = 0; i < A.rows; i++)
    for (let k = 0; k < A.columns; k++) {
      const a = at(A, i, k)
      for (let j = 0; j < B.columns; j++) data[i * B.columns + j] += a * at(B, k, j)
    }
  return { rows: A.rows, columns: B.columns, data }
}

export const transposed = (A: Dense): Dense => dense(A.columns, A.rows, (i, j) => at(A, j, i))
export const scaled = (A: Dense, factor: number): Dense => dense(A.rows, A.columns, (i, j) => factor * at(A, i, j))
export const diagonal = (values: ArrayLike<number>): Dense =>
  dense(values.length, values.length, (i, j) => (i === j ? values[i] : 0))
export const identity = (n: number): Dense => dense(n, n, (i, j) => (i === j ? 1 : 0))

/** Random orthonormal columns (rows ≥ columns) by Gram–Schmidt, each column orthogonalized twice. */
export function orthonormal(rows: number, columns: number, seed: number): Dense {
  const Q = normal(rows, columns, seed)
  for (let j = 0; j < columns; j++) {
    for (let pass = 0; pass < 2; pass++)
      for (let k = 0; k < j; k++) {
        let dot = 0
        for (let i = 0; i < rows; i++) dot += at(Q, i, k) * at(Q, i, j)
        for (let i = 0; i < rows; i++) Q.data[i * columns + j] -= dot * at(Q, i, k)
      }
    let square = 0
    for (let i = 0; i < rows; i++) square += at(Q, i, j) ** 2
    for (let i = 0; i < rows; i++) Q.data[i * columns + j] /= Math.sqrt(square)
  }
  return Q
}

/** U diag(values) Vᵀ with random orthonormal U and V: the given singular values, up to rounding. */
export function withSingularValues(rows: number, columns: number, values: readonly number[], seed: number): Dense {
  const k = values.length
  const U = orthonormal(rows, k, seed)
  const V = orthonormal(columns, k, seed + 1)
  return product(
    dense(rows, k, (i, j) => at(U, i, j) * values[j]),
    transposed(V),
  )
}

/** V diag(values) Vᵀ, exactly symmetric. */
export function withEigenvalues(values: readonly number[], seed: number): Dense {
  const n = values.length
  const A = withSingularValuesOf(orthonormal(n, n, seed), values)
  return dense(n, n, (i, j) => at(A, Math.max(i, j), Math.min(i, j)))
}

function withSingularValuesOf(V: Dense, values: readonly number[]): Dense {
  return product(
    dense(V.rows, V.columns, (i, j) => at(V, i, j) * values[j]),
    transposed(V),
  )
}

/** `length` values from 1 to `least`, evenly spaced by their logarithms. */
export function geometric(length: number, least: number): number[] {
  return Array.from({ length }, (_, i) => least ** (length === 1 ? 0 : i / (length - 1)))
}
