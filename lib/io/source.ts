/**
 * Bytes to read from by position: a file, or an array in memory. Formats read both alike, and never more than they
 * need.
 */
import { type FileHandle, open } from 'node:fs/promises'
import { FormatError } from '../core/errors.ts'

/** Where bytes come from; `file` is what errors name. */
export interface ByteSource {
  readonly file: string
  readonly size: number
  /** Changes where the file is written again, or another takes its name. */
  readonly version: string
  /** Fills all of `target` with the bytes from `position` on. */
  read(target: Uint8Array, position: number): Promise<void>
}

// One read call takes less than 2 GiB on every platform.
const largestRead = 2 ** 30

async function readFrom(handle: FileHandle, file: string, target: Uint8Array, position: number): Promise<void> {
  for (let at = 0; at < target.length; ) {
    const { bytesRead } = await handle.read(target, at, Math.min(target.length - at, largestRead), position + at)
    if (bytesRead === 0)
      throw new FormatError(`expected ${target.length - at} more bytes in ${file} but received its end`, {
        file,
        byteOffset: position + at,
      })
    at += bytesRead
  }
}

/** Opens a file for the time of `use`. A missing file is the system's own error. */
export async function withFile<R>(file: string, use: (source: ByteSource) => Promise<R>): Promise<R> {
  const handle = await open(file, 'r')
  try {
    const { dev, ino, size, mtimeMs } = await handle.stat()
    const version = `${dev} ${ino} ${size} ${mtimeMs}`
    return await use({ file, size, version, read: (target, position) => readFrom(handle, file, target, position) })
  } finally {
    await handle.close()
  }
}

/** Bytes that are in memory already. */
export function memorySource(file: string, bytes: Uint8Array): ByteSource {
  return {
    file,
    size: bytes.length,
    version: '',
    async read(target, position) {
      target.set(bytes.subarray(position, position + target.length))
    },
  }
}

/** All bytes of a file. */
export function readBytes(file: string): Promise<Uint8Array> {
  return withFile(file, async (source) => {
    const bytes = new Uint8Array(source.size)
    await source.read(bytes, 0)
    return bytes
  })
}
