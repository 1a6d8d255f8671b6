import { PNG } from 'pngjs'
import { ArgumentError, FormatError, ShapeError, sentence } from '../core/errors.ts'
import { Matrix } from '../core/matrix.ts'
import { type Image, separate } from './image.ts'
import { checkPath } from './path.ts'
import { type WriteOptions, writeFiles } from './write.ts'

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]

export function isPng(bytes: Uint8Array): boolean {
  return signature.every((byte, i) => bytes[i] === byte)
}

interface Decoded {
  readonly width: number
  readonly height: number
  readonly depth: number
  readonly color: boolean
  readonly data: ArrayLike<number>
}

/**
 * Decodes to RGBA, whatever the file's colour type: palettes, grey and few bits are widened, transparency becomes
 * alpha.
 */
export function decodePng(file: string, bytes: Uint8Array): Image {
  // Byte 24 is the depth: 16 bits would be scaled to 8 otherwise.
  const depth = bytes[24] === 16 ? 16 : 8
  try {
    const { width, height, color, data } = PNG.sync.read(
      Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
      {
        skipRescale: depth === 16,
      } as object,
    ) as unknown as Decoded
    return separate({ width, height, depth, samples: data, stride: 4, gray: !color, hasAlpha: true })
  } catch {
    // The decoder speaks of its own streams; what the user can know is that bytes are missing or wrong.
    const message = `readImage: expected a whole PNG but received ${file}, which cannot be decoded; it was cut off or damaged`
    throw new FormatError(message, { file })
  }
}

function checkImage(routine: string, { rows, columns, depth, channels, alpha }: Image): void {
  if (depth !== 8 && depth !== 16) throw new ArgumentError(sentence(routine, 'depth to be 8 or 16', String(depth)))
  if (channels.length !== 1 && channels.length !== 3)
    throw new ShapeError(sentence(routine, 'one channel or three', String(channels.length)))
  for (const plane of alpha === undefined ? channels : [...channels, alpha]) {
    if (!(plane instanceof Matrix)) throw new ArgumentError(sentence(routine, 'channels to be matrices', typeof plane))
    if (plane.rows !== rows || plane.columns !== columns || rows === 0 || columns === 0)
      throw new ShapeError(
        sentence(routine, `channels of ${rows}×${columns} with at least one pixel`, `${plane.rows}×${plane.columns}`),
      )
  }
}

/** The bytes of a PNG. Values are rounded and clipped to what `depth` holds. */
export function encodePng(image: Image, routine = 'writePng'): Uint8Array {
  checkImage(routine, image)
  const { rows, columns, depth, channels, alpha } = image
  const planes = alpha === undefined ? channels : [...channels, alpha]
  const size = rows * columns * planes.length
  const samples = depth === 16 ? new Uint16Array(size) : new Uint8Array(size)
  const largest = 2 ** depth - 1
  let at = 0
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++)
      for (const { data, offset, rowStride, columnStride } of planes) {
        const value = data[offset + i * rowStride + j * columnStride] as number
        samples[at++] = Math.min(largest, Math.max(0, Math.round(value)))
      }
  const colorType = (channels.length === 1 ? 0 : 2) + (alpha === undefined ? 0 : 4)
  return PNG.sync.write({ width: columns, height: rows, data: Buffer.from(samples.buffer) } as PNG, {
    bitDepth: depth,
    colorType: colorType as 0 | 2 | 4 | 6,
    inputColorType: colorType as 0 | 2 | 4 | 6,
    inputHasAlpha: alpha !== undefined,
    // zlib's default strategy: a fifth smaller on photographs than the encoder's own choice.
    deflateStrategy: 0,
    deflateLevel: 6,
  })
}

/**
 * Writes an image as PNG with its own depth and channels; values are rounded and clipped to 0 … 2^depth − 1. The file
 * appears whole or not at all.
 *
 * @throws {ShapeError} where channels differ in shape, {@link ArgumentError} where the file exists and `overwrite` is
 * not given
 *
 * @example
 * ```ts
 * import { Matrix } from 'lowrank'
 * import { writePng } from 'lowrank/io'
 * const gray = Matrix.from([[0, 128], [128, 255]])
 * await writePng('gray.png', { rows: 2, columns: 2, depth: 8, channels: [gray] }, { overwrite: true })
 * ```
 */
export async function writePng(path: string, image: Image, options?: WriteOptions): Promise<void> {
  const bytes = encodePng(image)
  await writeFiles('writePng', [{ path: checkPath('writePng', path), bytes: () => [bytes] }], options)
}
