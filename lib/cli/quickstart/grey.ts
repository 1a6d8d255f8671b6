/** The photograph in grey, at half the size, cropped to multiples of 32: sizes that all products can take. */
import { Matrix } from '../../core/matrix.ts'
import { type Image, readImage } from '../../io/image.ts'
import { encodePng } from '../../io/png.ts'
import { shrink } from '../approx/shrink.ts'
import { photographPath } from './photograph.ts'

const side = 512
const multiple = 32

/** What the eye sees of red, green and blue (ITU-R BT.601). */
const weights = [0.299, 0.587, 0.114]

export async function readGrey(): Promise<Matrix> {
  const { channels, rows, columns } = shrink(await readImage(photographPath()), side)
  const grey = Matrix.zeros(rows - (rows % multiple), columns - (columns % multiple))
  for (let i = 0, at = 0; i < grey.rows; i++)
    for (let j = 0; j < grey.columns; j++, at++)
      grey.data[at] = weights.reduce((sum, weight, k) => sum + weight * (channels[k] as Matrix).get(i, j), 0)
  return grey
}

/** A matrix of values from 0 to 255 as a picture. */
export function pictureOf(grey: Matrix): Uint8Array {
  const image: Image = { rows: grey.rows, columns: grey.columns, depth: 8, channels: [grey] }
  return encodePng(image)
}
