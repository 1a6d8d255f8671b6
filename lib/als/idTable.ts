/** Ids as keys: either spelling of an integer is the same one. */
import { grown, integers } from '../core/dtype.ts'
import { ArgumentError, sentence } from '../core/errors.ts'
import type { Id } from './ids.ts'

/**
 * The integer that a string spells canonically, NaN where it spells none. By hand: half of the time of a pattern, a
 * million times.
 */
function integerOf(text: string): number {
  const negative = text.charCodeAt(0) === 45
  const start = negative ? 1 : 0
  const digits = text.length - start
  if (digits < 1 || digits > 16 || (text.charCodeAt(start) === 48 && text.length > 1)) return NaN
  let value = 0
  for (let i = start; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 48
    if (!(digit >= 0 && digit <= 9)) return NaN
    value = 10 * value + digit
  }
  if (value > Number.MAX_SAFE_INTEGER) return NaN
  return negative ? -value : value
}

/** What ids are compared by: the number where an id spells one, else the string. */
export function keyOf(id: Id): Id {
  if (typeof id === 'number') return id
  const value = integerOf(id)
  return Number.isNaN(value) ? id : value
}

// What a Map holds.
const mostKeys = 2 ** 24

/**
 * Positions by the keys of ids: small integers in an array, which takes a tenth of the time of a map, others in a map.
 */
export class IdTable {
  /** Positions + 1. */
  #small = integers(1024)
  readonly #others = new Map<Id, number>()
  #count = 0

  /** −1 where there is none. */
  get(key: Id): number {
    const small = typeof key === 'number' ? (this.#small[key] ?? 0) : 0
    if (small > 0) return small - 1
    return this.#others.size === 0 ? -1 : (this.#others.get(key) ?? -1)
  }

  /** Adds a key that is not there yet. */
  add(key: Id, position: number): void {
    this.#count++
    // The array is never much longer than there are keys.
    if (typeof key === 'number' && key >= 0 && key < 1024 + 16 * this.#count) {
      this.#small = grown(this.#small, key + 1)
      this.#small[key] = position + 1
      return
    }
    if (this.#others.size === mostKeys)
      throw new ArgumentError(
        sentence('Ids', `at most ${mostKeys} ids other than small integers`, 'more', 'number them'),
      )
    this.#others.set(key, position)
  }
}
