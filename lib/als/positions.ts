/** Positions of the outside world's ids. */
import { describe } from '../core/check.ts'
import { integers } from '../core/dtype.ts'
import { ArgumentError, sentence } from '../core/errors.ts'
import { checkIdArray, type Id, type Ids } from './ids.ts'

/** Whether a value is one id, and not an array of them. */
export function isId(value: unknown): value is Id {
  return typeof value === 'string' || typeof value === 'number'
}

function checkId(routine: string, name: string, id: unknown): Id {
  if (typeof id === 'string' || Number.isSafeInteger(id)) return id as Id
  throw new ArgumentError(sentence(routine, `${name} to be ids, which are strings or integers`, describe(id)))
}

/** The position of an id, −1 where it is unknown. */
export function positionOf(routine: string, name: string, id: unknown, ids: Ids): number {
  return ids.indexOf(checkId(routine, name, id))
}

/** The position of an id that has to be known. */
export function knownPosition(routine: string, name: string, id: unknown, ids: Ids): number {
  const position = positionOf(routine, name, id, ids)
  if (position >= 0) return position
  throw new ArgumentError(
    sentence(routine, `${name} among the ids that the model was trained on`, `${describe(id)}, an unknown id`),
  )
}

/** The positions of an array of ids that have to be known. */
export function knownPositions(routine: string, name: string, source: unknown, ids: Ids): Int32Array {
  const given = checkIdArray(routine, name, source)
  const positions = integers(given.length)
  for (let k = 0; k < positions.length; k++) positions[k] = knownPosition(routine, name, given[k], ids)
  return positions
}
