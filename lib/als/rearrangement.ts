/** Van Loan and Pitsianis's rearrangement: A ≈ Σ B ⊗ C is R(A) ≈ Σ vec(B)·vec(C)ᵀ, all vectors row by row. */
import { integers, uninitialized } from '../core/dtype.ts'
import { Matrix } from '../core/matrix.ts'
import { SparseMatrix } from '../core/sparse.ts'

/** The shapes of B and C. */
export type Shapes = readonly [readonly [m1: number, n1: number], readonly [m2: number, n2: number]]

/**
 * R(A) (m₁n₁×m₂n₂) of A (m₁m₂×n₁n₂). A row of R(A) is a block of A, which no strides express, so that entries are
 * moved: once, which costs less than one product with it. Sparse stays sparse.
 */
export function rearranged(A: Matrix | SparseMatrix, shapes: Shapes): Matrix | SparseMatrix {
  const [[m1, n1], [m2, n2]] = shapes
  if (A instanceof SparseMatrix) return rearrangedSparse(A, shapes)
  const data = uninitialized(A.dtype, A.rows * A.columns)
  let at = 0
  for (let i1 = 0; i1 < m1; i1++)
    for (let j1 = 0; j1 < n1; j1++)
      for (let i2 = 0; i2 < m2; i2++) {
        const row = A.offset + (i1 * m2 + i2) * A.rowStride + j1 * n2 * A.columnStride
        for (let j2 = 0; j2 < n2; j2++) data[at++] = A.data[row + j2 * A.columnStride] as number
      }
  return new Matrix(data, m1 * n1, m2 * n2)
}

function rearrangedSparse(A: SparseMatrix, [[m1, n1], [m2, n2]]: Shapes): SparseMatrix {
  const row = integers(A.nonZeros)
  const column = integers(A.nonZeros)
  for (let i = 0, k = 0; i < A.rows; i++) {
    const i1 = Math.floor(i / m2)
    for (const end = A.rowPointers[i + 1] as number; k < end; k++) {
      const j = A.columnIndices[k] as number
      const j1 = Math.floor(j / n2)
      row[k] = i1 * n1 + j1
      column[k] = (i - i1 * m2) * n2 + (j - j1 * n2)
    }
  }
  return SparseMatrix.fromTriplets(m1 * n1, m2 * n2, { row, column, value: A.values })
}
