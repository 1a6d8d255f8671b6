/** From what a user passes to a fit: ratings, a start, and ratings to validate by. */
import { checkOptions, describe, finite } from '../core/check.ts'
import { type DType, type FloatArray, integers, uninitialized, zeros } from '../core/dtype.ts'
import { ArgumentError, ShapeError, sentence } from '../core/errors.ts'
import { readMatrix } from '../core/input.ts'
import { Matrix, type MatrixLike } from '../core/matrix.ts'
import { normals } from '../core/random.ts'
import { SparseMatrix } from '../core/sparse.ts'
import { checkRatingsAlive } from './alive.ts'
import { Ratings } from './ratings.ts'
import { split } from './split.ts'

/** What ratings may be given as: with ids, sparse, or dense with NaN where nothing is known. */
export type RatingsLike<T extends FloatArray = FloatArray> = Ratings<T> | SparseMatrix<T> | MatrixLike<T>

/** Where a fit begins. */
export interface InitialFactors {
  /** m×k */
  readonly W: MatrixLike
  /** k×n; solved for first, so that only iterative solvers look at it. */
  readonly Z?: MatrixLike | undefined
}

/** Ratings with at least one entry, in the precision that is asked for. */
export function readTraining(routine: string, value: unknown, dtype: DType | undefined): Ratings {
  const given =
    value instanceof Ratings
      ? value
      : value instanceof SparseMatrix
        ? new Ratings(value)
        : Ratings.fromDense(readMatrix(routine, 'ratings', value))
  checkRatingsAlive(routine, given)
  if (given.count === 0)
    throw new ArgumentError(sentence(routine, 'at least one rating', `${given.rows}×${given.columns} without any`))
  return (dtype === undefined ? given : given.toType(dtype)) as Ratings
}

/** Entries of `other` by the positions that ids have in `ratings`; pairs that it does not know are left out. */
function aligned(other: Ratings, { rowIds, columnIds, dtype }: Ratings): SparseMatrix {
  const rowOf = Int32Array.from({ length: other.rows }, (_, i) => rowIds.indexOf(other.rowIds.at(i)))
  const columnOf = Int32Array.from({ length: other.columns }, (_, j) => columnIds.indexOf(other.columnIds.at(j)))
  const { rowPointers, columnIndices, values } = other.matrix
  const [row, column, value] = [integers(other.count), integers(other.count), zeros(dtype, other.count)]
  let count = 0
  for (let i = 0, e = 0; i < other.rows; i++)
    for (const end = rowPointers[i + 1] as number; e < end; e++) {
      row[count] = rowOf[i] as number
      column[count] = columnOf[columnIndices[e] as number] as number
      value[count] = values[e] as number
      if ((row[count] as number) >= 0 && (column[count] as number) >= 0) count++
    }
  const known = { row: row.subarray(0, count), column: column.subarray(0, count), value: value.subarray(0, count) }
  return SparseMatrix.fromTriplets(rowIds.length, columnIds.length, known)
}

/** Ratings to train on, and those to validate by in their shape: a fraction of them, or others. */
export function readValidation(
  routine: string,
  ratings: Ratings,
  validation: number | Ratings | undefined,
  seed: number,
): { train: Ratings; validation: SparseMatrix | undefined } {
  if (validation === undefined) return { train: ratings, validation }
  if (validation instanceof Ratings) {
    checkRatingsAlive(routine, validation)
    const matrix = aligned(validation, ratings)
    if (matrix.nonZeros > 0) return { train: ratings, validation: matrix }
    throw new ArgumentError(
      sentence(
        routine,
        'validation with pairs of ids that the ratings know',
        `${validation.count} ratings, none of them`,
      ),
    )
  }
  if (typeof validation !== 'number')
    throw new ArgumentError(sentence(routine, 'validation to be a fraction or Ratings', describe(validation)))
  finite(routine, 'validation', validation, { least: 0, exclusive: true, most: 0.9 })
  const held = Math.round(validation * ratings.count)
  if (held > 0 && held < ratings.count) {
    const parts = split(ratings, { validation, test: 0, seed })
    return { train: parts.train, validation: parts.validation.matrix }
  }
  throw new ArgumentError(
    sentence(routine, `enough ratings for a validation fraction of ${validation}`, `${ratings.count}`),
  )
}

function readFactor(routine: string, name: string, value: MatrixLike, dtype: DType, shape: [number, number]): Matrix {
  const X = readMatrix(routine, name, value, dtype)
  if (X.rows !== shape[0] || X.columns !== shape[1])
    throw new ShapeError(sentence(routine, `${name} of ${shape[0]}×${shape[1]}`, `${X.rows}×${X.columns}`))
  if (X.dtype !== dtype)
    throw new ArgumentError(
      sentence(routine, `${name} in ${dtype} like the ratings`, X.dtype, `convert it with toType('${dtype}')`),
    )
  // A copy: where the fit is asynchronous, later changes must not show.
  const copy = X.copy()
  if (copy.data.every(Number.isFinite)) return copy
  throw new ArgumentError(sentence(routine, `${name} with finite entries`, 'NaN or Infinity'))
}

/** W and Zᵀ to begin with, as given. */
export function readInitial(
  routine: string,
  initial: InitialFactors,
  { rows, columns, dtype }: Ratings,
  { rank, nonnegative }: { readonly rank: number; readonly nonnegative: boolean },
): { W: Matrix; Zt: Matrix | undefined } {
  const { W, Z } = checkOptions(`${routine}, initial`, initial, ['W', 'Z'])
  const start = {
    W: readFactor(routine, 'initial.W', W, dtype, [rows, rank]),
    Zt: Z === undefined ? undefined : readFactor(routine, 'initial.Z', Z, dtype, [rank, columns]).transpose,
  }
  if (nonnegative && [start.W, start.Zt].some((X) => X?.data.some((value) => value < 0)))
    throw new ArgumentError(sentence(routine, 'initial factors that are not negative', 'negative entries'))
  return start
}

/** A random W (m×k): normal numbers of this deviation, without their signs where negative ones are not allowed. */
export function randomStart(
  { rows, dtype }: Ratings,
  { rank, nonnegative, seed }: { readonly rank: number; readonly nonnegative: boolean; readonly seed: number },
  deviation: number,
): Matrix {
  const data = uninitialized(dtype, rows * rank)
  const normal = normals(seed)
  for (let e = 0; e < data.length; e++) {
    const value = deviation * normal()
    data[e] = nonnegative ? Math.abs(value) : value
  }
  return new Matrix(data, rows, rank)
}
