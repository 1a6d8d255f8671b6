import { FormatError } from '../core/errors.ts'
import { Matrix } from '../core/matrix.ts'
import { decodeJpeg } from './jpeg.ts'
import { checkPath } from './path.ts'
import { decodePng, isPng } from './png.ts'
import { readBytes } from './source.ts'

/** A picture: each colour channel is a matrix by itself, with a row of the matrix for a row of pixels. */
export interface Image {
  readonly rows: number
  readonly columns: number
  /** Bits of a value: values lie between 0 and 2^depth − 1. */
  readonly depth: 8 | 16
  /** One channel (grey), or three (red, green, blue), each rows×columns. */
  readonly channels: readonly Matrix[]
  /** Opacity (rows×columns); absent where all is opaque. */
  readonly alpha?: Matrix | undefined
}

/** Pixels with interleaved samples, as decoders give them. */
interface Pixels {
  readonly width: number
  readonly height: number
  readonly depth: 8 | 16
  readonly samples: ArrayLike<number>
  /** Samples a pixel, of which `gray` says whether the first three are one. */
  readonly stride: number
  readonly gray: boolean
  readonly hasAlpha: boolean
}

function channel({ width, height, samples, stride }: Pixels, index: number): Matrix {
  const data = new Float64Array(width * height)
  for (let i = 0, at = index; i < data.length; i++, at += stride) data[i] = samples[at] as number
  return new Matrix(data, height, width)
}

/** Takes interleaved samples apart. An alpha channel that says "opaque" everywhere is left out. */
export function separate(pixels: Pixels): Image {
  const { width, height, depth, gray, hasAlpha } = pixels
  const channels = (gray ? [0] : [0, 1, 2]).map((index) => channel(pixels, index))
  const alpha = hasAlpha ? channel(pixels, 3) : undefined
  const translucent = alpha?.data.some((value) => value !== 2 ** depth - 1) ? alpha : undefined
  return { rows: height, columns: width, depth, channels, alpha: translucent }
}

/**
 * Reads a PNG (8 or 16 bits; fewer are scaled to 8) or a baseline or progressive JPEG; the file's bytes say which.
 * Values are those stored, from 0 to 2^depth − 1: no gamma, no colour profile is applied. JPEGs are turned upright.
 *
 * @throws {FormatError} where the file is neither, or is damaged or cut off
 *
 * @example
 * ```ts
 * import { readImage } from 'lowrank/io'
 * const { rows, columns, channels } = await readImage('test/io/fixtures/rgb.png')
 * console.log(rows, columns, channels.length) // 2 3 3
 * ```
 */
export async function readImage(path: string): Promise<Image> {
  const bytes = await readBytes(checkPath('readImage', path))
  if (isPng(bytes)) return decodePng(path, bytes)
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return decodeJpeg(path, bytes)
  const message = `readImage: expected a PNG or a JPEG but received other bytes in ${path}; convert the picture to one of them`
  throw new FormatError(message, { file: path, byteOffset: 0 })
}
