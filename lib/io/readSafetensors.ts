import { checkOptions, describe, integer } from '../core/check.ts'
import { checkDtype, type DType } from '../core/dtype.ts'
import { ArgumentError, FormatError, sentence } from '../core/errors.ts'
import { Matrix, maximumExtent } from '../core/matrix.ts'
import { hostIsBigEndian, readNumbers, swapBytes } from './dtypes.ts'
import { checkPath } from './path.ts'
import { readHeader, type TensorPlace } from './safetensorsHeader.ts'
import { type ByteSource, withFile } from './source.ts'
import { type TensorArray, type TensorDtype, tensorTypeOf } from './tensorTypes.ts'

/** Options of {@link LazyTensor.matrix}. */
export interface TensorMatrixOptions {
  /** @default 'float64' for F64 and integers, 'float32' for F32, F16 and BF16 */
  readonly dtype?: DType | undefined
  /** The rows to read, [start, end). @default all */
  readonly rows?: readonly [start: number, end: number] | undefined
}

/**
 * A tensor of a safetensors file: its numbers are read when they are asked for, from the file as it was when its header
 * was read. Each reading opens the file and closes it again.
 */
export class LazyTensor {
  readonly name: string
  readonly dtype: TensorDtype
  readonly shape: readonly number[]
  /** The file that it is in. */
  readonly file: string
  /** The byte of the file at which it begins. */
  readonly byteOffset: number
  readonly byteLength: number
  readonly #version: string

  /** @internal */
  constructor({ name, dtype, shape, byteOffset, byteLength }: TensorPlace, { file, version }: ByteSource) {
    this.name = name
    this.dtype = dtype
    this.shape = shape
    this.file = file
    this.byteOffset = byteOffset
    this.byteLength = byteLength
    this.#version = version
  }

  #read<R>(use: (source: ByteSource) => Promise<R>): Promise<R> {
    return withFile(this.file, (source) => {
      if (source.version === this.#version) return use(source)
      throw new FormatError(
        `readSafetensors: expected ${this.file} as it was when its header was read but received one that was changed since; read it again`,
        { file: this.file, byteOffset: this.byteOffset },
      )
    })
  }

  /**
   * Its bytes [start, end) as the file has them, little-endian.
   *
   * @throws {FormatError} where the file was changed since its header was read
   */
  async bytes(start = 0, end: number = this.byteLength): Promise<Uint8Array> {
    const routine = 'LazyTensor.bytes'
    integer(routine, 'start', start, 0, this.byteLength)
    integer(routine, 'end', end, start, this.byteLength)
    const bytes = allocate(routine, Uint8Array, end - start)
    await this.#read((source) => source.read(bytes, this.byteOffset + start))
    return bytes
  }

  /**
   * Its numbers, row by row, in an array of their type; F16 and BF16 become float32, BOOL 0 and 1.
   *
   * @throws {ArgumentError} where JavaScript has no such numbers; {@link FormatError} where the file was changed
   */
  async array(): Promise<TensorArray> {
    const routine = 'LazyTensor.array'
    const { array: Type, bits, stored } = tensorTypeOf(this.dtype)
    if (Type === undefined || stored === undefined) throw this.#opaque(routine)
    const length = (8 * this.byteLength) / bits
    if (stored.includes('f')) return this.#read((source) => readNumbers(source, this.byteOffset, length, stored, false))
    const result = allocate(routine, Type, length)
    const bytes = new Uint8Array(result.buffer)
    await this.#read((source) => source.read(bytes, this.byteOffset))
    if (hostIsBigEndian) swapBytes(bytes, bits / 8)
    return result
  }

  /**
   * Its numbers as a matrix: of one dimension one column, of none 1×1. F16 and BF16 become float32, integers and
   * booleans float64.
   *
   * @throws {FormatError} where it has more than two dimensions, an integer beyond 2^53, or the file was changed;
   * {@link ArgumentError} where JavaScript has no such numbers, or an option is wrong
   */
  async matrix(options?: TensorMatrixOptions): Promise<Matrix> {
    const routine = 'LazyTensor.matrix'
    const { dtype, rows } = checkOptions(routine, options, ['dtype', 'rows'])
    if (dtype !== undefined) checkDtype(routine, dtype)
    const { bits, stored } = tensorTypeOf(this.dtype)
    if (stored === undefined) throw this.#opaque(routine)
    const [height = 1, columns = 1] = this.shape
    if (this.shape.length > 2 || height > maximumExtent || columns > maximumExtent)
      throw new FormatError(
        `${routine}: expected at most two dimensions of up to ${maximumExtent} for tensor ${describe(this.name)} of ${this.file} but received [${this.shape.join(', ')}]; use array() or bytes()`,
        { file: this.file, byteOffset: this.byteOffset },
      )
    const [start, end] = rowRange(routine, rows, height)
    const position = this.byteOffset + (start * columns * bits) / 8
    const data = await this.#read((source) => readNumbers(source, position, (end - start) * columns, stored, false))
    const matrix = new Matrix(data, end - start, columns)
    return dtype === undefined ? matrix : matrix.toType(dtype)
  }

  #opaque(routine: string): ArgumentError {
    return new ArgumentError(
      sentence(routine, 'numbers that JavaScript has', `${this.dtype} in tensor ${describe(this.name)}`, 'use bytes()'),
    )
  }
}

function rowRange(routine: string, rows: unknown, height: number): [number, number] {
  if (rows === undefined) return [0, height]
  if (!Array.isArray(rows) || rows.length !== 2)
    throw new ArgumentError(sentence(routine, 'rows to be [start, end]', describe(rows)))
  const start = integer(routine, 'rows[0]', rows[0], 0, height)
  return [start, integer(routine, 'rows[1]', rows[1], start, height)]
}

function allocate<A extends TensorArray>(routine: string, Type: { new (length: number): A }, length: number): A {
  try {
    return new Type(length)
  } catch (cause) {
    const remedy = 'read it in parts, with bytes(start, end)'
    throw new ArgumentError(sentence(routine, 'a tensor that fits into memory', `${length} numbers`, remedy), { cause })
  }
}

/** The tensors of a safetensors file by their names, in the order of their bytes. */
export class Safetensors extends Map<string, LazyTensor> {
  /** What the file says of itself, texts by texts. */
  readonly metadata: Readonly<Record<string, string>>

  /** @internal */
  constructor(tensors: Iterable<[string, LazyTensor]>, metadata: Readonly<Record<string, string>>) {
    super(tensors)
    this.metadata = metadata
  }

  /** Copies of a map are plain maps. */
  static override get [Symbol.species](): MapConstructor {
    return Map
  }
}

/**
 * Opens a safetensors file: reads and checks its header, and no tensor before it is asked for. Files of any size,
 * several at once.
 *
 * @throws {FormatError} where the file is no safetensors file or was cut off, or its header is wrong: keys given twice,
 * types and shapes that do not fit their bytes, tensors that overlap or leave bytes unused; the system's own error
 * where it cannot be read
 * @see https://huggingface.co/docs/safetensors
 *
 * @example
 * ```ts
 * import { Matrix } from 'lowrank'
 * import { readSafetensors, writeSafetensors } from 'lowrank/io'
 * const tensors = { A: Matrix.from([[1, 2], [3, 4]]), steps: Int32Array.of(7) }
 * await writeSafetensors('model.safetensors', tensors, { metadata: { format: 'pt' }, overwrite: true })
 * const file = await readSafetensors('model.safetensors')
 * console.log([...file.keys()], file.metadata.format) // ['A', 'steps'] pt
 * console.log((await file.get('A')?.matrix())?.toArray()) // [[1, 2], [3, 4]]
 * ```
 */
export async function readSafetensors(path: string): Promise<Safetensors> {
  return withFile(checkPath('readSafetensors', path), async (source) => {
    const { metadata, places } = await readHeader(source)
    return new Safetensors(
      places.map((place) => [place.name, new LazyTensor(place, source)]),
      metadata,
    )
  })
}
