import { describe, nearest, oneOf } from '../core/check.ts'
import { ArgumentError, type FormatError, sentence } from '../core/errors.ts'
import { misread } from '../io/text.ts'
import type { ReadRatingsOptions } from './readRatings.ts'

const routine = 'readRatings'

/** Where a row of the file has what is wanted; −1 for no value. */
export interface Places {
  readonly row: number
  readonly column: number
  readonly value: number
}

/** The columns that a caller asks for. */
export type Wanted = Pick<ReadRatingsOptions, 'row' | 'column' | 'value' | 'header'>

/** The fields of a line. */
export interface Row {
  readonly fields: readonly string[]
  readonly line: number
}

function checkColumn(name: string, column: unknown): void {
  if (column === undefined || (typeof column === 'string' && column !== '')) return
  if (Number.isSafeInteger(column) && (column as number) >= 0) return
  throw new ArgumentError(sentence(routine, `${name} to be a header or a position from 0`, describe(column)))
}

/** Checks what does not depend on the file. */
export function checkWanted({ row, column, value, header }: Wanted): void {
  checkColumn('row', row)
  checkColumn('column', column)
  if (value !== false) checkColumn('value', value)
  if (header !== undefined) oneOf(routine, 'header', header, [true, false, 'auto'])
  const named = [row, column, value].find((name) => typeof name === 'string')
  if (named !== undefined && header === false)
    throw new ArgumentError(
      sentence(routine, 'columns by position where header is false', describe(named), 'positions count from 0'),
    )
}

/** Finds the columns by the first row that holds data or names. */
export function placesOf(file: string, wanted: Wanted, names: readonly string[] | undefined, first: Row): Places {
  const width = first.fields.length
  const fail = (expected: string, received: string, remedy: string): FormatError =>
    misread(routine, file, { line: first.line }, [expected, received, remedy])
  const find = (column: string | number): number => {
    const place = typeof column === 'number' ? column : (names?.indexOf(column) ?? -1)
    if (typeof column === 'string' && place < 0) {
      const meant = nearest(column, names ?? [])
      const remedy = meant === undefined ? 'name one of these' : `did you mean '${meant}'?`
      throw fail(`a column '${column}'`, (names ?? []).map((name) => `'${name}'`).join(', '), remedy)
    }
    if (place >= width)
      throw fail(`a column at position ${place}`, `${width} fields`, 'name the delimiter, or another column')
    return place
  }
  const taken = new Set<number>()
  const take = (place: number): number => {
    if (taken.has(place))
      throw new ArgumentError(sentence(routine, 'three different columns', `position ${place} twice`))
    taken.add(place)
    return place
  }
  const takeWanted = (column: string | number | undefined) => (column === undefined ? undefined : take(find(column)))
  const free = (refused: (name: string) => boolean) =>
    first.fields.findIndex((_, place) => !taken.has(place) && !refused(names?.[place] ?? ''))
  const takeFree = () => {
    const place = free(() => false)
    if (place < 0) throw fail('a column of row ids and one of column ids', `${width} fields`, 'name the delimiter')
    return take(place)
  }

  const row = takeWanted(wanted.row)
  const column = takeWanted(wanted.column)
  let value = wanted.value === false ? -1 : takeWanted(wanted.value)
  if (value === undefined) {
    const named = free((name) => !/rating$|^value$/i.test(name))
    if (named >= 0) value = take(named)
  }
  const places = { row: row ?? takeFree(), column: column ?? takeFree() }
  return { ...places, value: value ?? free((name) => /time|date/i.test(name)) }
}
