import { type Cuts, cutProduct } from '../core/blockProduct.ts'
import { checkOptions, describe, integer } from '../core/check.ts'
import { type FloatArray, integers } from '../core/dtype.ts'
import { ArgumentError, ShapeError, sentence } from '../core/errors.ts'
import { readMatrices } from '../core/input.ts'
import type { Matrix, MatrixLike } from '../core/matrix.ts'
import { type RunOptions, runAsync, runSync, type Steps } from '../core/run.ts'

/**
 * How A and B are cut along one dimension: into so many equal blocks, into blocks of these sizes both, or each by its
 * own.
 */
export type Blocks = number | readonly number[] | { readonly A: readonly number[]; readonly B: readonly number[] }

/** Options of {@link partitionedKhatriRao}. */
export interface PartitionedKhatriRaoOptions extends RunOptions {
  /** How the rows are cut. */
  readonly rowBlocks: Blocks
  /** How the columns are cut. */
  readonly columnBlocks: Blocks
}

const routine = 'partitionedKhatriRao'
type Part = 'rowBlocks' | 'columnBlocks'

function* steps(A: unknown, B: unknown, options: PartitionedKhatriRaoOptions): Steps<Matrix> {
  const { rowBlocks, columnBlocks } = checkOptions(routine, options, ['rowBlocks', 'columnBlocks', 'signal'])
  const [{ value: a }, { value: b }] = readMatrices(routine, A, B)
  const rows = readBlocks('rowBlocks', rowBlocks, a.rows, b.rows)
  const columns = readBlocks('columnBlocks', columnBlocks, a.columns, b.columns)
  return yield* cutProduct(a, b, { rows, columns })
}

function readBlocks(part: Part, blocks: Blocks, extentOfA: number, extentOfB: number): Cuts {
  if (typeof blocks === 'number') {
    integer(routine, part, blocks, 1)
    return [equal(part, 'A', blocks, extentOfA), equal(part, 'B', blocks, extentOfB)]
  }
  if (Array.isArray(blocks)) return [sizes(part, 'A', blocks, extentOfA), sizes(part, 'B', blocks, extentOfB)]
  if (blocks === null || typeof blocks !== 'object' || !('A' in blocks && 'B' in blocks))
    throw new ArgumentError(
      sentence(
        routine,
        `${part} to be a number of blocks, their sizes, or { A, B } with the sizes of each`,
        describe(blocks),
      ),
    )
  const cuts = [sizes(part, 'A', blocks.A, extentOfA), sizes(part, 'B', blocks.B, extentOfB)] as const
  if (cuts[0].length !== cuts[1].length)
    throw new ShapeError(
      sentence(routine, `${part} to cut B into ${cuts[0].length} blocks like A`, `${cuts[1].length}`),
    )
  return cuts
}

function equal(part: Part, name: string, count: number, extent: number): Int32Array {
  if (extent % count !== 0)
    throw new ShapeError(
      sentence(routine, `${part} to divide the ${extent} of ${name}`, `${count}`, 'give the sizes of the blocks'),
    )
  return integers(count).fill(extent / count)
}

function sizes(part: Part, name: string, list: unknown, extent: number): Int32Array {
  if (!Array.isArray(list))
    throw new ArgumentError(sentence(routine, `${part} of ${name} to be an array of sizes`, describe(list)))
  let sum = 0
  for (const size of list) sum += integer(routine, `${part} of ${name}`, size, 0, extent)
  if (sum !== extent)
    throw new ShapeError(sentence(routine, `${part} of ${name} with the sum ${extent}`, `[${list.join(', ')}]`))
  return Int32Array.from(list)
}

/**
 * The partition-wise Khatri–Rao product of A and B, both cut into as many blocks: block (I, J) of the result is A_IJ ⊗
 * B_IJ. In one block it is {@link kron}, with every column a block {@link khatriRao}, with every row one
 * {@link faceSplitting}, with every entry one {@link hadamard}. NaN and infinities are carried on.
 *
 * @param options.rowBlocks - how the rows are cut: a number of equal blocks, sizes for both, or
 * `{ A: sizes, B: sizes }`
 * @param options.columnBlocks - how the columns are cut, likewise
 * @returns Σ mᵢpᵢ × Σ nⱼqⱼ, for row blocks of mᵢ and pᵢ rows and column blocks of nⱼ and qⱼ columns
 * @throws {ShapeError} where the blocks do not fit A and B, {@link ArgumentError} where they are of another kind or
 * dtypes differ
 * @see Khatri, Rao, Solutions to some functional equations and their applications to characterization of probability
 * distributions, Sankhyā A 30 (1968)
 *
 * @example
 * ```ts
 * import { partitionedKhatriRao } from 'lowrank'
 * const A = [[1, 2], [3, 4]]
 * const B = [[5, 6], [7, 8]]
 * console.log(partitionedKhatriRao(A, B, { rowBlocks: 1, columnBlocks: 2 }).toArray()) // [[5, 12], [7, 16], [15, 24], [21, 32]]
 * ```
 */
export function partitionedKhatriRao<T extends FloatArray>(
  A: Matrix<T> | T,
  B: MatrixLike<T>,
  options: PartitionedKhatriRaoOptions,
): Matrix<T>
export function partitionedKhatriRao<T extends FloatArray>(
  A: MatrixLike<T>,
  B: Matrix<T> | T,
  options: PartitionedKhatriRaoOptions,
): Matrix<T>
export function partitionedKhatriRao(A: MatrixLike, B: MatrixLike, options: PartitionedKhatriRaoOptions): Matrix
export function partitionedKhatriRao(A: MatrixLike, B: MatrixLike, options: PartitionedKhatriRaoOptions): Matrix {
  return runSync(routine, steps(A, B, options), options)
}

/** {@link partitionedKhatriRao} off the JavaScript thread: same arguments, a promise. Inputs are read at the call. */
export function partitionedKhatriRaoAsync<T extends FloatArray>(
  A: Matrix<T> | T,
  B: MatrixLike<T>,
  options: PartitionedKhatriRaoOptions,
): Promise<Matrix<T>>
export function partitionedKhatriRaoAsync<T extends FloatArray>(
  A: MatrixLike<T>,
  B: Matrix<T> | T,
  options: PartitionedKhatriRaoOptions,
): Promise<Matrix<T>>
export function partitionedKhatriRaoAsync(
  A: MatrixLike,
  B: MatrixLike,
  options: PartitionedKhatriRaoOptions,
): Promise<Matrix>
export function partitionedKhatriRaoAsync(
  A: MatrixLike,
  B: MatrixLike,
  options: PartitionedKhatriRaoOptions,
): Promise<Matrix> {
  return runAsync(routine, steps(A, B, options), options)
}
