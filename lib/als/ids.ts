import { describe, integer } from '../core/check.ts'
import { integers } from '../core/dtype.ts'
import { ArgumentError, sentence } from '../core/errors.ts'
import { isNumberArray } from '../core/from.ts'
import { maximumExtent } from '../core/matrix.ts'
import { IdTable, keyOf } from './idTable.ts'

/**
 * What the outside world calls a row or a column: a string or an integer. An integer and its canonical spelling (12 and
 * '12', but not '012') are the same id.
 */
export type Id = string | number

/** The id at a position of an array. */
export function checkId(routine: string, name: string, id: unknown, position: number): Id {
  if (typeof id === 'string' || Number.isSafeInteger(id)) return id as Id
  const expected = `${name} to hold ids, which are strings or integers`
  throw new ArgumentError(sentence(routine, expected, `${describe(id)} at position ${position}`))
}

/** An array of ids: any array-like that numbers or strings come from. */
export function checkIdArray(routine: string, name: string, source: unknown): ArrayLike<Id> {
  if (Array.isArray(source) || isNumberArray(source)) return source
  throw new ArgumentError(
    sentence(routine, `${name} to be an array of ids, which are strings or integers`, describe(source)),
  )
}

/**
 * The names of rows or of columns, each once, by position: `at` gives the id of a position, `indexOf` the position of
 * an id. Immutable.
 *
 * @example
 * ```ts
 * import { Ids } from 'lowrank/als'
 * const ids = Ids.from(['ann', 'bob', 12])
 * console.log(ids.at(1), ids.indexOf('12'), ids.indexOf('cid')) // bob 2 -1
 * ```
 */
export class Ids {
  /** The number of ids. */
  readonly length: number
  /** Absent where the ids are the integers from `first` on. */
  readonly #list: readonly Id[] | undefined
  readonly #first: number
  #positions: IdTable | undefined

  private constructor(length: number, list: readonly Id[] | undefined, positions?: IdTable, first = 0) {
    this.length = length
    this.#list = list
    this.#first = first
    this.#positions = positions
  }

  /**
   * Ids in the given order, or for a number the integers from 0 to it, itself left out.
   *
   * @throws {ArgumentError} where an id is neither string nor integer, or is given twice
   */
  static from(source: number | ArrayLike<Id> | Ids): Ids {
    const routine = 'Ids.from'
    if (source instanceof Ids) return source
    if (typeof source === 'number') return new Ids(integer(routine, 'count', source, 0, maximumExtent), undefined)
    const list = Array.from(checkIdArray(routine, 'ids', source))
    const positions = new IdTable()
    for (const [position, id] of list.entries()) {
      const key = keyOf(checkId(routine, 'ids', id, position))
      const first = positions.get(key)
      if (first >= 0)
        throw new ArgumentError(
          sentence(routine, 'every id once', `${describe(id)} at positions ${first} and ${position}`),
        )
      positions.add(key, position)
    }
    return new Ids(list.length, list, positions)
  }

  /** @internal The integers from `first` on, without a list of them: a file may claim any number. */
  static counted(length: number, first: number): Ids {
    return new Ids(length, undefined, undefined, first)
  }

  /** @internal Ids that are known to be right, each once. The list is kept. */
  static trusted(list: readonly Id[]): Ids {
    return new Ids(list.length, list.every((id, position) => id === position) ? undefined : list)
  }

  /**
   * The id of a position, counted from 0.
   *
   * @throws {ArgumentError} where there is no such position
   */
  at(index: number): Id {
    integer('Ids.at', 'index', index, 0, this.length - 1)
    return this.#list === undefined ? this.#first + index : (this.#list[index] as Id)
  }

  /** The position of an id, −1 where it is unknown. */
  indexOf(id: Id): number {
    if (typeof id !== 'string' && typeof id !== 'number') return -1
    const key = keyOf(id)
    if (this.#list === undefined) {
      const position = typeof key === 'number' ? key - this.#first : -1
      return Number.isInteger(position) && position >= 0 && position < this.length ? position + 0 : -1
    }
    if (this.#positions === undefined) {
      this.#positions = new IdTable()
      for (const [position, known] of this.#list.entries()) this.#positions.add(keyOf(known), position)
    }
    return this.#positions.get(key)
  }

  /** All ids, in order: a new array. */
  toArray(): Id[] {
    return this.#list === undefined
      ? Array.from({ length: this.length }, (_, i) => this.#first + i)
      : this.#list.slice()
  }

  /** @internal For each position here the position of the same id in `other`, −1 where that has none. */
  positionsIn(other: Ids): Int32Array {
    const positions = integers(this.length)
    for (let i = 0; i < this.length; i++) positions[i] = this === other ? i : other.indexOf(this.at(i))
    return positions
  }

  /** How `console.log` shows ids. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    const first = Array.from({ length: Math.min(3, this.length) }, (_, i) => describe(this.at(i)))
    return `Ids(${this.length}) [${first.join(', ')}${this.length > 3 ? ', …' : ''}]`
  }
}
