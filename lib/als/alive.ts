import { describe } from '../core/check.ts'
import type { FloatArray } from '../core/dtype.ts'
import { ArgumentError, sentence } from '../core/errors.ts'
import { checkAlive } from '../core/input.ts'
import type { ModelParts } from './model.ts'

function checkBias(routine: string, name: string, bias: FloatArray | undefined, length: number): void {
  if (bias === undefined || bias.length === length) return
  const expected = `${name} of the model with the ${length} numbers that it was made with`
  throw new ArgumentError(sentence(routine, expected, describe(bias), 'its buffer was detached or shrunk'))
}

/** Refuses a model whose arrays were detached, shrunk or tampered with since it was made. */
export function checkModelAlive(
  routine: string,
  { W, Z, rowBias, columnBias }: Pick<ModelParts, 'W' | 'Z' | 'rowBias' | 'columnBias'>,
): void {
  checkAlive(routine, 'W of the model', W)
  checkAlive(routine, 'Z of the model', Z)
  checkBias(routine, 'rowBias', rowBias, W.rows)
  checkBias(routine, 'columnBias', columnBias, Z.columns)
}
