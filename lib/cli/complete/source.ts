/** The file of ratings, and what was read from it. */
import type { Ratings, ReadRatingsOptions } from '../../als/index.ts'
import { readRatingsFile } from '../../als/readRatings.ts'
import { formatCount, formatShape, formatShare } from '../format.ts'

export interface Source {
  readonly path: string
  readonly ratings: Ratings
  /** What the file calls rows, columns and values, where it has columns; no value where each rating is 1. */
  readonly columns: { readonly row: string; readonly column: string; readonly value: string | undefined } | undefined
  /** The least and the largest rating. */
  readonly range: readonly [number, number]
}

function rangeOf(values: ArrayLike<number>): [number, number] {
  let [least, largest] = [Infinity, -Infinity]
  for (let k = 0; k < values.length; k++) {
    least = Math.min(least, values[k] as number)
    largest = Math.max(largest, values[k] as number)
  }
  return [least, largest]
}

/** Reads ratings. */
export async function readSource(path: string, options: ReadRatingsOptions): Promise<Source> {
  const { ratings, columns } = await readRatingsFile(path, options)
  const nameOf = (place: number) => columns?.names?.[place] ?? `column ${place + 1}`
  const named = columns && {
    row: nameOf(columns.row),
    column: nameOf(columns.column),
    value: columns.value < 0 ? undefined : nameOf(columns.value),
  }
  return { path, ratings, columns: named, range: rangeOf(ratings.matrix.values) }
}

/** The part of all entries that is known. */
export function densityOf({ rows, columns, count }: Ratings): number {
  return count === 0 ? 0 : count / (rows * columns)
}

/** The least and the largest rating, as short as they are. */
export function rangeText({ range: [least, largest] }: Source): string {
  const [low, high] = [least, largest].map((value) => String(Number(value.toPrecision(6))))
  return low === high ? `all ${low}` : `from ${low} to ${high}`
}

/** A line on what was read, and one on where from. */
export function describeSource(source: Source): string {
  const { path, ratings, columns } = source
  const known = `${formatCount(ratings.count)} ratings ${rangeText(source)}, ${formatShare(densityOf(ratings))} of all`
  const line = `${path}: ${formatShape(ratings.rows, ratings.columns)}, ${known}`
  if (columns === undefined) return line
  const { row, column, value } = columns
  return `${line}\nrows: ${row}, columns: ${column}, ratings: ${value ?? 'none, each is 1'}`
}
