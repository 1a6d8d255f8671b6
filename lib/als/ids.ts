import { describe, integer } from '../core/check.ts'
import { integers } from '../core/dtype.ts'
import { ArgumentError, sentence } from '../core/errors.ts'
import { isNumberArray } from '../core/from.ts'
import { maximumExtent } from '../core/matrix.ts'

/**
 * What the outside world calls a row or a column: a string or an integer. An integer and its canonical spelling (12 and
 * '12', but not '012') are the same id.
 */
export type Id = string | number

// At most 16 digits, of which `isSafeInteger` takes those that a number holds exactly.
const canonicalInteger = /^(?:0|-?[1-9]\d{0,15})$/

/** What ids are compared by: the number where an id spells one, else the string. */
function keyOf(id: Id): Id {
  if (typeof id === 'number' || !canonicalInteger.test(id)) return id
  const value = Number(id)
  return Number.isSafeInteger(value) ? value : id
}

/** Integers ascending, then strings by their code units: no order of entries or locale decides. */
function compare(left: Id, right: Id): number {
  const [a, b] = [keyOf(left), keyOf(right)]
  if (typeof a === typeof b) return a < b ? -1 : 1
  return typeof a === 'number' ? -1 : 1
}

function checkId(routine: string, name: string, id: unknown, position: number): Id {
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
 * The names of rows or of columns, each once, by position: `at` gives the id of a position, `indexOf` the position of an
 * id. Immutable.
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
  /** Absent where the ids are the integers 0 … length − 1. */
  readonly #list: readonly Id[] | undefined
  #positions: Map<Id, number> | undefined

  private constructor(length: number, list: readonly Id[] | undefined, positions?: Map<Id, number>) {
    this.length = length
    this.#list = list
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
    const positions = new Map<Id, number>()
    for (const [position, id] of list.entries()) {
      const key = keyOf(checkId(routine, 'ids', id, position))
      const first = positions.get(key)
      if (first !== undefined)
        throw new ArgumentError(
          sentence(routine, 'every id once', `${describe(id)} at positions ${first} and ${position}`),
        )
      positions.set(key, position)
    }
    return new Ids(list.length, list, positions)
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
    return this.#list === undefined ? index : (this.#list[index] as Id)
  }

  /** The position of an id, −1 where it is unknown. */
  indexOf(id: Id): number {
    const key = keyOf(id)
    if (this.#list === undefined)
      return typeof key === 'number' && Number.isInteger(key) && key >= 0 && key < this.length ? key + 0 : -1
    this.#positions ??= new Map(this.#list.map((known, position) => [keyOf(known), position]))
    return this.#positions.get(key) ?? -1
  }

  /** All ids, in order: a new array. */
  toArray(): Id[] {
    return this.#list === undefined ? Array.from({ length: this.length }, (_, i) => i) : this.#list.slice()
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

/** Gives each id that comes a code, in the order of coming, and sorts the ids when all have come. */
export class Indexer {
  readonly #codes = new Map<Id, number>()
  readonly #list: Id[] = []

  /** The code of an id. Both spellings of an integer have one code, and the first that came stays its name. */
  code(id: Id): number {
    const known = this.#codes.get(id)
    return known === undefined ? this.#add(id) : known
  }

  #add(id: Id): number {
    const key = keyOf(id)
    const known = this.#codes.get(key)
    const code = known ?? this.#list.length
    if (known === undefined) this.#list.push(id)
    this.#codes.set(key, code)
    this.#codes.set(id, code)
    return code
  }

  /** The ids, sorted, and in `codes` positions instead of codes. With `numbers`, ids that all spell integers become these. */
  finish(codes: Int32Array, numbers: boolean): Ids {
    const list = this.#list
    const order = list.map((_, code) => code).sort((a, b) => compare(list[a] as Id, list[b] as Id))
    const position = integers(list.length)
    for (const [at, code] of order.entries()) position[code] = at
    for (let k = 0; k < codes.length; k++) codes[k] = position[codes[k] as number] as number
    const asNumbers = numbers && list.every((id) => typeof keyOf(id) === 'number')
    return Ids.trusted(order.map((code) => (asNumbers ? keyOf(list[code] as Id) : (list[code] as Id))))
  }
}

/** The distinct ids of an array, sorted, and the position of each entry among them. */
export function indexIds(routine: string, name: string, source: unknown): { ids: Ids; positions: Int32Array } {
  const given = checkIdArray(routine, name, source)
  const indexer = new Indexer()
  const positions = integers(given.length)
  for (let k = 0; k < given.length; k++) positions[k] = indexer.code(checkId(routine, name, given[k], k))
  return { ids: indexer.finish(positions, false), positions }
}
