/** Batches of small and larger members, and views of any shape and stride, for properties that are stated once. */
import fc from 'fast-check'
import { type DType, Matrix, type MatrixBatch } from '../../lib/index.ts'
import { batchOf, dtypes, lay } from './cases.ts'
import { type Dense, geometric, normal, withEigenvalues, withSingularValues } from './generate.ts'

export interface BatchCase {
  /** Count, shape, dtype and seed. */
  readonly name: string
  readonly dtype: DType
  readonly members: readonly Matrix[]
  readonly batch: MatrixBatch
  readonly seed: number
}

/** Members of condition 10, the shapes around the widths of SIMD registers and the sizes where LAPACK takes over. */
export function batchCases(
  shapes: readonly (readonly [rows: number, columns: number])[],
  make: (rows: number, columns: number, seed: number) => Dense = conditioned,
): BatchCase[] {
  return shapes.flatMap(([rows, columns], s) =>
    dtypes.flatMap((dtype) =>
      [1, 2, 19].map((count) => {
        const seed = 100 * (s + 1)
        const members = Array.from({ length: count }, (_, b) =>
          lay(make(rows, columns, seed + 2 * b), dtype, 'row-major'),
        )
        const name = `${count} of ${rows}×${columns}, ${dtype}, seed ${seed}`
        return { name, dtype, members, batch: batchOf(members), seed }
      }),
    ),
  )
}

/** Singular values from 1 to 0.1. */
export function conditioned(rows: number, columns: number, seed: number): Dense {
  return withSingularValues(rows, columns, geometric(Math.min(rows, columns), 0.1), seed)
}

/** Eigenvalues from 1 to 0.1. */
export function definiteOf(n: number, _: number, seed: number): Dense {
  return withEigenvalues(geometric(n, 0.1), seed)
}

export const squares = [1, 2, 3, 4, 5, 7, 8, 12, 16, 17, 33].map((n) => [n, n] as const)

/**
 * States a property of normal matrices of any shape up to 12×12, on a dtype and a view of any strides and offset. What
 * fails is printed with the seed and path that repeat it.
 */
export async function onAnyView(
  property: (A: Matrix) => Promise<void>,
  { square = false, least = 0 }: { readonly square?: boolean; readonly least?: number } = {},
): Promise<void> {
  const extent = fc.integer({ min: least, max: 12 })
  const given = fc.record({
    rows: extent,
    columns: extent,
    dtype: fc.constantFrom(...dtypes),
    rowGap: fc.integer({ min: 0, max: 3 }),
    columnStep: fc.integer({ min: 1, max: 3 }),
    offset: fc.integer({ min: 0, max: 9 }),
    turned: fc.boolean(),
    seed: fc.integer({ min: 0, max: 1e6 }),
  })
  await fc.assert(
    fc.asyncProperty(given, async ({ rows, columns: freeColumns, dtype, rowGap, columnStep, offset, turned, seed }) => {
      const columns = square ? rows : freeColumns
      const entries = normal(rows, columns, seed)
      const [outer, inner] = turned ? [columns, rows] : [rows, columns]
      const step = inner * columnStep + rowGap
      const compact = lay(entries, dtype, 'row-major')
      const data = new (compact.data.constructor as Float64ArrayConstructor)(outer * step + offset).fill(Number.NaN)
      const [rowStride, columnStride] = turned ? [columnStep, step] : [step, columnStep]
      const A = new Matrix(data, rows, columns, { rowStride, columnStride, offset })
      for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) A.set(i, j, compact.get(i, j))
      await property(A)
    }),
    { seed: 1, numRuns: 60 },
  )
}
