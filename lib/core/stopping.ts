/** How every iteration of the package ends: its options, what it reports of each iteration and of the whole. */
import { describe, finite, integer } from './check.ts'
import { ArgumentError, ConvergenceError, sentence } from './errors.ts'
import type { RunOptions } from './run.ts'

/** What is known after an iteration. */
export interface IterationReport {
  /** Counted from 1. */
  readonly iteration: number
  /**
   * The objective after it; 0 or Infinity where float64 cannot hold it, which nothing but this report suffers from: what
   * is compared with the tolerance is the objective of a scaled problem there.
   */
  readonly objective: number
  /** Milliseconds since the iteration began. */
  readonly elapsedMs: number
}

/** Options of every iteration. */
export interface IterationOptions<R extends IterationReport = IterationReport> extends RunOptions {
  /** The most iterations, at least 1. */
  readonly maxIterations?: number | undefined
  /** Stops once an iteration lowers the objective by no more than this part of it; 0 never stops. */
  readonly tolerance?: number | undefined
  /** Stops after the iteration that reaches this many milliseconds. @default Infinity */
  readonly timeLimitMs?: number | undefined
  /** Called after each iteration; stops where it returns `false`. What it throws passes on unchanged. */
  readonly onIteration?: ((report: R) => unknown) | undefined
}

/**
 * Why an iteration stopped: the objective hardly changed, the number of iterations or the time was used up, or
 * `onIteration` returned `false`.
 */
export type StopReason = 'tolerance' | 'maxIterations' | 'timeLimit' | 'callback'

/** What every iteration says of itself. */
export interface IterationResult<R extends IterationReport = IterationReport, Reason extends string = StopReason> {
  /** The number of iterations that were done. */
  readonly iterations: number
  /** Whether it stopped by its tolerance. */
  readonly converged: boolean
  readonly stopReason: Reason
  /** The objective of what is returned; 0 or Infinity where float64 cannot hold it. */
  readonly objective: number
  /** What `onIteration` was given, iteration by iteration. */
  readonly history: readonly R[]
  /** Milliseconds that the iteration took. */
  readonly elapsedMs: number
}

/** The names of {@link IterationOptions}, for `checkOptions`. */
export const iterationOptions = ['maxIterations', 'tolerance', 'timeLimitMs', 'onIteration', 'signal'] as const

/**
 * The bookkeeping of one iteration:
 *
 *     const loop = new Iteration(routine, options, { maxIterations: 30, tolerance: 1e-4 })
 *     do objective = yield* sweep()
 *     while (loop.next({ objective }))
 *     return { …, ...loop.result() }
 */
export class Iteration<R extends IterationReport = IterationReport, Reason extends string = StopReason> {
  readonly maxIterations: number
  readonly tolerance: number
  readonly #routine: string
  readonly #timeLimitMs: number
  readonly #onIteration: ((report: R) => unknown) | undefined
  readonly #began = performance.now()
  readonly #history: R[] = []
  /** The objective of the last iteration, as it is compared. */
  #before: number | undefined
  #stopReason: StopReason | Reason | undefined

  /** Checks the options; the defaults are the caller's. */
  constructor(
    routine: string,
    options: IterationOptions<R>,
    defaults: { readonly maxIterations: number; readonly tolerance: number },
  ) {
    const { maxIterations = defaults.maxIterations, tolerance = defaults.tolerance } = options
    const { timeLimitMs = Infinity, onIteration } = options
    this.#routine = routine
    this.maxIterations = integer(routine, 'maxIterations', maxIterations, 1)
    this.tolerance = finite(routine, 'tolerance', tolerance, { least: 0 })
    if (timeLimitMs !== Infinity) finite(routine, 'timeLimitMs', timeLimitMs, { least: 0 })
    this.#timeLimitMs = timeLimitMs
    if (onIteration !== undefined && typeof onIteration !== 'function')
      throw new ArgumentError(sentence(routine, 'onIteration to be a function', describe(onIteration)))
    this.#onIteration = onIteration
  }

  /**
   * Counts an iteration with its objective and what else the method reports of it, and says whether to go on. `stop` is
   * a reason of the method's own; `settled: false` where a small change means nothing, as after a step that was taken
   * back. Where the matrix was multiplied by `scale`, and the objective by its square, that objective is compared, and
   * the caller's reported.
   */
  next(
    report: Omit<R, 'iteration' | 'elapsedMs'>,
    {
      stop,
      settled = true,
      scale = 1,
    }: { readonly stop?: Reason | undefined; readonly settled?: boolean; readonly scale?: number } = {},
  ): boolean {
    const { objective } = report as unknown as IterationReport
    if (!Number.isFinite(objective))
      throw new ConvergenceError(
        sentence(this.#routine, 'an objective that is a finite number', describe(objective), 'scale the input'),
      )
    const before = this.#before
    this.#before = objective
    const iteration = this.#history.length + 1
    const elapsedMs = performance.now() - this.#began
    // Divided twice: the square of the scale may be out of range.
    const entry = { iteration, elapsedMs, ...report, objective: objective / scale / scale } as unknown as R
    this.#history.push(entry)
    const small = before !== undefined && before - objective <= this.tolerance * Math.abs(before)
    if (this.#onIteration?.(entry) === false) this.#stopReason = 'callback'
    else if (stop !== undefined) this.#stopReason = stop
    else if (this.tolerance > 0 && settled && small) this.#stopReason = 'tolerance'
    else if (iteration >= this.maxIterations) this.#stopReason = 'maxIterations'
    else if (elapsedMs >= this.#timeLimitMs) this.#stopReason = 'timeLimit'
    return this.#stopReason === undefined
  }

  /** What the caller's result says of the iteration; after `next` has returned false. */
  result(): IterationResult<R, StopReason | Reason> {
    return {
      iterations: this.#history.length,
      converged: this.#stopReason === 'tolerance',
      stopReason: this.#stopReason as StopReason | Reason,
      objective: this.#history.at(-1)?.objective as number,
      history: this.#history,
      elapsedMs: performance.now() - this.#began,
    }
  }
}
