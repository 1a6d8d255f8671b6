/** One half of a sweep: rows fitted to given factors of the columns. */
import { type FloatArray, integers, uninitialized } from '../core/dtype.ts'
import type { Matrix } from '../core/matrix.ts'
import { fresh } from '../core/result.ts'
import { type AlsOptions, call, type Steps } from '../core/run.ts'
import type { SparseMatrix } from '../core/sparse.ts'

/** How the rows of a half-sweep are solved; in the order in which the kernels count them. */
const methods = ['cholesky', 'cg', 'nonnegative'] as const

/** What the rows minimize, and how. */
export interface RowSystem {
  readonly kind: 'explicit' | 'implicit'
  readonly regularization: number
  /** λ times the ratings of the row, or λ. @default 'ridge' */
  readonly weighting?: 'weighted' | 'ridge' | undefined
  /** Of implicit feedback: confidence 1 + α|a|. @default 0 */
  readonly alpha?: number | undefined
  /** @default 0 */
  readonly globalMean?: number | undefined
  /** @default 'cholesky' */
  readonly method?: (typeof methods)[number] | undefined
  /** Of conjugate gradients. @default 3 */
  readonly steps?: number | undefined
}

/** The options of the kernels. */
export function kernelOptions(system: RowSystem): AlsOptions {
  const { kind, regularization, weighting, alpha = 0, globalMean = 0, method = 'cholesky', steps = 3 } = system
  return [
    globalMean,
    regularization,
    weighting === 'weighted',
    kind === 'implicit',
    alpha,
    methods.indexOf(method),
    steps,
  ]
}

/** Options of {@link solveRows}. */
export interface SolveRowsOptions<T extends FloatArray = FloatArray> extends RowSystem {
  /** Whether the rows have biases. @default false */
  readonly rowBias?: boolean | undefined
  /** The biases of the fixed side (n). */
  readonly fixedBias?: T | undefined
}

/** Rows that minimize their part of the objective. */
export interface SolvedRows<T extends FloatArray = FloatArray> {
  readonly factors: Matrix<T>
  /** Where the rows have biases. */
  readonly bias?: T
  /** The squared errors of these rows and their own penalty. */
  readonly objective: number
}

/**
 * For each row of A (r×n) the wᵢ and, with `rowBias`, bᵢ that minimize Σ (aᵢⱼ − μ − bᵢ − cⱼ − wᵢᵀfⱼ)² + λᵢ(‖wᵢ‖² + bᵢ²)
 * over the entries of the row, where fⱼ is row j of F (n×k) and c the fixed biases; of implicit feedback the row's part
 * of that objective. Rows without entries are zero; of several minimizers it is the one of least norm. A, F and c have
 * one dtype.
 */
export function* solveRows<T extends FloatArray>(
  A: SparseMatrix<T>,
  F: Matrix<T>,
  options: SolveRowsOptions<T>,
): Steps<SolvedRows<T>> {
  const { rowBias = false, fixedBias } = options
  const factors = fresh(A.dtype, A.rows, F.columns) as Matrix<T>
  const bias = uninitialized(A.dtype, rowBias ? A.rows : 0) as T
  const given = fixedBias ?? uninitialized(A.dtype, 0)
  const hard = integers(1)
  const system = kernelOptions(options)
  const objective = yield* call('alsRows', A.handle, F, given, ...system, factors, bias, hard)
  return { factors, ...(rowBias && { bias }), objective }
}
