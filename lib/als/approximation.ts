/** What every approximation of a matrix offers: its error, its size, the matrix itself, and products with it. */
import { checkOptions } from '../core/check.ts'
import type { DType, FloatArray } from '../core/dtype.ts'
import { ConvergenceError, ShapeError, sentence } from '../core/errors.ts'
import { checkSameDtype, readOperand, refuseBatch } from '../core/input.ts'
import type { Matrix, MatrixLike } from '../core/matrix.ts'
import { unwrapVector } from '../core/result.ts'
import { type RunOptions, runAsync, runSync, type Steps } from '../core/run.ts'
import type { IterationReport, IterationResult, StopReason } from '../core/stopping.ts'

/** Â ≈ A (m×n), in fewer numbers. */
export interface Approximation<T extends FloatArray = FloatArray> {
  /** ‖A − Â‖/‖A‖ in the Frobenius norm, over the entries that are known; 0 for a zero matrix. */
  readonly relativeError: number
  /** How many numbers the factors hold. */
  readonly parameters: number
  /** Â (m×n). */
  reconstruct(options?: RunOptions): Matrix<T>
  /** `reconstruct` off the JavaScript thread. */
  reconstructAsync(options?: RunOptions): Promise<Matrix<T>>
  /** Âx for a vector x of n numbers, from the factors: Â is not formed. */
  apply(x: T | readonly number[], options?: RunOptions): T
  /** ÂX for X (n×p). */
  apply(X: MatrixLike<T>, options?: RunOptions): Matrix<T>
  /** `apply` off the JavaScript thread. */
  applyAsync(x: T | readonly number[], options?: RunOptions): Promise<T>
  /** `apply` for a matrix off the JavaScript thread. */
  applyAsync(X: MatrixLike<T>, options?: RunOptions): Promise<Matrix<T>>
}

/** How an approximation does it. */
interface Means {
  readonly columns: number
  readonly dtype: DType
  readonly relativeError: number
  readonly parameters: number
  reconstruct(): Steps<Matrix>
  /** Of X (n×p), which nobody changes meanwhile. */
  apply(X: Matrix): Steps<Matrix>
}

/** The methods of an approximation, from the algorithms behind them. */
export function approximation(routine: string, means: Means): Approximation {
  const { columns, dtype, relativeError, parameters } = means
  function* reconstruct(name: string, options: RunOptions | undefined): Steps<Matrix> {
    checkOptions(name, options, ['signal'])
    return yield* means.reconstruct()
  }
  function* apply(name: string, x: unknown, options: RunOptions | undefined, own: boolean): Steps<unknown> {
    checkOptions(name, options, ['signal'])
    const { value, vector } = refuseBatch(name, 'x', readOperand(name, 'x', x, dtype))
    if (value.rows !== columns)
      throw new ShapeError(
        sentence(name, `x with ${columns} rows to match the columns`, `${value.rows}×${value.columns}`),
      )
    checkSameDtype(name, 'the factors', means, 'x', value)
    return unwrapVector(yield* means.apply(own ? value.copy() : value), vector)
  }
  const names = { reconstruct: `${routine}, reconstruct`, apply: `${routine}, apply` }
  return {
    relativeError,
    parameters,
    reconstruct: (options) => runSync(names.reconstruct, reconstruct(names.reconstruct, options), options),
    reconstructAsync: (options) => runAsync(names.reconstruct, reconstruct(names.reconstruct, options), options),
    apply: (x: unknown, options?: RunOptions) =>
      runSync(names.apply, apply(names.apply, x, options, false), options) as never,
    applyAsync: (x: unknown, options?: RunOptions) =>
      runAsync(names.apply, apply(names.apply, x, options, true), options) as never,
  }
}

/** Refuses factors that overflowed. */
export function checkFinite(routine: string, factors: readonly FloatArray[]): void {
  if (factors.every((numbers) => numbers.every((value: number) => Number.isFinite(value)))) return
  throw new ConvergenceError(sentence(routine, 'factors that are finite numbers', 'an overflow', 'scale the input'))
}

/** What an iteration that was not needed says of itself. */
export function closedForm(
  objective: number,
  began: number,
): IterationResult<IterationReport, StopReason | 'closedForm'> {
  const elapsedMs = performance.now() - began
  return { iterations: 0, converged: true, stopReason: 'closedForm', objective, history: [], elapsedMs }
}
