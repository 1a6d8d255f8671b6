/** What the element-wise functions of two operands share. */
import type { FloatArray } from './dtype.ts'
import { ShapeError, sentence } from './errors.ts'
import { readMatrices, shapeOf } from './input.ts'
import type { Matrix } from './matrix.ts'
import { fresh } from './result.ts'
import { runKernel } from './run.ts'

const operations = { add: 0, subtract: 1, hadamard: 2 } as const

/** Two matrices of one shape and dtype, entry by entry; two vectors give a vector. */
export function elementwise(routine: keyof typeof operations, A: unknown, B: unknown): Matrix | FloatArray {
  const [{ value: a, vector }, { value: b, vector: vectors }] = readMatrices(routine, A, B)
  if (a.rows !== b.rows || a.columns !== b.columns)
    throw new ShapeError(sentence(routine, `B of ${shapeOf(a)} to match A`, shapeOf(b)))
  const result = fresh(a.dtype, a.rows, a.columns)
  runKernel(routine, 'elementwise', [operations[routine], a, b, result], undefined)
  return vector && vectors ? result.data : result
}
