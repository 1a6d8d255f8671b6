/** What kron and its family share in their tests. */
import { expect, test } from 'vitest'
import { type DType, Matrix } from '../../lib/index.ts'
import { dtypes, lay, layouts } from './cases.ts'
import { type Dense, dense, uniform } from './generate.ts'

type Product = (A: Matrix, B: Matrix) => Promise<Matrix>
type Shape = readonly [rows: number, columns: number]

/** Entry by entry against its definition, over layouts, dtypes and shapes, to the last bit. */
export function productTests(
  both: Product,
  shapes: readonly (readonly [Shape, Shape])[],
  definition: (A: Matrix, B: Matrix) => Dense,
) {
  const combinations = shapes.flatMap(([a, b]) =>
    dtypes.flatMap((dtype) => layouts.map((layout) => ({ a, b, dtype, layout }))),
  )
  test.each(combinations)('$a by $b, $dtype, $layout', async ({ a, b, dtype, layout }) => {
    const A = lay(uniform(...a, 11), dtype, layout)
    const B = lay(uniform(...b, 12), dtype, layout === 'transposed' ? 'strided' : layout)
    expect(entries(await both(A, B))).toEqual(rounded(definition(A, B), dtype))
  })

  test('NaN and infinities are carried on', async () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const [A, B] = [Matrix.from([[value]]), Matrix.from([[2]])]
      expect((await both(A, B)).toArray()).toEqual([[value]])
      expect((await both(B, A)).toArray()).toEqual([[value]])
    }
  })
}

const entries = (A: Matrix) => ({ shape: A.shape, dtype: A.dtype, values: A.toArray().flat() })

function rounded({ rows, columns, data }: Dense, dtype: DType) {
  const round = dtype === 'float32' ? Math.fround : (x: number) => x
  return { shape: [rows, columns], dtype, values: Array.from(data, round) }
}

/** The Kronecker product of two ranges of rows and columns, by its definition. */
export function kronecker(A: Matrix, B: Matrix): Dense {
  return dense(A.rows * B.rows, A.columns * B.columns, (i, j) => {
    const [p, q] = [B.rows, B.columns]
    return A.get(Math.floor(i / p), Math.floor(j / q)) * B.get(i % p, j % q)
  })
}

/** vec: the columns one below the other. */
export function vec(A: Matrix): Matrix {
  return new Matrix(A.transpose.copy().data, A.rows * A.columns, 1)
}
