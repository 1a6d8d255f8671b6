/** How a fit gets from sweep to sweep: alternating least squares by itself, extrapolated, or as a preconditioner. */
import type { Steps } from '../core/run.ts'
import { type FitState, working } from './fitState.ts'
import { minimizer, valueAt } from './quartic.ts'

/** What one sweep came to. */
interface Progress {
  /** The objective of the best point so far, which never increases. */
  readonly objective: number
  /** False where a step was taken back, so that nothing has changed. */
  readonly settled: boolean
}

/** One way of going on: each step is one sweep and what surrounds it. */
interface Acceleration {
  /** The slot of the best point so far. */
  readonly current: number
  step(): Steps<Progress>
}

export const accelerations = ['extrapolation', 'ncg', 'none'] as const

/** The first slot that no acceleration uses. */
export const firstFree = 6

export function accelerate(kind: (typeof accelerations)[number], state: FitState): Acceleration {
  if (kind === 'none') return new Plain(state)
  return kind === 'ncg' ? new ConjugateGradient(state) : new Extrapolation(state)
}

class Plain implements Acceleration {
  readonly current = working
  readonly #state: FitState

  constructor(state: FitState) {
    this.#state = state
  }

  *step(): Steps<Progress> {
    return { objective: yield* this.#state.sweep(), settled: true }
  }
}

/**
 * Sweeps from x + β(x − x₋), x₋ the point before x, with Nesterov's β = s/(s + 2) in the sth step: whole cycles are
 * extrapolated. A sweep that does not lower the objective is taken back, and s begins at 0, which is a plain sweep,
 * again.
 *
 * See Mitchell, Ye, De Sterck, Nesterov Acceleration of Alternating Least Squares for Canonical Tensor Decomposition,
 * Numer. Linear Algebra Appl. 27 (2020); O'Donoghue, Candès, Adaptive Restart for Accelerated Gradient Schemes, Found.
 * Comput. Math. 15 (2015).
 */
class Extrapolation implements Acceleration {
  current = 1
  #previous = 2
  #momentum = 0
  #objective = Infinity
  readonly #state: FitState

  constructor(state: FitState) {
    this.#state = state
  }

  *step(): Steps<Progress> {
    const state = this.#state
    const beta = this.#momentum / (this.#momentum + 2)
    // Without momentum the working slot holds the start, or is made to hold the current point again.
    if (this.#objective < Infinity) yield* state.combine(working, 1 + beta, this.current, -beta, this.#previous)
    const objective = yield* state.sweep()
    if (beta > 0 && !(objective <= this.#objective)) {
      this.#momentum = 0
      return { objective: this.#objective, settled: false }
    }
    yield* state.copy(this.#previous, working)
    // After the first sweep there is nothing behind the current point yet.
    this.#momentum = this.#objective < Infinity ? this.#momentum + 1 : 0
    ;[this.current, this.#previous] = [this.#previous, this.current]
    this.#objective = objective
    return { objective, settled: true }
  }
}

const [point, gradient, previousGradient, direction, swept] = [1, 2, 3, 4, 5] as const

/**
 * Nonlinear conjugate gradients with one sweep as the preconditioner: ḡ = x − sweep(x), p ← −ḡ + βp with Polak and
 * Ribière's β, and the step along p that minimizes the objective, a polynomial of degree four there, exactly. Where the
 * sweep by itself is better, it is the step.
 *
 * See De Sterck, Winlaw, A Nonlinearly Preconditioned Conjugate Gradient Algorithm for Rank-R Canonical Tensor
 * Approximation, Numer. Linear Algebra Appl. 22 (2015).
 */
class ConjugateGradient implements Acceleration {
  readonly current = point
  #objective = Infinity
  /** ‖ḡ‖² of the step before; 0 where there is none to be conjugate to. */
  #squares = 0
  readonly #state: FitState

  constructor(state: FitState) {
    this.#state = state
  }

  *step(): Steps<Progress> {
    const state = this.#state
    const before = this.#objective
    const objective = yield* state.sweep()
    if (before === Infinity) {
      yield* state.copy(point, working)
      this.#objective = objective
      return { objective, settled: true }
    }
    yield* state.combine(gradient, 1, point, -1, working)
    yield* state.copy(swept, working)
    yield* state.copy(working, point)
    yield* this.#turn()
    let line = yield* state.quartic(direction)
    if (!((line[1] as number) < 0)) {
      yield* state.combine(direction, -1, gradient, 0, gradient)
      line = yield* state.quartic(direction)
    }
    const t = minimizer(line)
    const reached = valueAt(line, t)
    if (reached < objective) {
      yield* state.combine(working, 1, point, t, direction)
      this.#objective = reached
    } else {
      yield* state.copy(working, swept)
      this.#objective = objective
      this.#squares = 0
    }
    yield* state.copy(point, working)
    return { objective: this.#objective, settled: true }
  }

  /** p ← −ḡ + βp */
  *#turn(): Steps<void> {
    const state = this.#state
    const squares = yield* state.dot(gradient, gradient)
    const change = this.#squares > 0 ? squares - (yield* state.dot(gradient, previousGradient)) : 0
    const beta = this.#squares > 0 ? Math.max(0, change / this.#squares) : 0
    yield* state.combine(direction, -1, gradient, beta, direction)
    yield* state.copy(previousGradient, gradient)
    this.#squares = squares
  }
}
