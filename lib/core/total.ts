/** What sum and mean share. */
import { oneOf } from './check.ts'
import { type FloatArray, zeros } from './dtype.ts'
import { readMatrix } from './input.ts'
import { runKernel } from './run.ts'

/** Sums over the rows (axis 0: one a column), over the columns (axis 1: one a row) or of all; or their means. */
export function total(routine: 'sum' | 'mean', A: unknown, axis: unknown): FloatArray | number {
  if (axis !== undefined) oneOf(routine, 'axis', axis, [0, 1])
  const a = readMatrix(routine, 'A', A)
  const { rows, columns } = a
  const terms = axis === undefined ? rows * columns : axis === 0 ? rows : columns
  const sums = zeros(a.dtype, axis === undefined ? 0 : axis === 0 ? columns : rows)
  const all = runKernel(
    routine,
    'sum',
    [a, axis === undefined ? -1 : (axis as number), routine === 'mean' ? terms : 1, sums],
    undefined,
  )
  return axis === undefined ? all : sums
}
