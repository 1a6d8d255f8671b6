/** What a fit keeps natively over its sweeps, and the kernels on it. */
import { type FloatArray, integers, uninitialized } from '../core/dtype.ts'
import type { Matrix } from '../core/matrix.ts'
import { fresh } from '../core/result.ts'
import { call, create, type Handle, type Steps } from '../core/run.ts'
import type { SparseMatrix } from '../core/sparse.ts'
import { kernelOptions, type RowSystem } from './solveRows.ts'

/** What a fit minimizes, and how its half-sweeps do. */
interface FitSystem extends Omit<RowSystem, 'regularization'> {
  readonly rank: number
  readonly biases: boolean
  readonly regularization: { readonly W: number; readonly Z: number }
}

/** Factors and biases, read. */
interface Factors {
  /** m×k */
  readonly W: Matrix
  /** n×k */
  readonly Zt: Matrix
  readonly rowBias: FloatArray | undefined
  readonly columnBias: FloatArray | undefined
}

/** The slot that sweeps work on. */
export const working = 0

/**
 * Pairs of factors with their biases, in slots: points of the space that a fit searches, which are combined and
 * measured without leaving native memory.
 */
export class FitState {
  readonly #A: SparseMatrix
  readonly #system: FitSystem
  readonly #handle: Handle
  readonly #like: FloatArray
  /** Where the kernels say how many rows they left to more careful methods than Cholesky. */
  readonly #hard = integers(1)

  constructor(A: SparseMatrix, system: FitSystem) {
    this.#A = A
    this.#system = system
    this.#like = uninitialized(A.dtype, 0)
    this.#handle = create('alsHandle', A.handle, A.transpose.handle, system.rank, system.biases, this.#like)
  }

  #options(side: 'W' | 'Z') {
    return kernelOptions({ ...this.#system, regularization: this.#system.regularization[side] })
  }

  /** Sets the factors of the working slot; W is m×k, Zt n×k. Biases become 0. */
  *write(W: Matrix, Zt: Matrix | undefined): Steps<void> {
    yield* call('alsWrite', this.#handle, working, false, W, this.#like)
    if (Zt !== undefined) yield* call('alsWrite', this.#handle, working, true, Zt, this.#like)
  }

  *read(slot: number): Steps<Factors> {
    const { dtype, rows, columns } = this.#A
    const { rank, biases } = this.#system
    const W = fresh(dtype, rows, rank)
    const Zt = fresh(dtype, columns, rank)
    const rowBias = uninitialized(dtype, biases ? rows : 0)
    const columnBias = uninitialized(dtype, biases ? columns : 0)
    yield* call('alsRead', this.#handle, slot, false, W, rowBias)
    yield* call('alsRead', this.#handle, slot, true, Zt, columnBias)
    return biases ? { W, Zt, rowBias, columnBias } : { W, Zt, rowBias: undefined, columnBias: undefined }
  }

  /** Solves Z, then W, of the working slot. Returns the objective. */
  *sweep(): Steps<number> {
    const { W, Z } = this.#system.regularization
    yield* call('alsSolve', this.#handle, true, ...this.#options('Z'), W, this.#hard, this.#like)
    return yield* call('alsSolve', this.#handle, false, ...this.#options('W'), Z, this.#hard, this.#like)
  }

  /** target ← a·first + b·second */
  *combine(target: number, a: number, first: number, b: number, second: number): Steps<void> {
    yield* call('alsCombine', this.#handle, target, a, first, b, second, this.#like)
  }

  *copy(target: number, source: number): Steps<void> {
    yield* this.combine(target, 1, source, 0, source)
  }

  *dot(first: number, second: number): Steps<number> {
    return yield* call('alsDot', this.#handle, first, second, this.#like)
  }

  /** The coefficients, of 1, t, … t⁴, of the objective at the working slot + t·`direction`. */
  *quartic(direction: number): Steps<Float64Array> {
    const coefficients = new Float64Array(5)
    const { regularization } = this.#system
    const options = this.#options('W')
    yield* call('alsQuartic', this.#like, this.#handle, direction, ...options, regularization.Z, coefficients)
    return coefficients
  }

  /** The root mean square error of a slot's predictions of other ratings (m×n). */
  *error(slot: number, ratings: SparseMatrix): Steps<number> {
    const { globalMean = 0 } = this.#system
    const squares = yield* call('alsErrors', this.#handle, slot, ratings.handle, globalMean, this.#like)
    return Math.sqrt(squares / ratings.nonZeros)
  }
}
