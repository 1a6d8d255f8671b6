import jpeg from 'jpeg-js'
import { FormatError } from '../core/errors.ts'
import type { Matrix } from '../core/matrix.ts'
import { type Image, separate } from './image.ts'

interface Frame {
  readonly components: number
  /** Exif's orientation: 1 is upright, 2 to 8 are mirrored or turned. */
  readonly orientation: number
}

/** The orientation from the TIFF structure inside an Exif segment. */
function readOrientation(view: DataView): number {
  const little = view.getUint16(0) === 0x4949
  const directory = view.getUint32(4, little)
  const entries = view.getUint16(directory, little)
  for (let i = 0; i < entries; i++) {
    const entry = directory + 2 + 12 * i
    if (view.getUint16(entry, little) === 0x0112) return view.getUint16(entry + 8, little)
  }
  return 1
}

/**
 * Walks the segments up to the picture itself: the decoder does not tell how many components the file has, nor which
 * way is up.
 */
function readFrame(bytes: Uint8Array): Frame {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let orientation = 1
  for (let at = 2; at < bytes.length; at += 2 + view.getUint16(at + 2)) {
    while (bytes[at] === 0xff && bytes[at + 1] === 0xff) at++
    const marker = view.getUint16(at)
    if (marker === 0xffe1 && view.getUint32(at + 4) === 0x45786966) {
      try {
        orientation = readOrientation(
          new DataView(bytes.buffer, bytes.byteOffset + at + 10, view.getUint16(at + 2) - 8),
        )
      } catch {
        // Damaged metadata does not keep the picture from being read.
      }
    }
    const startOfFrame =
      marker >= 0xffc0 && marker <= 0xffcf && marker !== 0xffc4 && marker !== 0xffc8 && marker !== 0xffcc
    if (startOfFrame) return { components: bytes[at + 9] as number, orientation }
  }
  throw new RangeError('no frame')
}

function flipColumns(A: Matrix): Matrix {
  const flipped = A.copy()
  for (let i = 0; i < A.rows; i++) flipped.data.subarray(i * A.columns, (i + 1) * A.columns).reverse()
  return flipped
}

/** Turns a stored picture upright. */
function upright(A: Matrix, orientation: number): Matrix {
  if (orientation === 1) return A
  const swapped = orientation >= 5 ? A.transpose : A
  const mirrored = [2, 3, 6, 7].includes(orientation) ? flipColumns(swapped) : swapped
  return [3, 4, 7, 8].includes(orientation) ? flipColumns(mirrored.transpose).transpose.copy() : mirrored.copy()
}

/** Decodes a baseline or progressive JPEG; CMYK becomes RGB. */
export function decodeJpeg(file: string, bytes: Uint8Array): Image {
  try {
    const { components, orientation } = readFrame(bytes)
    const { width, height, data } = jpeg.decode(bytes, {
      useTArray: true,
      formatAsRGBA: false,
      tolerantDecoding: false,
      maxMemoryUsageInMB: 4096,
      maxResolutionInMP: 400,
    })
    const gray = components === 1
    const image = separate({ width, height, depth: 8, samples: data, stride: 3, gray, hasAlpha: false })
    const channels = image.channels.map((A) => upright(A, orientation))
    return { ...image, rows: channels[0]!.rows, columns: channels[0]!.columns, channels }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    const message = `readImage: expected a whole JPEG but received ${file}, which cannot be decoded (${reason}); it was cut off or damaged`
    throw new FormatError(message, { file })
  }
}
