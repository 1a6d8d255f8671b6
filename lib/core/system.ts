/** The operands and results of A X = B, however it is solved. */
import type { MatrixBatch } from './batch.ts'
import { checkSize } from './check.ts'
import type { FloatArray } from './dtype.ts'
import { ShapeError, sentence } from './errors.ts'
import type { NDArrayLike } from './from.ts'
import { countOf, type Dense, readPair, shapeOf } from './input.ts'
import type { Matrix, MatrixLike } from './matrix.ts'

/** One matrix in any form that is accepted, or a batch of them. */
export type MatricesLike = MatrixLike | MatrixBatch

/** A vector: it comes back as one. */
export type VectorLike = FloatArray | readonly number[]

/** The typed array of an operand; plain numbers have none. */
export type ArrayIn<M> = M extends Matrix<infer T> | MatrixBatch<infer T> ? T : M extends FloatArray ? M : never

/** The typed array of a result: that of the first operand which has one, else float64. */
export type ArrayOfOperands<A, B> = [ArrayIn<A>] extends [never]
  ? [ArrayIn<B>] extends [never]
    ? Float64Array
    : ArrayIn<B>
  : ArrayIn<A>

/**
 * X of A X = B: a batch where A or B is one (for a vector B: a matrix with a row for each member), a vector where B is
 * one, else a matrix.
 */
export type Solution<A, B, T extends FloatArray = ArrayOfOperands<A, B>> = A extends MatrixBatch
  ? B extends VectorLike
    ? Matrix<T>
    : MatrixBatch<T>
  : B extends MatrixBatch
    ? MatrixBatch<T>
    : B extends VectorLike
      ? T
      : B extends Matrix
        ? Matrix<T>
        : B extends NDArrayLike
          ? Matrix<T> | MatrixBatch<T> | T
          : Matrix<T>

/** What has one form for a matrix and another for a batch. */
export type PerCall<A, B, Single, Batch> = A extends MatrixBatch ? Batch : B extends MatrixBatch ? Batch : Single

interface System {
  readonly a: Dense
  readonly b: Dense
  /** B came as a vector. */
  readonly vector: boolean
  /** The members of the call; undefined where neither operand is a batch. */
  readonly count: number | undefined
}

/** Reads A and B of one dtype, B with a row for each of A's. */
export function readSystem(routine: string, nameA: string, A: unknown, B: unknown): System {
  const [{ value: a }, { value: b, vector }] = readPair(routine, nameA, A, 'B', B)
  if (a.rows !== b.rows)
    throw new ShapeError(sentence(routine, `B with ${a.rows} rows to match ${nameA} (${shapeOf(a)})`, shapeOf(b)))
  checkSize(routine, nameA, a.rows, a.columns)
  checkSize(routine, 'B', b.rows, b.columns)
  checkSize(routine, 'X', a.columns, b.columns)
  return { a, b, vector, count: countOf(routine, nameA, a, 'B', b) }
}
