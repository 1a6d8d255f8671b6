import { type FloatArray, integers, uninitialized } from '../core/dtype.ts'
import { Matrix } from '../core/matrix.ts'

/** Indices ascending, each once; sorts the array in place. */
export function distinct(indices: Int32Array): Int32Array {
  return indices.sort().filter((index, k) => k === 0 || index !== indices[k - 1])
}

/** Rows of F, together. */
export function gatherRows(F: Matrix, rows: Int32Array): Matrix {
  const k = F.columns
  const factors = uninitialized(F.dtype, rows.length * k)
  for (let r = 0, at = 0; r < rows.length; r++)
    for (let l = 0; l < k; l++)
      factors[at++] = F.data[F.offset + (rows[r] as number) * F.rowStride + l * F.columnStride] as number
  return new Matrix(factors, rows.length, k)
}

/** Numbers of a vector, together; none of none. */
export function gather(vector: FloatArray, indices: Int32Array): FloatArray {
  const gathered = new (vector.constructor as new (length: number) => FloatArray)(indices.length)
  for (let k = 0; k < indices.length; k++) gathered[k] = vector[indices[k] as number] as number
  return gathered
}

/** For each of `count` indices its place in a list, −1 where it is not in it. */
export function placesIn(list: Int32Array, count: number): Int32Array {
  const places = integers(count).fill(-1)
  for (let c = 0; c < list.length; c++) places[list[c] as number] = c
  return places
}
