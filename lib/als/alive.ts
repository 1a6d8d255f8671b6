import { describe } from '../core/check.ts'
import type { FloatArray } from '../core/dtype.ts'
import { ArgumentError, sentence } from '../core/errors.ts'
import { checkAlive } from '../core/input.ts'
import type { ModelParts } from './model.ts'
import type { Ratings } from './ratings.ts'

function checkBias(routine: string, name: string, bias: FloatArray | undefined, length: number): void {
  if (bias === undefined || bias.length === length) return
  const expected = `${name} of the model with the ${length} numbers that it was made with`
  throw new ArgumentError(sentence(routine, expected, describe(bias), 'its buffer was detached or shrunk'))
}

/** Refuses ratings whose arrays were detached or shrunk since they were made; what is in them is not looked at. */
export function checkRatingsAlive(routine: string, { matrix }: Ratings): void {
  const { rows, rowPointers, columnIndices, values } = matrix
  const count = rowPointers[rows]
  if (count === values.length && count === columnIndices.length) return
  const expected = 'ratings with the arrays that they were made with'
  const received = `rowPointers, columnIndices and values of ${rowPointers.length}, ${columnIndices.length} and ${values.length} numbers`
  throw new ArgumentError(sentence(routine, expected, received, 'a buffer was detached, shrunk or tampered with'))
}

/** Refuses a model whose arrays were detached, shrunk or tampered with since it was made. */
export function checkModelAlive(
  routine: string,
  { W, Z, rowBias, columnBias, ratings }: Pick<ModelParts, 'W' | 'Z' | 'rowBias' | 'columnBias' | 'ratings'>,
): void {
  checkAlive(routine, 'W of the model', W)
  checkAlive(routine, 'Z of the model', Z)
  checkBias(routine, 'rowBias', rowBias, W.rows)
  checkBias(routine, 'columnBias', columnBias, Z.columns)
  checkRatingsAlive(routine, ratings)
}
