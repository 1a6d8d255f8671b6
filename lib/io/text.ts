/** Text of files, piece by piece, unpacked where it is gzip. */
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { FormatError } from '../core/errors.ts'
import { withFile } from './source.ts'

function isGzip(path: string): Promise<boolean> {
  return withFile(path, async (source) => {
    if (source.size < 2) return false
    const start = new Uint8Array(2)
    await source.read(start, 0)
    return start[0] === 0x1f && start[1] === 0x8b
  })
}

/**
 * The text of a file. A missing file is the system's own error.
 *
 * @throws {FormatError} where packed text is damaged or cut off
 */
export async function* readText(routine: string, path: string): AsyncGenerator<string, void> {
  const packed = await isGzip(path)
  const file = createReadStream(path)
  // The pipeline hands an error of the file on to the unpacked stream, where it is thrown below.
  const stream = packed ? pipeline(file, createGunzip(), () => {}) : file
  stream.setEncoding('utf8')
  try {
    for await (const text of stream) yield text
  } catch (cause) {
    if (!(cause instanceof Error && (cause as NodeJS.ErrnoException).code?.startsWith('Z_'))) throw cause
    const message = `${routine}: expected whole gzip in ${path} but received damage (${cause.message}); pack the file again`
    throw new FormatError(message, { file: path })
  } finally {
    file.destroy()
  }
}

/** The first characters of a file, `length` or somewhat more where it has them. */
export async function readHead(routine: string, path: string, length = 2 ** 16): Promise<string> {
  let head = ''
  for await (const text of readText(routine, path)) {
    head += text
    if (head.length >= length) break
  }
  return head
}

/** Something wrong at a place in a text, counted from 1. */
export function misread(
  routine: string,
  file: string,
  { line, column }: { readonly line: number; readonly column?: number | undefined },
  [expected, received, remedy]: readonly [string, string, string],
): FormatError {
  const place = column === undefined ? `line ${line}` : `line ${line}, column ${column}`
  return new FormatError(`${routine}: expected ${expected} in ${file} (${place}) but received ${received}; ${remedy}`, {
    file,
    line,
    ...(column !== undefined && { column }),
  })
}
