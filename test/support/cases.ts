/**
 * The table of matrices that every function is tried on: tagged cases crossed with dtype and layout.
 *
 *   test.each(cases({ with: ['square'], without: ['nonFinite'] }))('$name', async ({ A, rank }) => …)
 *
 * `A` is made anew at each access, so that a test cannot spoil another; the name carries dtype, layout and seed.
 */
import { type DType, type FloatArray, Matrix, MatrixBatch } from '../../lib/index.ts'
import { at, type Dense, scaled, uniform } from './generate.ts'
import { recipes, shapeTags, type Tag } from './recipes.ts'

export const layouts = ['row-major', 'transposed', 'strided', 'offset'] as const
export type Layout = (typeof layouts)[number]

export interface Case {
  /** Title, dtype, layout and seed. */
  readonly name: string
  readonly tags: ReadonlySet<Tag>
  readonly dtype: DType
  readonly layout: Layout
  readonly rows: number
  readonly columns: number
  /** Of the random numbers in it: each recipe has its own. */
  readonly seed: number
  /** The numerical rank, where the case was made with one. */
  readonly rank: number | undefined
  /** A fresh copy of the matrix. */
  readonly A: Matrix
}

export const dtypes = ['float64', 'float32'] as const

/** The array type of a dtype. */
export function arrayOf(dtype: DType, source: number | ArrayLike<number>): FloatArray {
  const Type = (dtype === 'float64' ? Float64Array : Float32Array) as Float64ArrayConstructor
  return typeof source === 'number' ? new Type(source) : Type.from(source)
}

/** The matrix in memory of the layout; what surrounds it is NaN, so that whoever reads it is found out. */
export function lay(A: Dense, dtype: DType, layout: Layout): Matrix {
  const { rows, columns } = A
  const [rowStride, columnStride, offset] = {
    'row-major': [columns, 1, 0],
    transposed: [1, rows, 0],
    strided: [2 * columns + 3, 2, 5],
    offset: [columns, 1, 7],
  }[layout]
  const size = layout === 'strided' ? rows * rowStride + offset + 4 : rows * columns + 2 * offset
  const data = arrayOf(dtype, size).fill(Number.NaN)
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) data[offset + i * rowStride + j * columnStride] = at(A, i, j)
  return new Matrix(data, rows, columns, { rowStride, columnStride, offset })
}

export interface Selection {
  /** Cases that have all of these tags … */
  readonly with?: readonly Tag[]
  /** … and none of these. */
  readonly without?: readonly Tag[]
  readonly dtypes?: readonly DType[]
  readonly layouts?: readonly Layout[]
}

/** The cases of a selection; a large matrix comes in two layouts only. */
export function cases(selection: Selection = {}): Case[] {
  const { with: wanted = [], without = [], dtypes: types = dtypes, layouts: lays = layouts } = selection
  const found = recipes.flatMap(({ title, tags: entryTags, rank, make }, number) => {
    const seed = 1000 + 10 * number
    const tags = new Set<Tag>([...entryTags, ...shapeTags(make('float64', seed))])
    if (!wanted.every((tag) => tags.has(tag)) || without.some((tag) => tags.has(tag))) return []
    return types.flatMap((dtype) => {
      const made = make(dtype, seed)
      const { rows, columns } = made
      return lays
        .filter((layout) => !tags.has('large') || layout === 'transposed' || layout === 'strided')
        .map((layout) => ({
          name: `${title}, ${dtype}, ${layout}, seed ${seed}`,
          ...{ tags, dtype, layout, rows, columns, seed, rank },
          get A() {
            return lay(made, dtype, layout)
          },
        }))
    })
  })
  if (found.length === 0) throw new Error(`no case fits ${JSON.stringify(selection)}`)
  return found
}

/** A right-hand side for a case's matrix, or any other companion: uniform entries, seeded by the case. */
export function companion(
  { dtype, seed }: Pick<Case, 'dtype' | 'seed'>,
  rows: number,
  columns: number,
  scale = 1,
): Matrix {
  return lay(scaled(uniform(rows, columns, seed + 5), scale), dtype, 'row-major')
}

/** The batch of matrices of one shape and dtype. */
export function batchOf(members: readonly Matrix[], like = members[0]): MatrixBatch {
  const { rows, columns, dtype } = like
  const data = arrayOf(dtype, members.length * rows * columns)
  for (const [b, member] of members.entries()) data.set(member.copy().data, b * rows * columns)
  return new MatrixBatch(data, members.length, rows, columns)
}
