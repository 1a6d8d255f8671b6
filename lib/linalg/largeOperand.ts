/**
 * A large dense or sparse matrix as an iteration's kernels take it: read in place, turned so that it is not wide,
 * centred.
 */
import { describe } from '../core/check.ts'
import { checkSparse } from '../core/checkSparse.ts'
import { type DType, type FloatArray, uninitialized } from '../core/dtype.ts'
import { ArgumentError, sentence } from '../core/errors.ts'
import { readMatrix } from '../core/input.ts'
import { Matrix } from '../core/matrix.ts'
import { call, create, type LargeOperand, type Steps } from '../core/run.ts'
import { SparseMatrix } from '../core/sparse.ts'

/** A (m×n), the operand B of the kernels (A, or Aᵀ where A is wide), and what was found on the way. */
export interface Source {
  readonly A: Matrix | SparseMatrix
  readonly rows: number
  readonly columns: number
  readonly dtype: DType
  /** Whether B is Aᵀ. */
  readonly transposed: boolean
  readonly operand: LargeOperand
  /** The means of A's columns, where A is centred. */
  readonly means: Float64Array | undefined
  /** A power of two that brings squares of A's entries into range. */
  readonly scale: number
  /** ‖scale·A‖²_F, of the centred A. */
  readonly squares: number
}

const none = new Float64Array(0)

/** Reads A; `own` where later changes of it must not show, because more than one asynchronous kernel will read it. */
export function* openSource(routine: string, A: unknown, options: { centred: boolean; own: boolean }): Steps<Source> {
  const read = A instanceof SparseMatrix ? A : readMatrix(routine, 'A', A)
  if (read instanceof SparseMatrix) checkSparse(routine, 'A', read)
  const a = options.own && read instanceof Matrix ? copyOf(read) : read
  const { rows, columns, dtype } = a
  const transposed = rows < columns
  const like: FloatArray = uninitialized(dtype, 0)
  const centre = !options.centred ? 0 : transposed ? 2 : 1
  const own = options.own && a instanceof Matrix ? create('denseHandle', a) : undefined
  const describing = (centre: number, means: Float64Array): LargeOperand => {
    if (!(a instanceof SparseMatrix)) return [own === undefined ? 0 : 1, transposed, centre, own ?? a, like, means]
    const [B, Bt] = transposed ? [a.transpose, a] : [a, a.transpose]
    return [2, false, centre, B.handle, Bt.handle, like, means]
  }
  let operand = describing(0, none)
  let means: Float64Array | undefined
  if (centre !== 0) {
    means = new Float64Array(columns)
    yield* call('truncatedMeans', ...operand, transposed, means)
    operand = describing(centre, means)
  }
  const { scale, squares } = yield* measure(routine, operand)
  return { A: a, rows, columns, dtype, transposed, operand, means, scale, squares }
}

/** A copy that lies in memory as the original does. */
function copyOf(A: Matrix): Matrix {
  return A.rowStride < A.columnStride ? A.transpose.copy().transpose : A.copy()
}

function* measure(routine: string, operand: LargeOperand): Steps<{ scale: number; squares: number }> {
  const largest = new Float64Array(1)
  const squares = yield* call('truncatedScan', ...operand, 1, largest)
  const size = largest[0] as number
  if (Number.isNaN(size))
    throw new ArgumentError(
      `${routine}: expected A with finite entries but received NaN or Infinity; remove or replace them first`,
    )
  if (squares > 1e-200 && squares < 1e200) return { scale: 1, squares }
  if (size === 0) return { scale: 1, squares: 0 }
  const scale = 2 ** Math.max(-1000, Math.min(1000, -Math.floor(Math.log2(size))))
  const scaled = yield* call('truncatedScan', ...operand, scale, largest)
  if (!Number.isFinite(scaled))
    throw new ArgumentError(sentence(routine, 'A with entries of a common scale', describe(size)))
  return { scale, squares: scaled }
}

/**
 * The matrix itself, dense and centred, for a decomposition of the whole. A dense A that needs no centring is itself.
 */
export function densified({ A, means }: Source): Matrix {
  const dense = A instanceof SparseMatrix ? A.toDense() : A
  if (means === undefined) return dense
  const centred = dense === A ? dense.copy() : dense
  const { data, rows, columns } = centred
  for (let i = 0, at = 0; i < rows; i++)
    for (let j = 0; j < columns; j++, at++) data[at] = (data[at] as number) - (means[j] as number)
  return centred
}
