/**
 * Matrices as numpy prints them: all entries of one width, up to 8 digits after the point, in scientific notation where
 * they are very large, very small or very different, and of more than 1000 entries the corners.
 */
import { fixed, scientific, scientificExact } from './digits.ts'
import type { DType } from './dtype.ts'

const precision = 8
const threshold = 1000
const edge = 3
const lineWidth = 75

type Entry = (i: number, j: number) => number

interface Shape {
  readonly dtype: DType
  readonly rows: number
  readonly columns: number
}

/** The indices of an axis that are shown; undefined stands for those left out. */
function shown(extent: number, summarized: boolean): (number | undefined)[] {
  const left = summarized && extent > 2 * edge ? edge : extent
  const indices: (number | undefined)[] = Array.from({ length: left }, (_, i) => i)
  if (left < extent) indices.push(undefined, ...Array.from({ length: edge }, (_, i) => extent - edge + i))
  return indices
}

const present = (indices: (number | undefined)[]) => indices.filter((index) => index !== undefined)

/** How each of the values is written, all of one width. */
function formatter(values: readonly number[], dtype: DType): (x: number) => string {
  const finite = values.filter(Number.isFinite)
  const sizes = finite.filter((x) => x !== 0).map(Math.abs)
  const [largest, smallest] = [Math.max(...sizes), Math.min(...sizes)]
  // numpy compares in the dtype.
  const [limit, round] = dtype === 'float32' ? [1e6, Math.fround] : [1e8, Number]
  const exponential =
    sizes.length > 0 && (largest >= limit || smallest < round(0.0001) || round(largest / smallest) > 1000)
  const parts = finite.map((x) => (exponential ? scientific : fixed)(x, dtype, precision).split(/\.|e[+-]/))
  const longest = (part: number) => Math.max(0, ...parts.map(({ [part]: text = '' }) => text.length))
  const fraction = longest(1)
  const exponent = Math.max(2, longest(2))
  const right = exponential ? fraction + 2 + exponent : fraction
  const special = finite.length === values.length ? 0 : values.includes(Number.NEGATIVE_INFINITY) ? 4 : 3
  const left = Math.max(longest(0), special - right - 1)
  const width = left + 1 + right

  return (x) => {
    if (!Number.isFinite(x)) return (Number.isNaN(x) ? 'nan' : x < 0 ? '-inf' : 'inf').padStart(width)
    if (exponential)
      return scientificExact(x, fraction)
        .replace(/\d+$/, (digits) => digits.padStart(exponent, '0'))
        .padStart(width)
    const text = fixed(x, dtype, precision)
    return text.padStart(text.length + left - text.indexOf('.')).padEnd(width)
  }
}

/** The words of a row in brackets, broken into lines that begin at `indent`. */
function row(words: readonly string[], indent: number): string {
  const room = lineWidth - 2 * indent
  const lines: string[] = []
  let line = ''
  for (const word of words) {
    if (line !== '' && line.length + 1 + word.length > room) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  lines.push(line)
  return `[${lines.map((text, i) => (i < lines.length - 1 ? text.trimEnd() : text)).join(`\n${' '.repeat(indent)}`)}]`
}

/** A batch is printed as a stack of matrices; a matrix by itself has no count. */
export function format(
  { dtype, rows, columns }: Shape,
  count: number | undefined,
  entry: (b: number) => Entry,
): string {
  const size = (count ?? 1) * rows * columns
  if (size === 0) return '[]'
  const summarized = size > threshold
  const [lines, words] = [shown(rows, summarized), shown(columns, summarized)]
  const members = shown(count ?? 1, summarized)
  const entries = present(members).map(entry)
  const values = entries.flatMap((at) => present(lines).flatMap((i) => present(words).map((j) => at(i, j))))
  const write = formatter(values, dtype)
  const indent = count === undefined ? 2 : 3
  const line = (at: Entry, i: number) =>
    row(
      words.map((j) => (j === undefined ? '...' : write(at(i, j)))),
      indent,
    )
  const matrix = (at: Entry) =>
    stack(
      lines.map((i) => (i === undefined ? '...' : line(at, i))),
      '\n',
      indent - 1,
    )
  if (count === undefined) return matrix(entry(0))
  return stack(
    members.map((b) => (b === undefined ? '...' : matrix(entry(b)))),
    '\n\n',
    1,
  )
}

const stack = (parts: readonly string[], separator: string, indent: number) =>
  `[${parts.join(separator + ' '.repeat(indent))}]`
