import { Matrix } from '../../core/matrix.ts'
import type { Image } from '../../io/image.ts'

/** Means over blocks of factor×factor entries; what does not fill a block at the right and lower edge is left out. */
function blockMeans(A: Matrix, factor: number): Matrix {
  const means = Matrix.zeros(Math.floor(A.rows / factor), Math.floor(A.columns / factor))
  for (let i = 0, at = 0; i < means.rows; i++)
    for (let j = 0; j < means.columns; j++, at++) {
      let sum = 0
      for (let y = 0; y < factor; y++) for (let x = 0; x < factor; x++) sum += A.get(i * factor + y, j * factor + x)
      means.data[at] = sum / factor ** 2
    }
  return means
}

function toEightBits(A: Matrix, depth: number): Matrix {
  const largest = 2 ** depth - 1
  // Clipped before it is scaled, as the full picture is.
  return new Matrix(
    Float64Array.from(A.copy().data, (value) => Math.min(1, Math.max(0, value / largest)) * 255),
    A.rows,
    A.columns,
  )
}

/** The picture for a page: 8 bits, and each side at most `side` pixels where whole-number shrinking allows. */
export function shrink(image: Image, side: number): Image {
  const shorter = Math.min(image.rows, image.columns)
  const factor = Math.min(shorter, Math.max(1, Math.round(Math.max(image.rows, image.columns) / side)))
  const small = (A: Matrix) => blockMeans(toEightBits(A, image.depth), factor)
  const channels = image.channels.map(small)
  const { rows, columns } = channels[0] as Matrix
  return { rows, columns, depth: 8, channels, alpha: image.alpha && small(image.alpha) }
}
