/** The kinds of norms, shared by norm and cond. */
import { oneOf } from './check.ts'
import type { Matrix } from './matrix.ts'
import { call, type Steps } from './run.ts'

/** `'frobenius'`, `'nuclear'`, `'max'`, ±1, ±2 or ±Infinity. */
export type NormKind = 'frobenius' | 'nuclear' | 'max' | number

// In the order of the kernel's enumeration.
const entryKinds: readonly NormKind[] = ['frobenius', 'max', 1, -1, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]

export function checkKind(routine: string, kind: unknown): void {
  oneOf(routine, 'kind', kind, [...entryKinds, 'nuclear', 2, -2])
}

/** Whether the entries alone decide it, without singular values. */
export function isEntryKind(kind: NormKind): boolean {
  return entryKinds.includes(kind)
}

export function entryNorm(a: Matrix, kind: NormKind): Steps<number> {
  return call('norm', entryKinds.indexOf(kind), a)
}
