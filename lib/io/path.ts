import { describe } from '../core/check.ts'
import { ArgumentError, sentence } from '../core/errors.ts'

export function checkPath(routine: string, path: unknown): string {
  if (typeof path === 'string' && path !== '') return path
  throw new ArgumentError(sentence(routine, 'path to be the name of a file', describe(path)))
}
