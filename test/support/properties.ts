/**
 * The properties that define the answers, measured in multiples of ε (that of the first operand's dtype): a result is
 * good where the number is below a small constant. All is computed in float64 by plain loops, not by our kernels; A and
 * B are scaled by their largest entries first, so that no norm overflows. ‖·‖ is the Frobenius norm.
 */
import type { FloatArray, Matrix, MatrixBatch } from '../../lib/index.ts'
import { at, type Dense, dense, identity, product, scaled, transposed } from './generate.ts'
import { maximum, read, referenceSingularValues, referenceSvd } from './reference.ts'

type Readable = Matrix | FloatArray

export function epsilonOf(A: Readable | MatrixBatch): number {
  return (A instanceof Float32Array || A instanceof Float64Array ? A : A.data) instanceof Float32Array
    ? 2 ** -23
    : 2 ** -52
}

export function normOf(A: Dense): number {
  const scale = maximum(A)
  if (scale === 0 || !Number.isFinite(scale)) return scale
  return scale * Math.sqrt(A.data.reduce((sum, x) => sum + (x / scale) ** 2, 0))
}

function difference(A: Dense, B: Dense): Dense {
  if (A.rows !== B.rows || A.columns !== B.columns)
    throw new Error(`a property compares ${A.rows}×${A.columns} with ${B.rows}×${B.columns}`)
  return dense(A.rows, A.columns, (i, j) => at(A, i, j) - at(B, i, j))
}

/** 0/0 is 0 here: nothing to be wrong about. NaN stays, and fails every comparison. */
const ratio = (error: number, size: number) => (error === 0 ? 0 : error / size)
/** A power of two near the largest magnitude: dividing by it is exact. */
const powerNear = (A: Dense) => 2 ** Math.max(-1021, Math.min(1023, Math.floor(Math.log2(maximum(A) || 1))))
const longest = (A: Dense) => Math.max(A.rows, A.columns, 1)

/** ‖A − F₁F₂…‖ / (‖A‖ · max(m, n) · ε); the first factor whose size is A's takes A's scale. */
export function productError(A: Readable, ...factors: readonly Readable[]): number {
  const expected = read(A)
  const scale = powerNear(expected)
  const parts = factors.map(read)
  const carrier = parts.findIndex((part) => maximum(part) > 1e30 || maximum(part) < 1e-30)
  const computed = parts.map((part, f) => (f === Math.max(carrier, 0) ? scaled(part, 1 / scale) : part)).reduce(product)
  const shrunk = scaled(expected, 1 / scale)
  return ratio(normOf(difference(shrunk, computed)), normOf(shrunk) * longest(expected) * epsilonOf(A))
}

/** ‖QᵀQ − I‖ / (m · ε): are the columns of Q (m×n) orthonormal? For rows, pass the transpose. */
export function orthogonalityError(Q: Matrix): number {
  const q = read(Q)
  return ratio(normOf(difference(product(transposed(q), q), identity(q.columns))), Math.max(q.rows, 1) * epsilonOf(Q))
}

/** ‖AᵀA − RᵀR‖ / (‖A‖² · max(m, n) · ε): is R the triangular factor of some A = Q R? */
export function gramError(A: Matrix, R: Matrix): number {
  const a = read(A)
  const scale = powerNear(a)
  const [left, right] = [scaled(a, 1 / scale), scaled(read(R), 1 / scale)]
  const gap = difference(product(transposed(left), left), product(transposed(right), right))
  return ratio(normOf(gap), normOf(left) ** 2 * longest(a) * epsilonOf(A))
}

/**
 * max over k < j of (‖R[k…, j]‖ − Rₖₖ) / (‖A‖ · max(m, n) · ε): with column pivoting no later column is longer than the
 * one chosen, in what the steps before have left of it.
 */
export function pivotingError(R: Matrix): number {
  const r = read(R)
  const scale = powerNear(r)
  const shrunk = scaled(r, 1 / scale)
  let excess = 0
  for (let j = 0; j < r.columns; j++) {
    let square = 0
    for (let k = Math.min(j, r.rows - 1); k >= 0; k--) {
      square += at(shrunk, k, j) ** 2
      excess = Math.max(excess, Math.sqrt(square) - at(shrunk, k, k))
    }
  }
  return ratio(excess, normOf(shrunk) * longest(r) * epsilonOf(R))
}

/**
 * max |√residual − ‖A x − b‖| / ((‖A‖‖x‖ + ‖b‖) · max(m, n) · ε) over the columns: squared norms as lstsq gives them.
 */
export function residualError(A: Matrix, X: Matrix, B: Matrix, residuals: FloatArray): number {
  const [a, x, b] = [read(A), read(X), read(B)]
  if (residuals.length !== b.columns) return Number.POSITIVE_INFINITY
  const gaps = difference(product(a, x), b)
  const norm = (M: Dense, j: number) => normOf(dense(M.rows, 1, (i) => at(M, i, j)))
  const errors = Array.from(residuals, (square, j) =>
    ratio(
      Math.abs(Math.sqrt(square) - norm(gaps, j)),
      (normOf(a) * norm(x, j) + norm(b, j)) * longest(a) * epsilonOf(A),
    ),
  )
  return Math.max(0, ...errors)
}

/** ‖AX − B‖ / ((‖A‖‖X‖ + ‖B‖) · n · ε): the normwise backward error of a solution. */
export function backwardError(A: Matrix, X: Readable, B: Readable): number {
  const [a, x, b] = [read(A), read(X), read(B)]
  const [sa, sx] = [powerNear(a), powerNear(x)]
  const [left, solution, right] = [scaled(a, 1 / sa), scaled(x, 1 / sx), scaled(scaled(b, 1 / sa), 1 / sx)]
  const size = normOf(left) * normOf(solution) + normOf(right)
  return ratio(normOf(difference(product(left, solution), right)), size * longest(a) * epsilonOf(A))
}

/**
 * ‖Aᵀ(AX − B)‖ / (‖A‖ (‖A‖‖X‖ + ‖B‖) · max(m, n) · ε): the residual of a least-squares solution is orthogonal to A's
 * columns.
 */
export function optimalityError(A: Matrix, X: Readable, B: Readable): number {
  const [a, x, b] = [read(A), read(X), read(B)]
  const [sa, sx] = [powerNear(a), powerNear(x)]
  const [left, solution, right] = [scaled(a, 1 / sa), scaled(x, 1 / sx), scaled(scaled(b, 1 / sa), 1 / sx)]
  const size = normOf(left) * (normOf(left) * normOf(solution) + normOf(right))
  return ratio(
    normOf(product(transposed(left), difference(product(left, solution), right))),
    size * longest(a) * epsilonOf(A),
  )
}

/**
 * ‖X − V_r V_rᵀ X‖ / (‖X‖ · κ_r · max(m, n) · ε), V_r the right singular vectors of the r largest values, κ_r = s₁/s_r:
 * has a least-squares solution no part in the null space of A, so that it is the shortest?
 */
export function minimumNormError(A: Matrix, X: Readable, rank: number): number {
  const [a, x] = [read(A), read(X)]
  const { V, singularValues } = referenceSvd(a)
  const basis = dense(V.rows, rank, (i, j) => at(V, i, j))
  const rest = difference(x, product(basis, product(transposed(basis), x)))
  const condition = rank === 0 ? 1 : singularValues[0] / singularValues[rank - 1]
  return ratio(normOf(rest), normOf(x) * condition * longest(a) * epsilonOf(A))
}

/** max |s − s_reference| / (s₁ · max(m, n) · ε), against one-sided Jacobi; a wrong number of values is Infinity. */
export function singularValueError(A: Matrix, singularValues: FloatArray): number {
  const a = read(A)
  const scale = powerNear(a)
  const reference = referenceSingularValues(scaled(a, 1 / scale))
  if (singularValues.length !== reference.length) return Number.POSITIVE_INFINITY
  const largest = Math.max(...reference.map((s, i) => Math.abs(singularValues[i] / scale - s)), 0)
  return ratio(largest, reference[0] * longest(a) * epsilonOf(A))
}

/** ‖AV − V diag(w)‖ / (‖A‖ · n · ε) for the symmetric matrix in the lower triangle of A. */
export function eigenError(A: Matrix, eigenvalues: FloatArray, eigenvectors: Matrix): number {
  const a = mirrored(A)
  const scale = powerNear(a)
  const [left, V] = [scaled(a, 1 / scale), read(eigenvectors)]
  const right = dense(V.rows, V.columns, (i, j) => at(V, i, j) * (eigenvalues[j] / scale))
  return ratio(normOf(difference(product(left, V), right)), normOf(left) * longest(a) * epsilonOf(A))
}

/** The symmetric matrix that the lower triangle of A stands for. */
export function mirrored(A: Matrix): Dense {
  const a = read(A)
  return dense(a.rows, a.columns, (i, j) => at(a, Math.max(i, j), Math.min(i, j)))
}

/** ‖x − y‖ / (‖y‖ · ε): how far apart are two results? */
export function relativeError(x: Readable, y: Readable): number {
  const [a, b] = [read(x), read(y)]
  return ratio(normOf(difference(a, b)), normOf(b) * epsilonOf(x))
}

/** The number of entries that break a structure: 0 is good. */
export function violations(A: Matrix, structure: 'lower' | 'upper' | 'unitDiagonal' | 'nonNegativeDiagonal'): number {
  const a = read(A)
  const broken = {
    lower: (i: number, j: number, x: number) => j > i && x !== 0,
    upper: (i: number, j: number, x: number) => i > j && x !== 0,
    unitDiagonal: (i: number, j: number, x: number) => i === j && x !== 1,
    nonNegativeDiagonal: (i: number, j: number, x: number) => i === j && !(x >= 0),
  }[structure]
  return a.data.reduce((count, x, at) => count + Number(broken(Math.floor(at / a.columns), at % a.columns, x)), 0)
}

/** The number of neighbours out of order (NaN is always). */
export function disorder(values: ArrayLike<number>, order: 'ascending' | 'descending'): number {
  return Array.from(values).filter(
    (x, i) => Number.isNaN(x) || (i > 0 && !(order === 'ascending' ? values[i - 1] <= x : values[i - 1] >= x)),
  ).length
}

/** The number of columns whose entry of largest magnitude is negative by more than a tie (4ε) explains. */
export function negativeLeaders(V: Matrix): number {
  const v = read(V)
  let count = 0
  for (let j = 0; j < v.columns; j++) {
    let [least, most] = [0, 0]
    for (let i = 0; i < v.rows; i++) [least, most] = [Math.min(least, at(v, i, j)), Math.max(most, at(v, i, j))]
    if (-least > most * (1 + 4 * epsilonOf(V))) count++
  }
  return count
}

/** Whether the numbers are 0 … n−1, each once. */
export function isPermutation(values: ArrayLike<number>, n: number): boolean {
  return (
    values.length === n &&
    new Set(Array.from(values)).size === n &&
    Array.from(values).every((i) => Number.isInteger(i) && i >= 0 && i < n)
  )
}
