import { describe } from '../core/check.ts'
import { checkSparse } from '../core/checkSparse.ts'
import type { FloatArray } from '../core/dtype.ts'
import { ArgumentError, sentence } from '../core/errors.ts'
import { checkAlive } from '../core/input.ts'
import type { ModelParts } from './model.ts'
import type { Ratings } from './ratings.ts'

const noRows = new Int32Array(0)

function checkBias(routine: string, name: string, bias: FloatArray | undefined, length: number): void {
  if (bias === undefined || bias.length === length) return
  const expected = `${name} of the model with the ${length} numbers that it was made with`
  throw new ArgumentError(sentence(routine, expected, describe(bias), 'its buffer was detached or shrunk'))
}

/** Refuses what is no rating. */
export function checkFinite(routine: string, values: FloatArray): void {
  for (let k = 0; k < values.length; k++)
    if (!Number.isFinite(values[k]))
      throw new ArgumentError(
        sentence(routine, 'finite ratings', `${values[k]} at position ${k}`, 'leave out what is not known'),
      )
}

/** Refuses ratings whose arrays were detached, shrunk or changed since they were made. */
export function checkRatingsAlive(routine: string, { matrix }: Ratings): void {
  checkSparse(routine, 'ratings', matrix)
  checkFinite(routine, matrix.values)
}

/**
 * Refuses a model whose arrays were detached, shrunk or tampered with since it was made. What is in its ratings is for
 * those to check who read them.
 */
export function checkModelAlive(
  routine: string,
  { W, Z, rowBias, columnBias, ratings }: Pick<ModelParts, 'W' | 'Z' | 'rowBias' | 'columnBias' | 'ratings'>,
): void {
  checkAlive(routine, 'W of the model', W)
  checkAlive(routine, 'Z of the model', Z)
  checkBias(routine, 'rowBias', rowBias, W.rows)
  checkBias(routine, 'columnBias', columnBias, Z.columns)
  checkSparse(routine, 'ratings', ratings.matrix, noRows)
}
