/** From ids as they come to ids sorted, each once, and positions among them. */
import { integers } from '../core/dtype.ts'
import { checkId, checkIdArray, type Id, Ids } from './ids.ts'
import { IdTable, keyOf } from './idTable.ts'

/** Integers ascending, then strings by their code units: no order of entries or locale decides. */
function compare(left: Id, right: Id): number {
  const [a, b] = [keyOf(left), keyOf(right)]
  if (typeof a === typeof b) return a < b ? -1 : 1
  return typeof a === 'number' ? -1 : 1
}

/** Gives each id that comes a code, in the order of coming, and sorts the ids when all have come. */
export class Indexer {
  readonly #codes = new IdTable()
  readonly #list: Id[] = []

  /** The code of an id. Both spellings of an integer have one code, and the first that came stays its name. */
  code(id: Id): number {
    const key = keyOf(id)
    const known = this.#codes.get(key)
    if (known >= 0) return known
    this.#codes.add(key, this.#list.length)
    return this.#list.push(id) - 1
  }

  /**
   * The ids, sorted, and in `codes` positions instead of codes. With `numbers`, ids that all spell integers become
   * these.
   */
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
