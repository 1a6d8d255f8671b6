/** A singular value decomposition of our own, in plain loops, to hold the kernels against. */
import { type FloatArray, Matrix } from '../../lib/index.ts'
import { at, type Dense, dense, transposed } from './generate.ts'

/** The entries as float64, row-major; a typed array is one column. */
export function read(A: Matrix | FloatArray | readonly number[]): Dense {
  if (A instanceof Matrix) {
    const { data, offset, rowStride, columnStride, rows, columns } = A
    return dense(rows, columns, (i, j) => data[offset + i * rowStride + j * columnStride])
  }
  return { rows: A.length, columns: 1, data: Float64Array.from(A) }
}

/** The largest magnitude. */
export function maximum(A: Dense): number {
  return A.data.reduce((largest, x) => Math.max(largest, Math.abs(x)), 0)
}

export interface ReferenceSvd {
  /** Descending, min(m, n) of them. */
  readonly singularValues: Float64Array
  /** Right singular vectors as columns (n×min(m, n)). */
  readonly V: Dense
}

/**
 * Singular values and right vectors by one-sided Jacobi (Hestenes): columns are rotated until all are orthogonal. Slow
 * and of high relative accuracy. Of a wide matrix only the vectors that belong to nonzero values mean something.
 */
export function referenceSvd(A: Dense): ReferenceSvd {
  const { rows: m, columns: n } = A
  const scale = maximum(A) || 1
  const columns = Array.from({ length: n }, (_, j) => Float64Array.from({ length: m }, (_, i) => at(A, i, j) / scale))
  const vectors = Array.from({ length: n }, (_, j) => Float64Array.from({ length: n }, (_, i) => (i === j ? 1 : 0)))
  for (let sweep = 0, rotated = true; rotated && sweep < 60; sweep++) {
    rotated = false
    for (let p = 0; p < n; p++)
      for (let q = p + 1; q < n; q++) {
        const [alpha, beta, gamma] = [
          dot(columns[p], columns[p]),
          dot(columns[q], columns[q]),
          dot(columns[p], columns[q]),
        ]
        if (Math.abs(gamma) <= 2 ** -52 * Math.sqrt(alpha * beta)) continue
        rotated = true
        const zeta = (beta - alpha) / (2 * gamma)
        const t = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.hypot(1, zeta))
        const c = 1 / Math.hypot(1, t)
        rotate(columns[p], columns[q], c, c * t)
        rotate(vectors[p], vectors[q], c, c * t)
      }
  }
  const norms = columns.map((column) => scale * Math.sqrt(dot(column, column)))
  const order = norms
    .map((_, j) => j)
    .sort((i, j) => norms[j] - norms[i])
    .slice(0, Math.min(m, n))
  return {
    singularValues: Float64Array.from(order, (j) => norms[j]),
    V: dense(n, order.length, (i, k) => vectors[order[k]][i]),
  }
}

function dot(x: Float64Array, y: Float64Array): number {
  let sum = 0
  for (let i = 0; i < x.length; i++) sum += x[i] * y[i]
  return sum
}

function rotate(x: Float64Array, y: Float64Array, c: number, s: number): void {
  for (let i = 0; i < x.length; i++) {
    const a = x[i]
    x[i] = c * a - s * y[i]
    y[i] = s * a + c * y[i]
  }
}

/** Singular values by {@link referenceSvd} of whichever of A and Aᵀ is tall. */
export function referenceSingularValues(A: Dense): Float64Array {
  return referenceSvd(A.rows < A.columns ? transposed(A) : A).singularValues
}

/** det A = sign · exp(logAbs), by elimination with partial pivoting; and κ₂ of A, by which its error grows. */
export function referenceDeterminant(A: Dense): { sign: number; logAbs: number; condition: number } {
  const n = A.rows
  const work = A.data.slice()
  const entry = (i: number, j: number) => work[i * n + j]
  let [sign, logAbs] = [1, 0]
  for (let k = 0; k < n; k++) {
    let pivot = k
    for (let i = k + 1; i < n; i++) if (Math.abs(entry(i, k)) > Math.abs(entry(pivot, k))) pivot = i
    if (pivot !== k) {
      sign = -sign
      for (let j = 0; j < n; j++) [work[k * n + j], work[pivot * n + j]] = [entry(pivot, j), entry(k, j)]
    }
    sign *= Math.sign(entry(k, k))
    logAbs += Math.log(Math.abs(entry(k, k)))
    if (sign === 0) break
    for (let i = k + 1; i < n; i++) {
      const factor = entry(i, k) / entry(k, k)
      for (let j = k; j < n; j++) work[i * n + j] -= factor * entry(k, j)
    }
  }
  const { singularValues } = referenceSvd(A)
  return { sign, logAbs, condition: n === 0 ? 1 : singularValues[0] / singularValues[n - 1] }
}
