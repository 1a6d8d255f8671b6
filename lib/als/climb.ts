/** Sweeps from one start, with momentum over whole sweeps that is taken back where the objective rises. */
import type { FloatArray } from '../core/dtype.ts'
import { epsilonOf, uninitialized } from '../core/dtype.ts'
import { call, create, type Handle, type Steps } from '../core/run.ts'
import { SparseMatrix } from '../core/sparse.ts'
import { rebalance, viewsOf } from './hadamardFactors.ts'
import { emptyLines, isMasked, type Observed } from './observed.ts'

/** What sweeps are done on: the observed matrix, held natively, and the ranks of the factors. */
export interface Problem {
  readonly observed: Observed
  readonly ranks: readonly number[]
  readonly operand: readonly [kind: number, A: Handle, transpose: Handle, ranks: Int32Array]
}

export function openProblem(observed: Observed, ranks: readonly number[]): Problem {
  const { values } = observed
  const numbers = Int32Array.from(ranks)
  if (values instanceof SparseMatrix)
    return { observed, ranks, operand: [2, values.handle, values.transpose.handle, numbers] }
  const handle = create('denseHandle', values)
  return { observed, ranks, operand: [isMasked(observed) ? 1 : 0, handle, handle, numbers] }
}

// Beyond it the extrapolated point is too far away to be worth the sweeps that are taken back.
const mostMomentum = 0.98

/** Nothing is known of some rows and columns: zeros, which no sweep changes. */
function clearEmpty({ observed, ranks }: Problem, flat: FloatArray): void {
  if (!isMasked(observed)) return
  const empty = emptyLines(observed)
  for (const { C, D } of viewsOf(flat, observed.rows, observed.columns, ranks))
    for (const [{ offset, columns }, lines] of [
      [C, empty.rows],
      [D, empty.columns],
    ] as const)
      for (const [i, line] of lines.entries()) if (line) flat.fill(0, offset + i * columns, offset + (i + 1) * columns)
}

/** One start under way. */
export class Climb {
  /** The best factors so far. */
  factors: FloatArray
  /** Their squared error, of the scaled matrix. */
  error = Infinity
  /** Sweeps done, those taken back among them. */
  sweeps = 0
  readonly #problem: Problem
  readonly #accelerated: boolean
  #previous: FloatArray | undefined
  #spare: FloatArray | undefined
  #age = 0

  /** `factors` are kept and changed. */
  constructor(problem: Problem, factors: FloatArray, accelerated: boolean) {
    this.#problem = problem
    this.#accelerated = accelerated
    this.factors = factors
    clearEmpty(problem, factors)
    this.#restart()
  }

  #restart(): void {
    const { observed, ranks } = this.#problem
    rebalance(viewsOf(this.factors, observed.rows, observed.columns, ranks))
    this.#spare ??= this.#previous
    this.#previous = undefined
  }

  /** The point that the next sweep begins at: beyond the last one by Nesterov's weights. */
  #ahead(): FloatArray {
    const { factors } = this
    const previous = this.#previous
    const weight = Math.min(mostMomentum, (this.#age - 1) / (this.#age + 2))
    if (previous === undefined || !(weight > 0)) return factors
    for (let k = 0; k < factors.length; k++) {
      const here = factors[k] as number
      previous[k] = here + weight * (here - (previous[k] as number))
    }
    return previous
  }

  /** One sweep. Returns false where it was taken back. */
  *sweep(): Steps<boolean> {
    const start = this.#ahead()
    const result = this.#spare ?? uninitialized(this.#problem.observed.dtype, start.length)
    this.#spare = undefined
    const error = yield* call('hadamardSweep', ...this.#problem.operand, start, result)
    this.sweeps++
    if (!(error <= this.error) && start !== this.factors) {
      this.#spare = result
      // A third of the momentum is kept: a rise says that the last steps were too long, not that their direction was
      // wrong.
      this.#age = Math.floor(this.#age / 3)
      this.#restart()
      return false
    }
    // From the best factors a sweep can only rise by rounding, which moves it on from where rounding is all that is
    // left.
    if (!(error <= this.error * (1 + 32 * epsilonOf(this.#problem.observed.dtype)))) {
      this.#spare = result
      return true
    }
    this.#spare = this.#previous
    this.#previous = this.factors
    this.#age++
    this.factors = result
    this.error = error
    if (!this.#accelerated) this.#restart()
    return true
  }
}
