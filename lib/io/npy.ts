import { MatrixBatch } from '../core/batch.ts'
import { boolean, checkOptions } from '../core/check.ts'
import type { FloatArray } from '../core/dtype.ts'
import { FormatError } from '../core/errors.ts'
import { readOperand } from '../core/input.ts'
import { Matrix, type MatrixLike, maximumExtent } from '../core/matrix.ts'
import { readNumbers, widthOf } from './dtypes.ts'
import { formatHeader, type NpyHeader, readHeader } from './npyHeader.ts'
import { checkPath } from './path.ts'
import { type ByteSource, withFile } from './source.ts'
import { type Output, type WriteOptions, writeFiles } from './write.ts'

/** Options of {@link readNpy}. */
export interface ReadNpyOptions {
  /** Read an array of three dimensions as a batch of matrices. @default false */
  readonly batch?: boolean | undefined
}

function checkLength(source: ByteSource, { shape, type, dataOffset }: NpyHeader): number {
  if (shape.length > 3 || shape.some((extent) => extent > maximumExtent))
    throw new FormatError(
      `readNpy: expected at most three dimensions of up to ${maximumExtent} in ${source.file} but received (${shape.join(', ')}); reshape it`,
      { file: source.file, byteOffset: 10 },
    )
  const length = shape.reduce((product, extent) => product * extent, 1)
  const bytes = length * widthOf(type)
  if (dataOffset + bytes !== source.size)
    throw new FormatError(
      `readNpy: expected ${bytes} bytes of numbers for shape (${shape.join(', ')}) in ${source.file} but received ${source.size - dataOffset}; the file was cut off or changed`,
      { file: source.file, byteOffset: Math.min(source.size, dataOffset + bytes) },
    )
  return length
}

/** Members of a batch lie row by row: of a column-major array they are copied. */
function batchOf(data: FloatArray, shape: readonly number[], columnMajor: boolean): MatrixBatch {
  const [count, rows, columns] = shape as [number, number, number]
  if (!columnMajor) return new MatrixBatch(data, count, rows, columns)
  const strides = [1, count, count * rows]
  return readOperand('readNpy', 'array', { data, shape, strides }).value as MatrixBatch
}

/** Decodes one array: a matrix of up to two dimensions (0-d is 1×1, 1-d one column), a batch of three. */
export async function decodeNpy(source: ByteSource): Promise<Matrix | MatrixBatch> {
  const header = await readHeader(source)
  const { shape, columnMajor, dataOffset, type, bigEndian } = header
  const data = await readNumbers(source, dataOffset, checkLength(source, header), type, bigEndian)
  if (shape.length === 3) return batchOf(data, shape, columnMajor)
  const [rows = 1, columns = 1] = shape
  return columnMajor ? new Matrix(data, columns, rows).transpose : new Matrix(data, rows, columns)
}

/**
 * Reads a .npy file of versions 1 to 3, in either byte and storage order. float32 and float64 stay what they are,
 * float16 becomes float32, integers and booleans float64. A scalar is 1×1, a vector of n numbers n×1.
 *
 * @param path - the file
 * @returns the matrix, or with `batch` the matrices of an array of three dimensions
 * @throws {FormatError} where the file is no .npy, was cut off, holds no real numbers, or has other dimensions;
 * the system's own error where it cannot be read
 *
 * @example
 * ```ts
 * import { Matrix } from 'lowrank'
 * import { readNpy, writeNpy } from 'lowrank/io'
 * await writeNpy('A.npy', Matrix.from([[1, 2], [3, 4]]), { overwrite: true })
 * console.log((await readNpy('A.npy')).toArray()) // [[1, 2], [3, 4]]
 * ```
 */
export function readNpy(path: string, options: { readonly batch: true }): Promise<MatrixBatch>
export function readNpy(path: string, options?: { readonly batch?: false | undefined }): Promise<Matrix>
export function readNpy(path: string, options?: ReadNpyOptions): Promise<Matrix | MatrixBatch>
export async function readNpy(path: string, options?: ReadNpyOptions): Promise<Matrix | MatrixBatch> {
  const { batch = false } = checkOptions('readNpy', options, ['batch'])
  boolean('readNpy', 'batch', batch)
  const array = await withFile(checkPath('readNpy', path), decodeNpy)
  if (array instanceof MatrixBatch === batch) return array
  const [expected, received, remedy] = batch
    ? ['three dimensions', 'fewer', 'leave batch out']
    : ['at most two dimensions', 'three', 'pass batch: true']
  throw new FormatError(`readNpy: expected ${expected} in ${path} but received ${received}; ${remedy}`, {
    file: path,
    byteOffset: 10,
  })
}

function* numbersOf(value: Matrix | MatrixBatch): Iterable<Uint8Array> {
  const packed = value instanceof MatrixBatch ? value.data : contiguous(value)
  yield new Uint8Array(packed.buffer, packed.byteOffset, packed.byteLength)
}

function contiguous(A: Matrix): FloatArray {
  const { data, offset, rows, columns } = A
  return A.columnStride === 1 && A.rowStride === columns
    ? data.subarray(offset, offset + rows * columns)
    : A.copy().data
}

/** A .npy file to be written. */
export function npyOutput(path: string, value: Matrix | MatrixBatch, vector = false): Output {
  const shape =
    value instanceof MatrixBatch ? [value.count, value.rows, value.columns] : vector ? [value.rows] : value.shape
  return {
    path,
    *bytes() {
      yield formatHeader(value.dtype, shape, false)
      yield* numbersOf(value)
    },
  }
}

/**
 * Writes a matrix, a vector or a batch to a .npy file (version 1, row by row, the bytes that `numpy.save` writes). The
 * file appears whole or not at all.
 *
 * @param A - a matrix (two dimensions), a typed or flat array (one), or a batch (three); keep it unchanged until the
 * promise settles
 * @throws {ArgumentError} where the file exists and `overwrite` is not given, or A is no matrix
 *
 * @example
 * ```ts
 * import { writeNpy } from 'lowrank/io'
 * await writeNpy('x.npy', Float64Array.of(1, 2, 3), { overwrite: true })
 * ```
 */
export async function writeNpy(path: string, A: MatrixLike | MatrixBatch, options?: WriteOptions): Promise<void> {
  const { value, vector } = readOperand('writeNpy', 'A', A)
  await writeFiles('writeNpy', [npyOutput(checkPath('writeNpy', path), value, vector)], options)
}
