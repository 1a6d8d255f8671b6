/** What is made from singular values: the calls of the kernel, and the rank that they show. */
import { MatrixBatch } from './batch.ts'
import { checkSize, finite } from './check.ts'
import { epsilonOf, integers } from './dtype.ts'
import type { Dense } from './input.ts'
import type { Matrix } from './matrix.ts'
import { checkInfo, noConvergence } from './outcome.ts'
import { fresh, freshVectors } from './result.ts'
import { call, type RunOptions, type Steps } from './run.ts'

/** U, singular values (a row a member) and Vt of a matrix or batch. */
interface Decomposition<D extends Dense = Dense> {
  readonly U: D
  readonly values: Matrix
  readonly Vt: D
}

export function* decompose<D extends Dense>(
  routine: string,
  a: D,
  mode: 'thin' | 'full' = 'thin',
): Steps<Decomposition<D>> {
  const { rows: m, columns: n, dtype } = a
  const k = Math.min(m, n)
  const full = mode === 'full'
  const count = a instanceof MatrixBatch ? a.count : undefined
  checkSize(routine, 'A', m, n)
  if (full) checkSize(routine, 'U and Vt', Math.max(m, n), Math.max(m, n))
  const U = fresh(dtype, m, full ? m : k, count) as D
  const Vt = fresh(dtype, full ? n : k, n, count) as D
  const values = freshVectors(dtype, k, count)
  const info = integers(a.count)
  yield* call('svd', a, full ? 1 : 0, U, values, Vt, info)
  checkInfo(routine, 'A', info, a, noConvergence(routine, 'A'))
  return { U, values, Vt }
}

/** The singular values alone, descending, a row a member. */
export function* singularValuesOf(routine: string, a: Dense): Steps<Matrix> {
  const { rows, columns, dtype } = a
  checkSize(routine, 'A', rows, columns)
  const values = freshVectors(dtype, Math.min(rows, columns), a instanceof MatrixBatch ? a.count : undefined)
  const none = fresh(dtype, 0, 0)
  const info = integers(a.count)
  yield* call('svd', a, 2, none, values, none, info)
  checkInfo(routine, 'A', info, a, noConvergence(routine, 'A'))
  return values
}

/** The option of every function that decides a rank. */
export interface RankOptions extends RunOptions {
  /** Singular values up to `rtol` times the largest count as zero. @default ε·max(m, n) with the ε of A's dtype */
  readonly rtol?: number | undefined
}

export function checkRtol(routine: string, rtol: number | undefined, { rows, columns, dtype }: Dense): number {
  return rtol === undefined ? epsilonOf(dtype) * Math.max(rows, columns) : finite(routine, 'rtol', rtol, { least: 0 })
}

/** How many of the descending values exceed `rtol` times the first. */
export function rankOf(values: ArrayLike<number>, rtol: number): number {
  const cutoff = rtol * (values[0] as number)
  let rank = 0
  while (rank < values.length && (values[rank] as number) > cutoff) rank++
  return rank
}
