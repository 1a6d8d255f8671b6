import { unzipSync } from 'fflate'
import type { MatrixBatch } from '../core/batch.ts'
import { FormatError } from '../core/errors.ts'
import type { Matrix } from '../core/matrix.ts'
import { decodeNpy } from './npy.ts'
import { checkPath } from './path.ts'
import { memorySource, readBytes } from './source.ts'

/**
 * Reads every array of a .npz file (`numpy.savez`, `numpy.savez_compressed`), by name.
 *
 * @returns matrices as {@link readNpy} gives them, and batches where an array has three dimensions
 * @throws {FormatError} where the file is no .npz or was cut off, or one of its arrays is refused by {@link readNpy}
 *
 * @example
 * ```ts
 * import { readNpz } from 'lowrank/io'
 * const factors = await readNpz('test/io/fixtures/two.npz')
 * console.log([...factors.keys()]) // ['A', 'b']
 * ```
 */
export async function readNpz(path: string): Promise<Map<string, Matrix | MatrixBatch>> {
  const bytes = await readBytes(checkPath('readNpz', path))
  const arrays = new Map<string, Matrix | MatrixBatch>()
  for (const [name, content] of Object.entries(unzip(path, bytes)))
    arrays.set(name.replace(/\.npy$/, ''), await decodeNpy(memorySource(`${path}/${name}`, content)))
  return arrays
}

function unzip(path: string, bytes: Uint8Array): Record<string, Uint8Array> {
  try {
    return unzipSync(bytes)
  } catch (cause) {
    const message = `readNpz: expected a whole .npz (zip) file but received ${path}, which cannot be unpacked (${(cause as Error).message}); write it again`
    throw new FormatError(message, { file: path })
  }
}
