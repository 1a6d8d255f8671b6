/**
 * Files appear whole or not at all: bytes go to a temporary file beside the target, which then takes the target's name.
 * Our own, since write-file-atomic wants a file's bytes in one buffer and cuts it off at 2 GiB; factors are larger.
 */
import { randomBytes } from 'node:crypto'
import { closeSync, openSync, unlinkSync } from 'node:fs'
import { type FileHandle, link, open, realpath, rename, stat, unlink } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { boolean, checkOptions } from '../core/check.ts'
import { ArgumentError, sentence } from '../core/errors.ts'

/** Options of every function that writes a file. */
export interface WriteOptions {
  /** Whether a file that exists is replaced; otherwise it is kept and the call fails. @default false */
  readonly overwrite?: boolean | undefined
}

/** A file to write: its bytes are asked for when their turn comes. */
export interface Output {
  readonly path: string
  readonly bytes: () => Iterable<Uint8Array> | AsyncIterable<Uint8Array>
}

// One write call takes less than 2 GiB on every platform.
const largestWrite = 2 ** 30

async function writeAll(handle: FileHandle, bytes: ReturnType<Output['bytes']>): Promise<void> {
  for await (const chunk of bytes)
    for (let at = 0; at < chunk.length; )
      at += (await handle.write(chunk, at, Math.min(chunk.length - at, largestWrite))).bytesWritten
  await handle.sync()
}

function isMissing(fault: unknown): boolean {
  return (fault as NodeJS.ErrnoException).code === 'ENOENT'
}

function kept(routine: string, path: string): ArgumentError {
  return new ArgumentError(
    sentence(
      routine,
      `${path} to be a new file`,
      'one that exists',
      'choose another name, or overwrite it with the option of that name',
    ),
  )
}

/** The file to write: behind a symbolic link, the file that it names. */
async function target(routine: string, path: string, overwrite: boolean): Promise<string> {
  try {
    if (!(await stat(path)).isFile())
      throw new ArgumentError(sentence(routine, `${path} to be a file`, 'a folder or a device'))
  } catch (fault) {
    if (isMissing(fault)) return path
    throw fault
  }
  if (!overwrite) throw kept(routine, path)
  return realpath(path)
}

/** Refuses what cannot be written before anything is computed: an existing file without `overwrite`, a name twice. */
export async function checkTargets(routine: string, paths: readonly string[], overwrite: boolean): Promise<string[]> {
  const seen = new Set<string>()
  for (const path of paths) {
    if (seen.has(resolve(path))) throw new ArgumentError(sentence(routine, 'a name for each output', `${path} twice`))
    seen.add(resolve(path))
  }
  return Promise.all(paths.map((path) => target(routine, path, overwrite)))
}

async function publish(routine: string, temporary: string, path: string, overwrite: boolean): Promise<void> {
  if (overwrite) return rename(temporary, path)
  // A link fails where the name was taken since the check; not every file system has links.
  try {
    await link(temporary, path)
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code === 'EEXIST') throw kept(routine, path)
    return rename(temporary, path)
  }
  await unlink(temporary)
}

/**
 * Writes files: first all of them under temporary names, then each takes its own. A failure on the way leaves none of
 * the temporary files, and neither does `process.exit`.
 */
export async function writeFiles(routine: string, outputs: readonly Output[], options?: WriteOptions): Promise<void> {
  const { overwrite = false } = checkOptions(routine, options, ['overwrite'])
  boolean(routine, 'overwrite', overwrite)
  const paths = outputs.map((output) => output.path)
  const targets = await checkTargets(routine, paths, overwrite)
  const temporaries = targets.map((path) => join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}`))
  const started = new Set<string>()
  const clear = () => {
    for (const temporary of started)
      try {
        unlinkSync(temporary)
      } catch (fault) {
        if (!isMissing(fault)) throw fault
      }
  }
  process.once('exit', clear)
  try {
    for (const [i, output] of outputs.entries()) {
      const temporary = temporaries[i] as string
      // Made synchronously: a file that another thread makes while the process leaves would stay.
      closeSync(openSync(temporary, 'wx'))
      started.add(temporary)
      const handle = await open(temporary, 'r+')
      try {
        await writeAll(handle, output.bytes())
      } finally {
        await handle.close()
      }
    }
    for (const [i, temporary] of temporaries.entries())
      await publish(routine, temporary, targets[i] as string, overwrite)
  } finally {
    process.off('exit', clear)
    clear()
  }
}
