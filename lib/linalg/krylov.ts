/**
 * Block Lanczos on BᵀB, B the taller of A and Aᵀ, in double (products with a large dense float32 B in float32): how
 * `truncatedSVD` and `pca` find leading singular triplets.
 *
 * With blocks of 8 or 16 columns a space of K columns holds far better approximations than the classical block Krylov
 * method with blocks of k + oversampling, at the same cost: the degree of its polynomials is higher. Every block is
 * orthogonalized against the whole basis. Where a tolerance asks for more columns than the basis holds, it is restarted
 * with its best Ritz vectors (thick restart).
 */
import { ConvergenceError } from '../core/errors.ts'
import { call, create, type Handle, type Steps } from '../core/run.ts'

import { SparseMatrix } from '../core/sparse.ts'
import type { Source } from './largeOperand.ts'

/** When an iteration has done enough. */
interface Goal {
  /** The triplets wanted at most. */
  readonly rank: number
  /** ‖A − A_k‖²/‖A‖² at which fewer are enough; 0 where the rank alone decides. */
  readonly squaredError: number
  /** The columns that the space must have for k triplets, where no tolerance is given. */
  space(k: number): number
  /** ‖Av − σu‖, ‖Aᵀu − σv‖ ≤ tolerance·σ₁ for all triplets. */
  readonly tolerance: number | undefined
  readonly seed: number
}

/** Where an iteration ended. */
interface Basis {
  readonly state: Handle
  /** The columns of the basis. */
  readonly columns: number
  /** How many triplets reach the goal; undefined where a larger space would be needed than pays. */
  readonly rank: number | undefined
  /** Whether the squares that the iteration sees hide σ_rank behind their rounding errors. */
  readonly graded: boolean
}

/** A tolerance below what rounding allows must not run for ever. */
const maximumSteps = 3000

const roundUp = (value: number, unit: number) => Math.ceil(value / unit) * unit

/** The fewest leading values that leave no more than `allowed` of the squared norm; undefined where all leave more. */
function rankFor(values: Float64Array, whole: number, allowed: number): number | undefined {
  let left = whole
  for (let r = 0; r <= values.length; r++) {
    if (left <= allowed * whole) return r
    left -= values[r] as number
  }
  return undefined
}

class Iteration {
  readonly width: number
  readonly #single: boolean
  readonly #source: Source
  readonly #n: number
  #state: Handle
  #capacity: number
  columns = 0
  values = new Float64Array(0)
  residuals = new Float64Array(0)

  constructor(source: Source, width: number, capacity: number, goal: Goal) {
    this.#source = source
    this.#n = Math.min(source.rows, source.columns)
    this.width = width
    // Errors of ε‖A‖² in the products move the space by far less than its limited size does; but a goal is judged by
    // the values.
    this.#single = source.dtype === 'float32' && width === 16 && goal.tolerance === undefined && goal.squaredError === 0
    this.#capacity = roundUp(capacity, width) + width
    const workspaceRows = source.A instanceof SparseMatrix ? Math.max(source.rows, source.columns) : 0
    this.#state = create('krylovHandle', this.#n, width, this.#capacity, goal.seed, workspaceRows)
  }

  get state(): Handle {
    return this.#state
  }

  get isFull(): boolean {
    return this.columns + 2 * this.width > this.#capacity
  }

  grow(capacity: number): void {
    this.#capacity = roundUp(capacity, this.width) + this.width
    this.#state = create('krylovGrown', this.#capacity, this.#state)
  }

  *step(): Steps<void> {
    const { operand, scale } = this.#source
    this.columns = yield* call('krylovStep', ...operand, scale, this.#single, this.#state)
  }

  *ritz(): Steps<void> {
    this.values = new Float64Array(this.columns)
    this.residuals = new Float64Array(this.columns)
    if ((yield* call('krylovRitz', this.#state, this.values, this.residuals)) !== 0)
      throw new ConvergenceError(
        'truncatedSVD: expected an iteration that converges but it did not for the small problem',
      )
  }

  *restart(count: number): Steps<void> {
    yield* call('krylovRestart', this.#state, count, this.values.subarray(0, 0))
    this.columns = count
  }

  /** The largest residual ‖Aᵀu − σv‖/σ₁ of the first `rank` triplets. */
  worst(rank: number): number {
    const first = Math.sqrt(this.values[0] as number)
    let worst = 0
    for (let i = 0; i < rank; i++) {
      // Below √ε·σ₁ a value is rounding error; dividing by it would ask for the impossible.
      const sigma = Math.max(Math.sqrt(Math.max(this.values[i] as number, 0)), 1.5e-8 * first)
      worst = Math.max(worst, (this.residuals[i] as number) / (sigma * first))
    }
    return worst
  }

  graded(rank: number): boolean {
    const decay = Math.sqrt(Math.max(this.values[rank - 1] ?? 0, 0) / (this.values[0] as number))
    return rank > 0 && decay < (this.#single ? 1e-2 : 1e-5)
  }
}

/** Builds the space until the goal is reached. `most`: the columns beyond which the whole decomposition is cheaper. */
export function* buildBasis(source: Source, goal: Goal, width: number, most: number): Steps<Basis> {
  return goal.tolerance === undefined
    ? yield* growSpace(source, goal, width, most)
    : yield* reachTolerance(source, goal, goal.tolerance, width, most)
}

function* growSpace(source: Source, goal: Goal, width: number, most: number): Steps<Basis> {
  const guess = goal.squaredError > 0 ? Math.min(goal.space(goal.rank), 8 * width) : goal.space(goal.rank)
  const iteration = new Iteration(source, width, Math.min(guess, most), goal)
  for (let target = Math.min(guess, most); ; ) {
    while (iteration.columns < target) {
      if (iteration.isFull) iteration.grow(2 * target)
      yield* iteration.step()
    }
    yield* iteration.ritz()
    const found = goal.squaredError > 0 ? rankFor(iteration.values, source.squares, goal.squaredError) : undefined
    const rank = Math.min(goal.rank, found ?? goal.rank)
    const reached = found !== undefined || iteration.columns >= goal.space(goal.rank)
    const { columns, state } = iteration
    const needed = goal.space(rank)
    if (reached && columns >= Math.min(needed, found === undefined ? most : needed))
      return { state, columns, rank, graded: iteration.graded(rank) }
    if (columns >= most || (found !== undefined && needed > most))
      return { state, columns, rank: undefined, graded: false }
    target = Math.min(most, roundUp(Math.max(reached ? needed : 1.4 * columns, columns + width), width))
  }
}

function* reachTolerance(source: Source, goal: Goal, tolerance: number, width: number, most: number): Steps<Basis> {
  const { rank } = goal
  const capacity = Math.min(roundUp(most - width, width), Math.max(16 * width, roundUp(3 * rank + 4 * width, width)))
  const iteration = new Iteration(source, width, capacity, goal)
  let target = roundUp(Math.max(2 * rank, rank + 2 * width), width)
  let before: { steps: number; worst: number } | undefined
  for (let steps = 0; ; ) {
    for (; iteration.columns < target && !iteration.isFull; steps++) yield* iteration.step()
    yield* iteration.ritz()
    const worst = iteration.worst(rank)
    const { columns, state } = iteration
    if (worst <= tolerance || steps >= maximumSteps) return { state, columns, rank, graded: iteration.graded(rank) }
    // The residual falls geometrically, about: look again when it should be small enough. An early look costs little
    // while the basis is small, and is all that there is to go by.
    const rate = before === undefined ? 0 : Math.log(before.worst / worst) / (steps - before.steps)
    const need = rate > 0 ? Math.ceil((0.9 * Math.log(worst / tolerance)) / rate) : Infinity
    before = { steps, worst }
    if (iteration.isFull)
      yield* iteration.restart(Math.min(roundUp(rank + 0.25 * (columns - rank), width), columns - width))
    const far = columns < capacity / 2 ? Math.ceil((0.4 * columns) / width) : need
    target = iteration.columns + width * Math.max(1, Math.min(need, far))
  }
}
