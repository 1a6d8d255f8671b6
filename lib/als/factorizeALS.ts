/** The iteration of `factorize`: two ridge regressions in turn, each by Cholesky of a k×k matrix. */
import { type DType, epsilonOf, type FloatArray, integers } from '../core/dtype.ts'
import { ConvergenceError, sentence } from '../core/errors.ts'
import { Matrix } from '../core/matrix.ts'
import { fresh } from '../core/result.ts'
import { call, type Handle, type Steps } from '../core/run.ts'
import { SparseMatrix } from '../core/sparse.ts'
import type { Iteration } from '../core/stopping.ts'
import { openSource, type Source } from '../linalg/largeOperand.ts'

/**
 * X ← FAᵀ, or (LLᵀ)⁻¹FAᵀ where L is given, and G ← XA, in one pass over a dense A; without F, X is what it is. What is
 * `nothing` is left out. Returns ⟨FAᵀ, X⟩.
 */
function* pass({ A, operand }: Source, { F, L, X, G }: Readonly<Record<'F' | 'L' | 'X' | 'G', Matrix>>): Steps<number> {
  const [kind, , , held] = operand
  return yield* call('denseSweep', kind === 1, kind === 1 ? (held as Handle) : (A as Matrix), F, L, X, G)
}

const nothing = (dtype: DType): Matrix => fresh(dtype, 0, 0)

/** P = FAᵀ */
function* timesTranspose(source: Source, F: Matrix, P: Matrix): Steps<void> {
  const { A, dtype } = source
  if (A instanceof SparseMatrix) yield* call('sparseTimesDense', 1, A.handle, F.transpose, 0, P.transpose)
  else yield* pass(source, { F, L: nothing(dtype), X: P, G: nothing(dtype) })
}

/** G = XA */
function* times(source: Source, X: Matrix, G: Matrix): Steps<void> {
  const { A, dtype } = source
  if (A instanceof SparseMatrix) yield* call('sparseTimesDense', 1, A.transpose.handle, X.transpose, 0, G.transpose)
  else yield* pass(source, { F: nothing(dtype), L: nothing(dtype), X, G })
}

/** N = FFᵀ + λI and its Cholesky factor, or none where N is singular to working precision. */
function* normalOf(F: Matrix, lambda: number): Steps<{ N: Matrix; L: Matrix | undefined }> {
  const { dtype, rows: k } = F
  const [N, L, info] = [fresh(dtype, k, k), fresh(dtype, k, k), integers(1)]
  yield* call('gemm', 1, F, F.transpose, 0, N)
  for (let c = 0; c < k; c++) N.data[c * k + c] = (N.data[c * k + c] as number) + lambda
  yield* call('cholesky', N, L, info)
  return { N, L: info[0] === 0 && isWellConditioned(L) ? L : undefined }
}

/** X with NX = P; where there is no factor of N, the solution of least norm. */
function* solveNormal({ N, L }: { N: Matrix; L: Matrix | undefined }, P: Matrix, X: Matrix): Steps<void> {
  const { dtype, rows: k } = N
  const info = integers(1)
  if (L !== undefined) {
    yield* call('choleskySolve', L, P, X, info)
    return
  }
  const rtol = 10 * k * epsilonOf(dtype)
  yield* call('lstsq', N, P, rtol, 2, X, fresh(dtype, 1, X.columns), integers(1), fresh(dtype, 1, k), info)
  // X holds nothing then: a λ beyond the dtype, or products that overflowed.
  if (info[0] !== 0)
    throw new ConvergenceError(
      sentence(
        'factorize',
        'normal equations in finite numbers',
        'an overflow',
        'scale the input, or take a smaller λ',
      ),
    )
}

/**
 * The rows of W that minimize ‖a − Zᵀw‖² + λ‖w‖² for the rows a of A: (ZZᵀ + λI)Wᵀ = ZAᵀ; and then G = WᵀA, unless that
 * is `nothing`. Returns ⟨ZAᵀ, Wᵀ⟩.
 */
function* solveRows(source: Source, Z: Matrix, lambda: number, Wt: Matrix, G: Matrix): Steps<number> {
  const normal = yield* normalOf(Z, lambda)
  if (normal.L !== undefined && source.A instanceof Matrix) return yield* pass(source, { F: Z, L: normal.L, X: Wt, G })
  const P = fresh(source.dtype, Wt.rows, Wt.columns)
  yield* timesTranspose(source, Z, P)
  yield* solveNormal(normal, P, Wt)
  if (G.rows > 0) yield* times(source, Wt, G)
  return dot(P, Wt)
}

/** Whether L's diagonal promises a condition number of LLᵀ that leaves some digits. */
function isWellConditioned(L: Matrix): boolean {
  const k = L.rows
  let [least, largest] = [Infinity, 0]
  for (let c = 0; c < k; c++) {
    const pivot = L.data[c * k + c] as number
    least = Math.min(least, pivot)
    largest = Math.max(largest, pivot)
  }
  return least ** 2 > 100 * k * epsilonOf(L.dtype) * largest ** 2
}

function dot(X: Matrix, Y: Matrix): number {
  let sum = 0
  for (let e = 0; e < X.data.length; e++) sum += (X.data[e] as number) * (Y.data[e] as number)
  return sum
}

/**
 * Replaces Wᵀ and Z, without changing WZ, by the factors of least penalty: those with λw·WᵀW = λz·ZZᵀ diagonal. The
 * sweeps alone would get there too, but slowly where λ is small beside the singular values. G = WᵀA goes with Wᵀ.
 */
function* balance(
  { Wt, Z, G }: Readonly<Record<'Wt' | 'Z' | 'G', Matrix>>,
  lambda: { readonly W: number; readonly Z: number },
): Steps<void> {
  const { dtype, rows: k } = Wt
  const triangle = function* (X: Matrix): Steps<Matrix> {
    const R = fresh(dtype, Math.min(X.rows, k), k)
    yield* call('qr', X, 2, fresh(dtype, 0, 0), R, integers(0), integers(1))
    return R
  }
  const Rw = yield* triangle(Wt.transpose)
  const Rz = yield* triangle(Z.transpose)
  const core = fresh(dtype, k, k)
  yield* call('gemm', 1, Rw, Rz.transpose, 0, core)
  const [U, values, Vt] = [fresh(dtype, k, k), fresh(dtype, 1, k), fresh(dtype, k, k)]
  yield* call('svd', core, 0, U, values, Vt, integers(1))
  const s = values.data
  const share = (lambda.Z / lambda.W) ** 0.25
  const negligible = 10 * k * epsilonOf(dtype) * (s[0] as number)
  // W = QwRw and Zᵀ = QzRz make WZ = QwU diag(s) VtQzᵀ, and then QwU√s = W·RzᵀV/√s: nothing is inverted.
  for (let c = 0; c < k; c++) {
    const root = (s[c] as number) > negligible ? 1 / Math.sqrt(s[c] as number) : 0
    for (let e = 0; e < k; e++) {
      Vt.data[c * k + e] = (Vt.data[c * k + e] as number) * root * share
      U.data[e * k + c] = ((U.data[e * k + c] as number) * root) / share
    }
  }
  for (const [parts, side, R] of [
    [[Wt, G], Vt, Rz],
    [[Z], U.transpose, Rw],
  ] as const) {
    const turn = fresh(dtype, k, k)
    yield* call('gemm', 1, side, R, 0, turn)
    for (const X of parts) {
      const turned = fresh(dtype, X.rows, X.columns)
      if (X.rows > 0) yield* call('gemm', 1, turn, X, 0, turned)
      X.data.set(turned.data)
    }
  }
}

// Squares of A's norm between this and its inverse leave room for those of the factors and of what rounding leaves.
const mostSquares = { float64: 1e200, float32: 1e20 } as const

// log₂ of the largest root of a scale: the scale and its inverse are normal numbers of the type.
const mostRoot = { float64: 500, float32: 63 } as const

/** The problem that is iterated on. */
interface ScaledProblem {
  /** sA, s = root² */
  readonly source: Source
  /** sλ */
  readonly lambda: { readonly W: number; readonly Z: number }
  /** A power of two: the factors are root·W and root·Z; 1 unless squares of A itself would leave their type's range. */
  readonly root: number
  /** What standard normal numbers are multiplied by, so that they are to sA what they are to a matrix of norm 1. */
  readonly deviation: number
}

/** The problem whose normal equations stay in range. */
export function* scaledProblem(source: Source, lambda: ScaledProblem['lambda']): Steps<ScaledProblem> {
  const { A, dtype, squares, scale } = source
  if (squares === 0) return { source, lambda, root: 1, deviation: 1 }
  const exponent = -Math.floor(Math.log2(squares) / 4 - Math.log2(scale) / 2)
  const most = mostSquares[dtype]
  if (scale === 1 && squares > 1 / most && squares < most) return { source, lambda, root: 1, deviation: 2 ** -exponent }
  const applied = Math.max(-mostRoot[dtype], Math.min(mostRoot[dtype], exponent))
  const s = 2 ** (2 * applied)
  return {
    source: yield* openSource('factorize', yield* multiple(A, s), { centred: false, own: true }),
    lambda: { W: s * lambda.W, Z: s * lambda.Z },
    root: 2 ** applied,
    deviation: 2 ** (applied - exponent),
  }
}

/** sA */
function* multiple(A: Matrix | SparseMatrix, s: number): Steps<Matrix | SparseMatrix> {
  if (A instanceof Matrix) {
    const result = fresh(A.dtype, A.rows, A.columns)
    yield* call('scale', s, A, result)
    return result
  }
  // The transpose was made when A was read, and does not change where the caller's arrays do.
  const { rows, columns, rowPointers, columnIndices, values } = A.transpose
  const scaled = values.map((value: number) => s * value) as FloatArray
  return SparseMatrix.trusted(rows, columns, { rowPointers, columnIndices, values: scaled }).transpose
}

/** What of the squared norm of A has to be left for the free objective to be accurate enough. */
const worthTrusting = { float64: 1e-4, float32: 1e-2 } as const

/**
 * Alternates from Wᵀ (k×m), which it overwrites: Z, then W; `scale` is what the caller's A was multiplied by. The
 * objective ‖A − WZ‖² + λw‖W‖² + λz‖Z‖² comes free with the half-sweep for W, after which
 * ‖A − WZ‖² = ‖A‖² − ⟨ZAᵀ, Wᵀ⟩ − λw‖W‖². Where little of ‖A‖² is left the residual is computed. A dense A is read once a
 * sweep: solving for W leaves G = WᵀA, which the next Z is solved from.
 */
export function* alternate(
  source: Source,
  lambda: { readonly W: number; readonly Z: number },
  Wt: Matrix,
  loop: Iteration,
  scale: number,
): Steps<{ Z: Matrix; residual: number }> {
  const { columns, dtype, operand, transposed, squares } = source
  const k = Wt.rows
  const Z = fresh(dtype, k, columns)
  function* computed(): Steps<number> {
    const ones = new Float64Array(k).fill(1)
    return yield* call('truncatedResidual', ...operand, transposed, 1, Wt.transpose, ones, Z)
  }
  const penalty = (weight: number, X: Matrix) => (weight > 0 ? weight * dot(X, X) : 0)
  let G = fresh(dtype, k, columns)
  yield* times(source, Wt, G)
  let residual: number
  let objective: number
  let sweeps = 0
  do {
    yield* solveNormal(yield* normalOf(Wt, lambda.Z), G, Z)
    if (++sweeps === loop.maxIterations) G = nothing(dtype)
    const explained = yield* solveRows(source, Z, lambda.W, Wt, G)
    const left = squares - explained - penalty(lambda.W, Wt)
    if (lambda.W > 0 && lambda.Z > 0) yield* balance({ Wt, Z, G }, lambda)
    residual = left > worthTrusting[dtype] * squares ? left : yield* computed()
    objective = residual + penalty(lambda.W, Wt) + penalty(lambda.Z, Z)
  } while (loop.next({ objective }, { scale }))
  return { Z, residual }
}
