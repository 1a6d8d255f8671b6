import type { FloatArray } from './dtype.ts'

/** How a matrix, or a batch of them, lies in its array; what the boundary passes to a kernel. */
export interface Layout<T extends FloatArray = FloatArray> {
  readonly data: T
  readonly count: number
  readonly memberStride: number
  readonly rows: number
  readonly columns: number
  readonly rowStride: number
  readonly columnStride: number
  readonly offset: number
}
