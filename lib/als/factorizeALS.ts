/** The iteration of `factorize`: two ridge regressions in turn, each by Cholesky of a k×k matrix. */
import { epsilonOf, integers } from '../core/dtype.ts'
import { ConvergenceError, sentence } from '../core/errors.ts'
import type { Matrix } from '../core/matrix.ts'
import { fresh } from '../core/result.ts'
import { call, type Handle, type Steps } from '../core/run.ts'
import { SparseMatrix } from '../core/sparse.ts'
import type { Iteration } from '../core/stopping.ts'
import type { Source } from '../linalg/largeOperand.ts'

/** C = BAᵀ, or BA where `turned`; of an asynchronous call, A was copied once and is not copied again. */
function* multiply(B: Matrix, { A, operand }: Source, turned: boolean, C: Matrix): Steps<void> {
  const [kind, , , held] = operand
  if (A instanceof SparseMatrix)
    yield* call('sparseTimesDense', 1, (turned ? A.transpose : A).handle, B.transpose, 0, C.transpose)
  else if (kind === 1) yield* call('gemmCopied', B, held as Handle, !turned, C)
  else yield* call('gemm', 1, B, turned ? A : A.transpose, 0, C)
}

/**
 * The columns x of X (k×r) that minimize ‖a − Fᵀx‖² + λ‖x‖² for the rows a of A (columns where `turned`), F fixed: (FFᵀ
 * + λI)X = FAᵀ. Where the normal matrix is singular to working precision, the solution of least norm. `P` is left with
 * FAᵀ.
 */
function* halfSweep(source: Source, turned: boolean, F: Matrix, lambda: number, X: Matrix, P: Matrix): Steps<void> {
  const { dtype, rows: k } = X
  const normal = fresh(dtype, k, k)
  yield* call('gemm', 1, F, F.transpose, 0, normal)
  for (let c = 0; c < k; c++) normal.data[c * k + c] = (normal.data[c * k + c] as number) + lambda
  yield* multiply(F, source, turned, P)
  const L = fresh(dtype, k, k)
  const info = integers(1)
  yield* call('cholesky', normal, L, info)
  if (info[0] === 0 && isWellConditioned(L)) {
    yield* call('choleskySolve', L, P, X, info)
    return
  }
  const rtol = 10 * k * epsilonOf(dtype)
  yield* call('lstsq', normal, P, rtol, 2, X, fresh(dtype, 1, X.columns), integers(1), fresh(dtype, 1, k), info)
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
 * sweeps alone would get there too, but slowly where λ is small beside the singular values.
 */
function* balance(Wt: Matrix, Z: Matrix, lambda: { readonly W: number; readonly Z: number }): Steps<void> {
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
  for (const [X, side, R] of [
    [Wt, Vt, Rz],
    [Z, U.transpose, Rw],
  ] as const) {
    const turn = fresh(dtype, k, k)
    yield* call('gemm', 1, side, R, 0, turn)
    const turned = fresh(dtype, k, X.columns)
    yield* call('gemm', 1, turn, X, 0, turned)
    X.data.set(turned.data)
  }
}

/** What of the squared norm of A has to be left for the free objective to be accurate enough. */
const worthTrusting = { float64: 1e-4, float32: 1e-2 } as const

/**
 * Alternates from Wᵀ (k×m), which it overwrites: Z, then W. The objective ‖A − WZ‖² + λw‖W‖² + λz‖Z‖² comes free with
 * the half-sweep for W, after which ‖A − WZ‖² = ‖A‖² − ⟨ZAᵀ, Wᵀ⟩ − λw‖W‖². Where little of ‖A‖² is left the residual is
 * computed.
 */
export function* alternate(
  source: Source,
  lambda: { readonly W: number; readonly Z: number },
  Wt: Matrix,
  loop: Iteration,
): Steps<{ Z: Matrix; residual: number }> {
  const { rows, columns, dtype, operand, transposed, scale } = source
  const k = Wt.rows
  const ones = new Float64Array(k).fill(1)
  const Z = fresh(dtype, k, columns)
  const [rowProducts, columnProducts] = [fresh(dtype, k, rows), fresh(dtype, k, columns)]
  const squares = source.squares / scale ** 2
  function* residual(): Steps<number> {
    return (yield* call('truncatedResidual', ...operand, transposed, scale, Wt.transpose, ones, Z)) / scale ** 2
  }
  const penalty = () => lambda.W * dot(Wt, Wt) + lambda.Z * dot(Z, Z)
  let objective: number
  do {
    yield* halfSweep(source, true, Wt, lambda.Z, Z, columnProducts)
    yield* halfSweep(source, false, Z, lambda.W, Wt, rowProducts)
    const fit = squares - dot(rowProducts, Wt) - lambda.W * dot(Wt, Wt)
    if (lambda.W > 0 && lambda.Z > 0) yield* balance(Wt, Z, lambda)
    objective = (fit > worthTrusting[dtype] * squares ? fit : yield* residual()) + penalty()
  } while (loop.next({ objective }))
  return { Z, residual: yield* residual() }
}
