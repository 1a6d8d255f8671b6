/** Which solver a fit takes where the choice is left to it: the one whose sweeps the cost model says are cheaper. */
import type { DType } from '../core/dtype.ts'
import type { SparseMatrix } from '../core/sparse.ts'

/**
 * Microseconds of a row with n entries and w unknowns, measured with AVX-512 and fitted over n from 8 to 400 and w from
 * 8 to 128: Cholesky cube·w³ + n(square·w² + linear·w); conjugate gradients, three steps, row + n(entry + product·w),
 * and common·w² more where all rows have a Gram matrix in common.
 */
const costs = {
  float64: { cube: 8.3e-6, square: 1.5e-5, linear: 2e-4, row: 0.3, entry: 7.5e-3, product: 4.5e-4, common: 3.6e-4 },
  float32: { cube: 4.4e-6, square: 8.3e-6, linear: 1.4e-4, row: 0.35, entry: 9e-3, product: 2.3e-4, common: 2.3e-4 },
} as const satisfies Record<DType, Record<string, number>>

/**
 * A sweep of conjugate gradients comes a little less far, with large confidences much less, so it has to be so much
 * cheaper.
 */
const worthwhile = { explicit: 0.8, implicit: 0.5 } as const

function withEntries({ rowPointers, rows }: SparseMatrix): number {
  let count = 0
  for (let i = 0; i < rows; i++) if ((rowPointers[i + 1] as number) > (rowPointers[i] as number)) count++
  return count
}

/** The solver for ratings A and w unknowns a row; the same for the same numbers, whatever the machine. */
export function chooseSolver(A: SparseMatrix, kind: 'explicit' | 'implicit', w: number): 'cholesky' | 'cg' {
  const { cube, square, linear, row, entry, product, common } = costs[A.dtype]
  const rows = withEntries(A) + withEntries(A.transpose)
  const entries = 2 * A.nonZeros
  const exact = rows * cube * w ** 3 + entries * (square * w ** 2 + linear * w)
  const iterative = rows * (row + (kind === 'implicit' ? common * w ** 2 : 0)) + entries * (entry + product * w)
  return iterative < worthwhile[kind] * exact ? 'cg' : 'cholesky'
}
