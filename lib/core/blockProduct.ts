/** What the products of all pairs of entries share: block (I, J) of the result is A_IJ ⊗ B_IJ. */

import { checkOptions } from './check.ts'
import { integers } from './dtype.ts'
import { readMatrices } from './input.ts'
import type { Matrix } from './matrix.ts'
import { fresh } from './result.ts'
import { call, type RunOptions, type Steps } from './run.ts'

/** The sizes of the blocks of A and of B along one dimension. */
export type Cuts = readonly [ofA: Int32Array, ofB: Int32Array]

/** The dimension in one block. */
export function whole(extentOfA: number, extentOfB: number): Cuts {
  return [Int32Array.of(extentOfA), Int32Array.of(extentOfB)]
}

/** Each row or column a block. */
export function single(extent: number): Cuts {
  const ones = integers(extent).fill(1)
  return [ones, ones]
}

/** A product without options, cut as `cut` says. */
export function* blockProduct(
  routine: string,
  A: unknown,
  B: unknown,
  options: RunOptions | undefined,
  cut: (a: Matrix, b: Matrix) => { rows: Cuts; columns: Cuts },
): Steps<Matrix> {
  checkOptions(routine, options, ['signal'])
  const [{ value: a }, { value: b }] = readMatrices(routine, A, B)
  return yield* cutProduct(a, b, cut(a, b))
}

export function* cutProduct(a: Matrix, b: Matrix, { rows, columns }: { rows: Cuts; columns: Cuts }): Steps<Matrix> {
  const extent = ([ofA, ofB]: Cuts) => ofA.reduce((sum, size, i) => sum + size * (ofB[i] as number), 0)
  const result = fresh(a.dtype, extent(rows), extent(columns))
  yield* call('kron', a, b, ...rows, ...columns, result)
  return result
}
