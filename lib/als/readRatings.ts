import { checkOptions, describe, oneOf } from '../core/check.ts'
import { type ArrayOf, type DType, dtypes, grown, integers, zeros } from '../core/dtype.ts'
import { ArgumentError, sentence } from '../core/errors.ts'
import { SparseMatrix } from '../core/sparse.ts'
import { compress, type Duplicates } from '../core/triplets.ts'
import { parseNumber } from '../io/csv.ts'
import { isMatrixMarket, readMatrixMarket } from '../io/matrixMarket.ts'
import { checkPath } from '../io/path.ts'
import { checkDelimiter, readRows } from '../io/table.ts'
import { misread } from '../io/text.ts'
import { Ids } from './ids.ts'
import { Indexer } from './indexer.ts'
import { checkWanted, type Places, placesOf, type Row, type Wanted } from './ratingColumns.ts'
import { Ratings } from './ratings.ts'

const routine = 'readRatings'

/** Options of {@link readRatings}. A column is named by its header, or by its position from 0. */
export interface ReadRatingsOptions<D extends DType = DType> {
  /** The column with the ids of rows, of users say. @default the first that is not asked for otherwise */
  readonly row?: string | number | undefined
  /** The column with the ids of columns, of items say. @default the first that is not asked for otherwise */
  readonly column?: string | number | undefined
  /**
   * The column with the ratings; false for none, where each rating is 1.
   *
   * @default the one whose header is 'value' or ends with 'rating', else the first that is left and no time; false
   * where none is left
   */
  readonly value?: string | number | false | undefined
  /** What separates fields. @default comma, semicolon, tab, bar, two colons or space, whichever fits the first lines */
  readonly delimiter?: string | undefined
  /**
   * Whether the first row holds names; 'auto': where a column is asked for by name, or a field of the first row is no
   * number and the one below it is.
   *
   * @default 'auto'
   */
  readonly header?: boolean | 'auto' | undefined
  /** What becomes of pairs given more than once: refused, summed, or the last one kept. @default 'error' */
  readonly duplicates?: 'error' | 'sum' | 'last' | undefined
  /** @default 'float64' */
  readonly dtype?: D | undefined
}

/** What was read, and from which columns of the file where it has some. */
interface RatingsFile {
  readonly ratings: Ratings
  readonly columns?: (Places & { readonly names: readonly string[] | undefined }) | undefined
}

/** Collects rows into growing arrays: a file's length is not known before its end. */
class Collector {
  readonly #file: string
  readonly #wanted: Wanted
  #held: Row | undefined
  #places: Places | undefined
  #names: readonly string[] | undefined
  #width = 0
  #count = 0
  #row = integers(1024)
  #column = integers(1024)
  #value = zeros('float64', 1024)
  #lines = integers(1024)
  readonly #rowIds = new Indexer()
  readonly #columnIds = new Indexer()

  constructor(file: string, wanted: Wanted) {
    this.#file = file
    this.#wanted = wanted
  }

  #fail(expected: string, received: string, remedy: string, line: number, column?: number): never {
    throw misread(routine, this.#file, { line, column }, [expected, received, remedy])
  }

  add(fields: readonly string[], line: number): void {
    if (this.#places !== undefined) this.#collect(this.#places, fields, line)
    else if (this.#held === undefined) this.#held = { fields, line }
    else this.#collect(this.#begin(this.#held, fields), fields, line)
  }

  #hasHeader(first: readonly string[], second: readonly string[] | undefined): boolean {
    const { row, column, value, header = 'auto' } = this.#wanted
    if (header !== 'auto') return header
    if ([row, column, value].some((name) => typeof name === 'string')) return true
    const isWord = (field: string | undefined) => parseNumber(field ?? '') === undefined
    return second === undefined ? first.every(isWord) : first.some((field, j) => isWord(field) && !isWord(second[j]))
  }

  /** Reads the first row, when the second has shown what it is. */
  #begin(first: Row, second: readonly string[] | undefined): Places {
    const header = this.#hasHeader(first.fields, second)
    const names = header ? first.fields.map((name) => name.trim()) : undefined
    const places = placesOf(this.#file, this.#wanted, names, first)
    this.#places = places
    this.#names = names
    this.#width = first.fields.length
    if (!header) this.#collect(places, first.fields, first.line)
    return places
  }

  #collect({ row, column, value }: Places, fields: readonly string[], line: number): void {
    if (fields.length !== this.#width)
      this.#fail(
        `${this.#width} fields like in the first row`,
        `${fields.length}`,
        'complete the row, or name the delimiter',
        line,
      )
    const at = this.#count++
    if (this.#count > this.#row.length) {
      this.#row = grown(this.#row, this.#count)
      this.#column = grown(this.#column, this.#count)
      this.#value = grown(this.#value, this.#count)
      this.#lines = grown(this.#lines, this.#count)
    }
    this.#row[at] = this.#rowIds.code(this.#id(fields, row, line))
    this.#column[at] = this.#columnIds.code(this.#id(fields, column, line))
    this.#value[at] = value < 0 ? 1 : this.#rating(fields, value, line)
    this.#lines[at] = line
  }

  #id(fields: readonly string[], place: number, line: number): string {
    const id = (fields[place] as string).trim()
    return id === '' ? this.#fail('an id', 'an empty field', 'complete the row', line, place + 1) : id
  }

  #rating(fields: readonly string[], place: number, line: number): number {
    const field = fields[place] as string
    const rating = parseNumber(field)
    if (rating !== undefined && Number.isFinite(rating)) return rating
    const received = field.trim() === '' ? 'an empty field' : describe(field)
    const remedy = 'correct the entry, say header: true where the first row holds names, or name the value column'
    return this.#fail('a finite number', received, remedy, line, place + 1)
  }

  finish(duplicates: Duplicates, dtype: DType): RatingsFile {
    if (this.#held === undefined) this.#fail('at least one rating', 'an empty file', 'write a rating a line', 1)
    const places = this.#places ?? this.#begin(this.#held, undefined)
    if (this.#count === 0)
      this.#fail(
        'at least one rating',
        'only a header',
        'say header: false where the first row is one',
        this.#held.line,
      )
    const row = this.#row.slice(0, this.#count)
    const column = this.#column.slice(0, this.#count)
    const rowIds = this.#rowIds.finish(row, true)
    const columnIds = this.#columnIds.finish(column, true)
    const value = this.#value.slice(0, this.#count)
    const entries = { row, column, value, line: this.#lines }
    const ratings = assemble(this.#file, entries, { rowIds, columnIds, duplicates, dtype })
    return { ratings, columns: { ...places, names: this.#names } }
  }
}

interface Entries {
  readonly row: Int32Array
  readonly column: Int32Array
  readonly value: Float64Array
  readonly line: Int32Array
}

interface Meaning {
  readonly rowIds: Ids
  readonly columnIds: Ids
  readonly duplicates: Duplicates
  readonly dtype: DType
}

/** Ratings of entries whose positions are right; a pair that comes twice is found here. */
function assemble(file: string, { row, column, value, line }: Entries, meaning: Meaning): Ratings {
  const { rowIds, columnIds, duplicates, dtype } = meaning
  const shape = [rowIds.length, columnIds.length] as const
  const arrays = compress(routine, shape, { row, column, value }, duplicates, (i, j, first, second) => {
    const pair = `row ${describe(rowIds.at(i))} with column ${describe(columnIds.at(j))}, as on line ${line[first]}`
    const remedy = "pass duplicates: 'sum' or 'last' to merge them"
    return misread(routine, file, { line: line[second] as number }, ['every pair once', pair, remedy])
  })
  return new Ratings(SparseMatrix.trusted(...shape, arrays).toType(dtype), rowIds, columnIds)
}

async function readEntries(
  path: string,
  asked: string | undefined,
  duplicates: Duplicates,
  dtype: DType,
): Promise<RatingsFile> {
  if (asked !== undefined)
    throw new ArgumentError(
      sentence(routine, `no option ${asked} for ${path}, which is MatrixMarket,`, 'it', 'leave it out'),
    )
  const { rows, columns, ...entries } = await readMatrixMarket(routine, path)
  const ids = { rowIds: Ids.counted(rows, 1), columnIds: Ids.counted(columns, 1) }
  return { ratings: assemble(path, entries, { ...ids, duplicates, dtype }) }
}

/** @internal What {@link readRatings} reads, and from where. */
export async function readRatingsFile(path: string, options?: ReadRatingsOptions): Promise<RatingsFile> {
  const known = ['row', 'column', 'value', 'delimiter', 'header', 'duplicates', 'dtype'] as const
  const { duplicates = 'error', dtype = 'float64', delimiter, ...wanted } = checkOptions(routine, options, known)
  oneOf(routine, 'duplicates', duplicates, ['error', 'sum', 'last'])
  oneOf(routine, 'dtype', dtype, dtypes)
  checkDelimiter(routine, delimiter)
  checkWanted(wanted)
  if (await isMatrixMarket(routine, checkPath(routine, path))) {
    const asked = Object.entries({ ...wanted, delimiter }).find(([, value]) => value !== undefined)?.[0]
    return readEntries(path, asked, duplicates, dtype)
  }
  const collector = new Collector(path, wanted)
  await readRows(routine, path, delimiter, (fields, line) => collector.add(fields, line))
  return collector.finish(duplicates, dtype)
}

/**
 * Reads ratings from a file.
 *
 * Delimited text: a rating a line, columns by header or position, so that MovieLens's ratings.csv, u.data and
 * ratings.dat need no options. Ids are integers where each one in the column is, spelled as JavaScript spells it, and
 * strings otherwise; blanks around them do not count. Ids are sorted as {@link ratings} sorts them.
 *
 * MatrixMarket (coordinate; real, integer or pattern; general or symmetric): ids are the file's numbers, from 1, and
 * rows without entries stay.
 *
 * Either may be gzip. The file is read as a stream, a million lines in about a second.
 *
 * @throws {FormatError} with the file and the line, and the column counted in fields from 1, where an id is missing, a
 * rating is no finite number, a row has another length, a column is not there, or a pair comes twice;
 * {@link ArgumentError} where an option is wrong. A missing file is the system's own error.
 *
 * @example
 * ```ts
 * import { readRatings } from 'lowrank/als'
 * const ratings = await readRatings('test/als/fixtures/ratings.csv', { row: 'user', column: 'film', value: 'stars' })
 * console.log(ratings.count, ratings.rowIds.toArray()) // 3 [ 'ann', 'bob' ]
 * ```
 */
export async function readRatings<D extends DType = 'float64'>(
  path: string,
  options?: ReadRatingsOptions<D>,
): Promise<Ratings<ArrayOf<D>>>
export async function readRatings(path: string, options?: ReadRatingsOptions): Promise<Ratings> {
  return (await readRatingsFile(path, options)).ratings
}
