/** The file that is approximated, as named matrices. */
import { basename, extname } from 'node:path'
import { MatrixBatch } from '../../core/batch.ts'
import { ArgumentError, FormatError, sentence } from '../../core/errors.ts'
import type { Matrix } from '../../core/matrix.ts'
import { readCsv } from '../../io/csv.ts'
import { type Image, readImage } from '../../io/image.ts'
import { decodeNpy } from '../../io/npy.ts'
import { withFile } from '../../io/source.ts'

/** One matrix of the input: the whole of it, a colour channel, or a member of a batch. */
export interface Part {
  /** Empty where there is only one. */
  readonly name: string
  readonly matrix: Matrix
}

/** What was read. All parts have the same shape. */
export interface Input {
  readonly path: string
  /** The file's name without folder and ending. */
  readonly stem: string
  readonly rows: number
  readonly columns: number
  readonly parts: readonly Part[]
  /** The picture, where it is one. */
  readonly image?: Image | undefined
}

const colours = ['red', 'green', 'blue']

function partsOf(matrices: readonly Matrix[], names: readonly string[]): Part[] {
  return matrices.map((matrix, i) => ({ name: matrices.length === 1 ? '' : (names[i] ?? String(i)), matrix }))
}

async function readParts(path: string): Promise<{ parts: Part[]; image?: Image }> {
  switch (extname(path).toLowerCase()) {
    case '.npy': {
      const array = await withFile(path, decodeNpy)
      const members =
        array instanceof MatrixBatch ? Array.from({ length: array.count }, (_, i) => array.at(i)) : [array]
      return { parts: partsOf(members, []) }
    }
    case '.csv':
    case '.tsv':
    case '.txt':
      return { parts: partsOf([await readCsv(path)], []) }
    case '.png':
    case '.jpg':
    case '.jpeg': {
      const image = await readImage(path)
      return { parts: partsOf(image.channels, colours), image }
    }
    default:
      throw new ArgumentError(
        sentence('approx', 'INPUT to end in .npy, .csv, .png or .jpg', `'${path}'`, 'convert it, or rename it'),
      )
  }
}

function checkEntries(path: string, { name, matrix }: Part): void {
  for (let i = 0; i < matrix.rows; i++)
    for (let j = 0; j < matrix.columns; j++)
      if (!Number.isFinite(matrix.get(i, j))) {
        const place = `row ${i + 1}, column ${j + 1}${name && ` of ${name}`}`
        throw new FormatError(
          sentence('approx', `finite entries in ${path}`, `${matrix.get(i, j)} in ${place}`, 'replace or remove it'),
          { file: path },
        )
      }
}

/** Reads the file that the ending of its name promises. */
export async function readInput(path: string): Promise<Input> {
  const { parts, image } = await readParts(path)
  const first = parts[0]?.matrix
  if (first === undefined || first.rows === 0 || first.columns === 0)
    throw new FormatError(sentence('approx', `at least one entry in ${path}`, 'an empty matrix'), { file: path })
  for (const part of parts) checkEntries(path, part)
  return { path, stem: basename(path, extname(path)), rows: first.rows, columns: first.columns, parts, image }
}
