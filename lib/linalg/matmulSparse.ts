/** Products of which one operand or both are sparse. */
import { describe } from '../core/check.ts'
import { integers, uninitialized } from '../core/dtype.ts'
import { ArgumentError, ShapeError, sentence } from '../core/errors.ts'
import { checkSameDtype, type Dense, readOperand } from '../core/input.ts'
import { Matrix } from '../core/matrix.ts'
import { fresh } from '../core/result.ts'
import { call, type Steps } from '../core/run.ts'
import { SparseMatrix } from '../core/sparse.ts'
import { maximumNonZeros } from '../core/triplets.ts'

/** What `matmul` has checked of its options, and how it checks `out`. */
interface Product {
  readonly alpha: number
  readonly beta: number
  readonly out: unknown
  checkOut(
    out: unknown,
    shape: readonly [number, number],
    inputs: readonly Dense[],
    count: undefined,
    vector: boolean,
  ): Dense
}

const routine = 'matmul'

function readOne(name: string, value: unknown, other: SparseMatrix): { value: Matrix; vector: boolean } {
  const { value: read, vector } = readOperand(routine, name, value, other.dtype)
  if (!(read instanceof Matrix))
    throw new ShapeError(
      sentence(routine, `${name} to be one matrix beside a sparse one`, 'a batch', 'multiply its members'),
    )
  return { value: read, vector }
}

function checkInner(A: Matrix | SparseMatrix, B: Matrix | SparseMatrix): void {
  if (A.columns !== B.rows)
    throw new ShapeError(
      sentence(routine, `B with ${A.columns} rows to match A (${A.rows}×${A.columns})`, `${B.rows}×${B.columns}`),
    )
  checkSameDtype(routine, 'A', A, 'B', B)
}

/** αAB + β·out where A or B is a SparseMatrix. */
export function* sparseProduct(A: unknown, B: unknown, product: Product): Steps<unknown> {
  const { alpha, beta, out, checkOut } = product
  const target = (rows: number, columns: number, dense: Matrix, sparse: SparseMatrix, vector: boolean): Dense =>
    out === undefined
      ? fresh(dense.dtype, rows, columns)
      : checkOut(out, [rows, columns], [dense, new Matrix(sparse.values, sparse.nonZeros, 1)], undefined, vector)
  if (A instanceof SparseMatrix && B instanceof SparseMatrix) {
    if (out !== undefined)
      throw new ArgumentError(
        sentence(routine, 'no out for a product of two sparse matrices', describe(out), 'leave it out'),
      )
    checkInner(A, B)
    return yield* bothSparse(alpha, A, B)
  }
  if (A instanceof SparseMatrix) {
    const { value: b, vector } = readOne('B', B, A)
    checkInner(A, b)
    const C = target(A.rows, b.columns, b, A, vector)
    yield* call('sparseTimesDense', alpha, A.handle, b, beta, C)
    return out ?? (vector ? C.data : C)
  }
  const sparse = B as SparseMatrix
  const { value: a } = readOne('A', A, sparse)
  checkInner(a, sparse)
  const C = target(a.rows, sparse.columns, a, sparse, false) as Matrix
  // C = AB is Cᵀ = BᵀAᵀ: rows of Bᵀ gather rows of Aᵀ, which needs no scattering.
  yield* call('sparseTimesDense', alpha, sparse.transpose.handle, a.transpose, beta, C.transpose)
  return out ?? C
}

function* bothSparse(alpha: number, A: SparseMatrix, B: SparseMatrix): Steps<SparseMatrix> {
  const rowPointers = integers(A.rows + 1)
  const like = uninitialized(A.dtype, 0)
  const [a, b] = [A.handle, B.handle]
  const nonZeros = yield* call('sparsePattern', a, b, rowPointers, like)
  if (nonZeros < 0)
    throw new ShapeError(
      sentence(routine, `a product of at most ${maximumNonZeros} entries`, 'a denser one', 'use toDense'),
    )
  const columnIndices = integers(nonZeros)
  const values = uninitialized(A.dtype, nonZeros)
  yield* call('sparseTimesSparse', alpha, a, b, rowPointers, columnIndices, values)
  return SparseMatrix.trusted(A.rows, B.columns, { rowPointers, columnIndices, values })
}
