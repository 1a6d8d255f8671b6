/**
 * Sparse matrices in MatrixMarket's coordinate format. @see Boisvert, Pozo, Remington, The Matrix Market Exchange
 * Formats, NISTIR 5935
 */
import { grown, integers } from '../core/dtype.ts'
import { maximumExtent } from '../core/matrix.ts'
import { misread, readHead, readText } from './text.ts'

/**
 * Entries as a file lists them, positions counted from 0, with the line of each; those that symmetry implies are among
 * them.
 */
interface MatrixMarket {
  readonly rows: number
  readonly columns: number
  readonly row: Int32Array
  readonly column: Int32Array
  readonly value: Float64Array
  readonly line: Int32Array
}

const banner = /^%%MatrixMarket\s/i

/** Whether a file begins as MatrixMarket does. */
export async function isMatrixMarket(routine: string, path: string): Promise<boolean> {
  return banner.test(await readHead(routine, path, 16))
}

/** What the first line says. */
interface Kind {
  readonly pattern: boolean
  /** What an entry (i, j) says of (j, i): its value times this; nothing where 0. */
  readonly mirror: -1 | 0 | 1
}

class Reader {
  readonly #routine: string
  readonly #file: string
  #line = 0
  #kind: Kind | undefined
  #size: readonly [number, number, number] | undefined
  #listed = 0
  #count = 0
  #row = integers(0)
  #column = integers(0)
  #value = new Float64Array(0)
  #lines = integers(0)

  constructor(routine: string, file: string) {
    this.#routine = routine
    this.#file = file
  }

  #fail(expected: string, received: string, remedy: string): never {
    throw misread(this.#routine, this.#file, { line: this.#line }, [expected, received, remedy])
  }

  #readKind(text: string): Kind {
    const [, object, format, field, symmetry] = text.trim().toLowerCase().split(/\s+/) as (string | undefined)[]
    const known =
      object === 'matrix' &&
      format === 'coordinate' &&
      ['real', 'integer', 'pattern', 'double'].includes(field ?? '') &&
      ['general', 'symmetric', 'skew-symmetric'].includes(symmetry ?? '')
    if (!known)
      this.#fail(
        "'%%MatrixMarket matrix coordinate', then real, integer or pattern, and general, symmetric or skew-symmetric",
        `'${text.trim().slice(0, 80)}'`,
        'write the matrix as real coordinates',
      )
    return { pattern: field === 'pattern', mirror: symmetry === 'general' ? 0 : symmetry === 'symmetric' ? 1 : -1 }
  }

  #readSize(fields: readonly string[]): readonly [number, number, number] {
    const size = fields.map(Number) as [number, number, number]
    if (
      size.length !== 3 ||
      size.some((extent) => !(Number.isInteger(extent) && extent >= 0 && extent <= maximumExtent))
    )
      this.#fail('rows, columns and entries, three integers', `'${fields.join(' ').slice(0, 80)}'`, 'correct the line')
    return size
  }

  #position(field: string, name: string, extent: number): number {
    const position = Number(field)
    if (!(Number.isInteger(position) && position >= 1 && position <= extent))
      this.#fail(`a ${name} from 1 to ${extent}`, `'${field}'`, 'positions count from 1, up to what the size line says')
    return position - 1
  }

  #push(row: number, column: number, value: number): void {
    const at = this.#count++
    this.#row[at] = row
    this.#column[at] = column
    this.#value[at] = value
    this.#lines[at] = this.#line
  }

  #readEntry(fields: readonly string[], { pattern, mirror }: Kind, [rows, columns, entries]: readonly number[]): void {
    if (fields.length !== (pattern ? 2 : 3))
      this.#fail(
        pattern ? 'a row and a column' : 'a row, a column and a value',
        `${fields.length} fields`,
        'correct the line',
      )
    if (this.#listed++ === entries)
      this.#fail(`${entries} entries, as the size line says,`, 'one more', 'correct that line')
    const i = this.#position(fields[0] as string, 'row', rows as number)
    const j = this.#position(fields[1] as string, 'column', columns as number)
    const value = pattern ? 1 : Number(fields[2])
    if (!Number.isFinite(value)) this.#fail('a finite value', `'${fields[2]}'`, 'leave out what is not known')
    const room = this.#count + 2
    this.#row = grown(this.#row, room)
    this.#column = grown(this.#column, room)
    this.#value = grown(this.#value, room)
    this.#lines = grown(this.#lines, room)
    this.#push(i, j, value)
    if (mirror !== 0 && i !== j) this.#push(j, i, mirror * value)
  }

  add(text: string): void {
    this.#line++
    if (this.#kind === undefined) {
      this.#kind = this.#readKind(text)
      return
    }
    const trimmed = text.trim()
    if (trimmed === '' || trimmed.startsWith('%')) return
    const fields = trimmed.split(/\s+/)
    if (this.#size === undefined) this.#size = this.#readSize(fields)
    else this.#readEntry(fields, this.#kind, this.#size)
  }

  finish(): MatrixMarket {
    const [rows, columns, entries] = this.#size ?? this.#fail('a size line', 'the end', 'the file was cut off')
    if (this.#listed < entries)
      this.#fail(`${entries} entries, as the size line says,`, `${this.#listed}`, 'the file was cut off')
    const cut = <A extends Int32Array | Float64Array>(array: A) => array.subarray(0, this.#count) as A
    const [row, column, value, line] = [cut(this.#row), cut(this.#column), cut(this.#value), cut(this.#lines)]
    return { rows, columns, row, column, value, line }
  }
}

/**
 * Reads a MatrixMarket file: `coordinate` with real, integer or pattern entries (which become 1), general, symmetric or
 * skew-symmetric.
 *
 * @throws {FormatError} with the line of what is wrong
 */
export async function readMatrixMarket(routine: string, path: string): Promise<MatrixMarket> {
  const reader = new Reader(routine, path)
  let rest = ''
  for await (const text of readText(routine, path)) {
    const lines = (rest + text).split('\n')
    rest = lines.pop() as string
    for (const line of lines) reader.add(line)
  }
  if (rest !== '') reader.add(rest)
  return reader.finish()
}
