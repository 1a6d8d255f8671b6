import { checkOptions, finite } from '../core/check.ts'

/** A weight of the squared norms of both factors, or one for each. */
export type Regularization = number | { readonly W: number; readonly Z: number }

/** Both sides' weights, checked; `value` may be given by a user. */
export function readRegularization(routine: string, value: Regularization): { readonly W: number; readonly Z: number } {
  if (typeof value !== 'object' || value === null) {
    const weight = finite(routine, 'regularization', value, { least: 0 })
    return { W: weight, Z: weight }
  }
  const { W, Z } = checkOptions(`${routine}, regularization`, value, ['W', 'Z'])
  return {
    W: finite(routine, 'regularization.W', W, { least: 0 }),
    Z: finite(routine, 'regularization.Z', Z, { least: 0 }),
  }
}
