/** The fit that `completeALS` and `implicitALS` share: sweeps from a start until something says stop. */
import { ConvergenceError, sentence } from '../core/errors.ts'
import type { Matrix } from '../core/matrix.ts'
import type { Steps } from '../core/run.ts'
import type { SparseMatrix } from '../core/sparse.ts'
import type { Iteration } from '../core/stopping.ts'
import { accelerate, firstFree } from './acceleration.ts'
import { FitState } from './fitState.ts'
import { CompletionModel, type ModelSettings, type SweepReport } from './model.ts'
import type { Ratings } from './ratings.ts'

/** What is fitted to what, checked. */
interface FitProblem {
  readonly kind: 'explicit' | 'implicit'
  readonly ratings: Ratings
  readonly globalMean: number
  readonly settings: ModelSettings
  /** W (m×k) and, where it is given, Zᵀ (n×k). */
  readonly start: { readonly W: Matrix; readonly Zt: Matrix | undefined }
  /** Ratings in the shape of those that are fitted, and how many sweeps to wait for a gain on them. */
  readonly validation: { readonly matrix: SparseMatrix; readonly patience: number } | undefined
}

/** The bookkeeping of a fit. */
type FitLoop = Iteration<SweepReport, 'validation'>

/** Errors on the validation ratings, and the best point met. */
class Validation {
  readonly #state: FitState
  readonly #matrix: SparseMatrix
  readonly #patience: number
  #waited = 0
  #least = Infinity
  /** The iteration that was best, from 1. */
  best = 0

  constructor(state: FitState, { matrix, patience }: { readonly matrix: SparseMatrix; readonly patience: number }) {
    this.#state = state
    this.#matrix = matrix
    this.#patience = patience
  }

  /** Measures a point; keeps it in the slot behind those of the acceleration where it is the best so far. */
  *measure(slot: number, iteration: number): Steps<number> {
    const error = yield* this.#state.error(slot, this.#matrix)
    if (!Number.isFinite(error))
      throw new ConvergenceError(
        sentence('completeALS', 'a validation error that is a finite number', `${error}`, 'scale the ratings'),
      )
    this.#waited++
    if (error < this.#least) {
      this.#least = error
      this.#waited = 0
      this.best = iteration
      yield* this.#state.copy(firstFree, slot)
    }
    return error
  }

  get exhausted(): boolean {
    return this.#waited >= this.#patience
  }
}

/** Fits the model of a problem. */
export function* fitModel(problem: FitProblem, loop: FitLoop): Steps<CompletionModel> {
  const { kind, ratings, globalMean, settings, start } = problem
  const method = settings.nonnegative ? 'nonnegative' : settings.solver
  const state = new FitState(ratings.matrix, { ...settings, kind, globalMean, method })
  yield* state.write(start.W, start.Zt)
  const acceleration = accelerate(settings.acceleration, state)
  const validation = problem.validation && new Validation(state, problem.validation)
  let error: number | undefined
  for (let iteration = 1; ; iteration++) {
    const { objective, settled } = yield* acceleration.step()
    if (validation && settled) error = yield* validation.measure(acceleration.current, iteration)
    const stop = validation?.exhausted ? 'validation' : undefined
    if (!loop.next({ objective, ...(error !== undefined && { validation: error }) }, { stop, settled })) break
  }
  const returned = validation ? firstFree : acceleration.current
  const { W, Zt, rowBias, columnBias } = yield* state.read(returned)
  const result = loop.result()
  // The objective is that of the sweep whose factors are returned.
  const { objective } = result.history[(validation?.best ?? result.iterations) - 1] as SweepReport
  return new CompletionModel({
    kind,
    W,
    Z: Zt.transpose,
    rowBias,
    columnBias,
    globalMean,
    ratings,
    settings,
    fit: { ...result, objective },
  })
}
