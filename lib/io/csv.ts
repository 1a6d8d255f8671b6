import { checkOptions, describe, oneOf } from '../core/check.ts'
import { type DType, dtypes, grown } from '../core/dtype.ts'
import { Matrix } from '../core/matrix.ts'
import { checkPath } from './path.ts'
import { checkDelimiter, readRows } from './table.ts'
import { misread } from './text.ts'

/** Options of {@link readCsv}. */
export interface ReadCsvOptions {
  /** Whether the first row holds names; 'auto' looks whether none of its fields is a number. @default 'auto' */
  readonly header?: boolean | 'auto' | undefined
  /** What separates fields. @default comma, semicolon, tab, bar, two colons or space, whichever fits the first lines */
  readonly delimiter?: string | undefined
  /** @default 'float64' */
  readonly dtype?: DType | undefined
}

// As numpy writes them; JavaScript's Number knows only 'Infinity'.
const words: Record<string, number> = { nan: NaN, inf: Infinity, '+inf': Infinity, '-inf': -Infinity }

/** The number that a field spells, undefined where it spells none. */
export function parseNumber(field: string): number | undefined {
  const value = Number(field)
  if (!Number.isNaN(value)) return value === 0 && field.trim() === '' ? undefined : value
  const word = field.trim().toLowerCase()
  return word in words ? words[word] : undefined
}

/** Collects rows into one growing array: a file's length is not known before its end. */
class Collector {
  readonly #file: string
  readonly #Type: typeof Float64Array | typeof Float32Array
  #header: boolean | 'auto'
  #data: Float64Array | Float32Array
  #rows = 0
  #columns = -1

  constructor(file: string, header: boolean | 'auto', dtype: DType) {
    this.#file = file
    this.#header = header
    this.#Type = dtype === 'float32' ? Float32Array : Float64Array
    this.#data = new this.#Type(1024)
  }

  #fail(expected: string, received: string, remedy: string, line: number, column?: number): never {
    throw misread('readCsv', this.#file, { line, column }, [expected, received, remedy])
  }

  #isHeader(fields: readonly string[]): boolean {
    const header = this.#header
    this.#header = false
    return header === true || (header === 'auto' && fields.every((field) => parseNumber(field) === undefined))
  }

  add(fields: readonly string[], line: number): void {
    if (this.#columns < 0) this.#columns = fields.length
    if (fields.length !== this.#columns)
      this.#fail(
        `${this.#columns} fields like in the first row`,
        `${fields.length}`,
        'complete the row, or name the delimiter',
        line,
      )
    if (this.#isHeader(fields)) return
    const start = this.#rows * this.#columns
    this.#data = grown(this.#data, start + fields.length)
    for (let j = 0; j < fields.length; j++) {
      const value = parseNumber(fields[j] as string)
      if (value === undefined) {
        const received = (fields[j] as string).trim() === '' ? 'an empty field' : describe(fields[j])
        this.#fail(
          'a number',
          received,
          'correct the entry, or say header: true where the first row holds names',
          line,
          j + 1,
        )
      }
      this.#data[start + j] = value
    }
    this.#rows++
  }

  finish(): Matrix {
    if (this.#columns < 0) this.#fail('at least one row', 'an empty file', 'write a row a line', 1)
    return new Matrix(this.#data.slice(0, this.#rows * this.#columns), this.#rows, this.#columns)
  }
}

/**
 * Reads a matrix from a delimited text file: a row a line, numbers as JavaScript and numpy write them, empty lines left
 * out. The file may be gzip.
 *
 * @throws {FormatError} with the line, and the column counted in fields, where an entry is no number or a row has
 * another length
 *
 * @example
 * ```ts
 * import { readCsv } from 'lowrank/io'
 * const A = await readCsv('test/io/fixtures/semicolons.csv')
 * console.log(A.toArray()) // [[1, 2], [3, 4.5]]
 * ```
 */
export async function readCsv(path: string, options?: ReadCsvOptions): Promise<Matrix> {
  const {
    header = 'auto',
    delimiter,
    dtype = 'float64',
  } = checkOptions('readCsv', options, ['header', 'delimiter', 'dtype'])
  if (typeof header !== 'boolean') oneOf('readCsv', 'header', header, ['auto'])
  oneOf('readCsv', 'dtype', dtype, dtypes)
  checkDelimiter('readCsv', delimiter)
  const collector = new Collector(checkPath('readCsv', path), header, dtype)
  await readRows('readCsv', path, delimiter, (fields, line) => collector.add(fields, line))
  return collector.finish()
}
