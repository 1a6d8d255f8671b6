/** Which solver the half-sweeps of a fit take, by what each costs. */

/** Of conjugate gradients: what a half-sweep takes; one more pass over the entries finds the first residual. */
export const conjugateSteps = 3

// Nanoseconds on one core with AVX-512, float64, from timings at k = 20, 50, 100; their ratio is what matters, and it is much the same
// with AVX2 and in float32. Normal equations: k²/2 products an entry, k³/6 a row. Conjugate gradients: 2k an entry and step.
const exactCost = (k: number, rows: number, entries: number) =>
  entries * (0.5 * k + 0.02 * k ** 2) + rows * (0.2 * k ** 2 + 0.0055 * k ** 3)
const conjugateCost = (k: number, rows: number, entries: number, implicit: boolean) =>
  entries * (10 + 0.7 * k) + rows * (150 + 4 * k + (implicit ? (conjugateSteps + 1) * 0.06 * k ** 2 : 0))

/** Their sweeps gain nearly as much as exact ones, less on ill-conditioned rows: they have to cost less than this part of them. */
const worth = 0.7

/** Below so many nanoseconds a sweep is exact: it is over soon. */
const negligible = 1e7

/** What a choice of solver looks at. */
export interface SolverCosts {
  /** k, and one more with biases: the unknowns of a row. */
  readonly unknowns: number
  readonly rows: number
  readonly columns: number
  readonly entries: number
  readonly implicit: boolean
}

/** 'cg' where a sweep by conjugate gradients costs clearly less than by Cholesky: many factors, and few entries a row. */
export function chooseSolver({ unknowns, rows, columns, entries, implicit }: SolverCosts): 'cholesky' | 'cg' {
  const exact = exactCost(unknowns, rows, entries) + exactCost(unknowns, columns, entries)
  const conjugate =
    conjugateCost(unknowns, rows, entries, implicit) + conjugateCost(unknowns, columns, entries, implicit)
  return exact > negligible && conjugate < worth * exact ? 'cg' : 'cholesky'
}
