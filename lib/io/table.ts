/**
 * Rows of text fields from a delimited file, with the line of each: what readers of numbers and of ratings stand on.
 */
import { Readable } from 'node:stream'
import Papa from 'papaparse'
import { describe } from '../core/check.ts'
import { ArgumentError, sentence } from '../core/errors.ts'
import { misread, readHead, readText } from './text.ts'

/** Called for each row that is not empty; `line` counts from 1. What it throws ends the reading. */
type OnRow = (fields: string[], line: number) => void

// In the order in which they are tried: a comma may be part of a number, a blank part of anything.
const delimiters = ['\t', '::', ';', '|', ',', ' ']

/** What separates fields, where the caller says so. */
export function checkDelimiter(routine: string, delimiter: unknown): string | undefined {
  if (delimiter === undefined || (typeof delimiter === 'string' && /^[^\r\n"]+$/.test(delimiter))) return delimiter
  const expected = 'delimiter to be characters other than quotation marks and line breaks'
  throw new ArgumentError(sentence(routine, expected, describe(delimiter)))
}

/** The first delimiter that cuts a file's first lines into equally many fields, more than one; else the comma. */
async function guessDelimiter(routine: string, path: string): Promise<string> {
  const head = await readHead(routine, path)
  const fits = (delimiter: string) => {
    const { data } = Papa.parse<string[]>(head, { delimiter, preview: 10, skipEmptyLines: 'greedy' })
    // What was read may end inside a row, and that row does not count.
    const rows = data.length > 2 ? data.slice(0, -1) : data
    const fields = rows[0]?.length ?? 0
    return fields > 1 && rows.every((row) => row.length === fields)
  }
  return delimiters.find(fits) ?? ','
}

function linesOf(fields: readonly string[]): number {
  let lines = 1
  for (const field of fields) if (field.includes('\n')) lines += field.split('\n').length - 1
  return lines
}

/** Reads a file row by row; without `delimiter`, its first lines decide. */
export async function readRows(
  routine: string,
  path: string,
  delimiter: string | undefined,
  onRow: OnRow,
): Promise<void> {
  const separator = delimiter ?? (await guessDelimiter(routine, path))
  return new Promise((resolve, reject) => {
    const stream = Readable.from(readText(routine, path))
    let line = 1
    const stop = (fault: unknown) => {
      stream.destroy()
      reject(fault)
    }
    const quoted = (at: number) =>
      misread(routine, path, { line: at }, [
        'a closing quotation mark',
        'none in the field that begins there',
        'close it, or double a quotation mark that is part of a field',
      ])
    stream.once('error', stop)
    Papa.parse<string[]>(stream, {
      delimiter: separator,
      chunk: ({ data, errors }, parser) => {
        try {
          const broken = errors.find((error) => error.type === 'Quotes')?.row
          for (const [i, fields] of data.entries()) {
            if (i === broken) throw quoted(line)
            if (line === 1) fields[0] = (fields[0] as string).replace(/^\uFEFF/, '')
            if (fields.length > 1 || (fields[0] as string).trim() !== '') onRow(fields, line)
            line += linesOf(fields)
          }
        } catch (fault) {
          // Before `abort`, which reports completion.
          stop(fault)
          parser.abort()
        }
      },
      complete: () => resolve(),
      error: stop,
    })
  })
}
