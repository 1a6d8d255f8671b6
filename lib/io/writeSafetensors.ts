import { MatrixBatch } from '../core/batch.ts'
import { checkOptions, describe, oneOf } from '../core/check.ts'
import { ArgumentError, ShapeError, sentence } from '../core/errors.ts'
import { checkAlive, readOperand } from '../core/input.ts'
import { Matrix } from '../core/matrix.ts'
import { checkPath } from './path.ts'
import { LazyTensor } from './readSafetensors.ts'
import { isUnicode, largestHeader, metadataKey } from './safetensorsHeader.ts'
import {
  bytesOf,
  littleEndian,
  type TensorArray,
  type TensorDtype,
  tensorDtypeOf,
  tensorDtypes,
} from './tensorTypes.ts'
import { type Output, type WriteOptions, writeFiles } from './write.ts'

/** Numbers of any type and shape, row by row: an array of their type, or their bytes (little-endian) with `dtype`. */
export interface TensorParts {
  readonly data: TensorArray
  /** @default one dimension */
  readonly shape?: readonly number[] | undefined
  /** @default that of the array */
  readonly dtype?: TensorDtype | undefined
}

/**
 * What can be written as a tensor: a matrix, a batch (three dimensions), a typed array (one), parts, or one of a file.
 */
export type TensorLike = Matrix | MatrixBatch | TensorArray | TensorParts | LazyTensor

/** Options of {@link writeSafetensors}. */
export interface WriteSafetensorsOptions extends WriteOptions {
  /** What the file says of itself, texts by texts. @default none */
  readonly metadata?: Readonly<Record<string, string>> | undefined
}

/** A tensor to be written. */
interface Planned {
  readonly name: string
  readonly dtype: TensorDtype
  readonly shape: readonly number[]
  readonly byteLength: number
  bytes(): Iterable<Uint8Array> | AsyncIterable<Uint8Array>
}

const routine = 'writeSafetensors'

// Tensors of other files pass through in pieces.
const pieceBytes = 2 ** 26

async function* piecesOf(tensor: LazyTensor): AsyncIterable<Uint8Array> {
  for (let at = 0; at < tensor.byteLength; at += pieceBytes)
    yield await tensor.bytes(at, Math.min(at + pieceBytes, tensor.byteLength))
}

function planDense(name: string, value: Matrix | MatrixBatch): Planned {
  const title = `tensor ${describe(name)}`
  const dense = readOperand(routine, title, value).value
  const batch = dense instanceof MatrixBatch
  const shape = batch ? [dense.count, dense.rows, dense.columns] : dense.shape
  const dtype = dense.dtype === 'float32' ? 'F32' : 'F64'
  const bytes = () => {
    checkAlive(routine, title, dense)
    return [littleEndian(batch ? dense.data : dense.copy().data)]
  }
  return { name, dtype, shape, byteLength: bytesOf(dtype, shape) as number, bytes }
}

function planParts(name: string, { data, shape, dtype }: TensorParts): Planned {
  const title = `tensor ${describe(name)}`
  const own = ArrayBuffer.isView(data) ? tensorDtypeOf(data) : undefined
  if (own === undefined)
    throw new ArgumentError(
      sentence(routine, `${title} to be a matrix, a typed array or {data, shape, dtype}`, describe(data)),
    )
  const type = dtype === undefined ? own : oneOf(routine, `dtype of ${title}`, dtype, tensorDtypes)
  const extents = shape ?? [data.length]
  if (!Array.isArray(extents) || !extents.every((extent) => Number.isSafeInteger(extent) && extent >= 0))
    throw new ArgumentError(sentence(routine, `shape of ${title} to be integers from 0`, describe(extents)))
  const byteLength = bytesOf(type, extents)
  if (byteLength !== data.byteLength)
    throw new ShapeError(
      sentence(
        routine,
        `${title} with the bytes of ${type} of shape [${extents.join(', ')}]`,
        `${data.byteLength} bytes instead of ${byteLength ?? 'a whole number of them'}`,
      ),
    )
  const bytes = () => {
    // They are asked for when their turn comes; a buffer that is gone is empty.
    if (data.byteLength === byteLength) return [littleEndian(data)]
    throw new ArgumentError(
      sentence(
        routine,
        `${title} with its ${byteLength} bytes`,
        `${data.byteLength}`,
        'its buffer was detached or shrunk',
      ),
    )
  }
  return { name, dtype: type, shape: [...extents], byteLength, bytes }
}

function plan(name: unknown, value: unknown): Planned {
  if (typeof name !== 'string' || name === metadataKey || !isUnicode(name))
    throw new ArgumentError(
      sentence(routine, `names of tensors to be texts in Unicode, not ${metadataKey}`, describe(name), 'rename it'),
    )
  if (value instanceof LazyTensor) {
    const { dtype, shape, byteLength } = value
    return { name, dtype, shape, byteLength, bytes: () => piecesOf(value) }
  }
  if (value instanceof Matrix || value instanceof MatrixBatch) return planDense(name, value)
  if (ArrayBuffer.isView(value)) return planParts(name, { data: value as TensorArray })
  if (typeof value !== 'object' || value === null)
    throw new ArgumentError(
      sentence(
        routine,
        `tensor ${describe(name)} to be a matrix, a typed array or {data, shape, dtype}`,
        describe(value),
      ),
    )
  return planParts(name, value as TensorParts)
}

/** Strongest alignment first, then by name: each tensor begins at a multiple of its numbers' width. */
function inFileOrder(tensors: Planned[]): Planned[] {
  const rank = ({ dtype }: Planned) => tensorDtypes.indexOf(dtype)
  return tensors.sort((a, b) => rank(b) - rank(a) || Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)))
}

function formatHeader(tensors: readonly Planned[], metadata: Readonly<Record<string, string>> | undefined): Uint8Array {
  let at = 0
  const entries = tensors.map(({ name, dtype, shape, byteLength }) => {
    const begin = at
    at += byteLength
    return `${JSON.stringify(name)}:${JSON.stringify({ dtype, shape, data_offsets: [begin, at] })}`
  })
  if (metadata !== undefined) entries.unshift(`"${metadataKey}":${JSON.stringify(metadata)}`)
  const text = Buffer.from(`{${entries.join(',')}}`)
  const length = Math.ceil(text.length / 8) * 8
  if (length > largestHeader)
    throw new ArgumentError(
      sentence(
        routine,
        `a header of at most ${largestHeader} bytes`,
        `${length}`,
        'use shorter or fewer names, or less metadata',
      ),
    )
  const header = new Uint8Array(8 + length).fill(0x20)
  new DataView(header.buffer).setBigUint64(0, BigInt(length), true)
  header.set(text, 8)
  return header
}

function readMetadata(metadata: unknown): Readonly<Record<string, string>> | undefined {
  if (metadata === undefined) return undefined
  const plain = typeof metadata === 'object' && metadata !== null && !Array.isArray(metadata)
  const wrong = plain ? Object.entries(metadata).find((entry) => entry.some((text) => !isText(text))) : [metadata]
  if (wrong === undefined) return { ...(metadata as Record<string, string>) }
  throw new ArgumentError(sentence(routine, 'metadata to map texts to texts', wrong.map(describe).join(': ')))
}

const isText = (text: unknown) => typeof text === 'string' && isUnicode(text)

/** @internal A safetensors file to be written; everything but the bytes of tensors is checked. */
export function safetensorsOutput(
  path: string,
  tensors: Iterable<readonly [string, TensorLike]>,
  metadata?: Readonly<Record<string, string>>,
): Output {
  const planned = inFileOrder(Array.from(tensors, ([name, value]) => plan(name, value)))
  const names = new Set<string>()
  for (const { name } of planned) {
    if (names.has(name)) throw new ArgumentError(sentence(routine, 'every tensor once', `${describe(name)} twice`))
    names.add(name)
  }
  const header = formatHeader(planned, metadata)
  return {
    path,
    async *bytes() {
      yield header
      for (const tensor of planned) yield* tensor.bytes()
    },
  }
}

/**
 * Writes tensors to a safetensors file, laid out as the format's own library does. Tensors of files that are read
 * ({@link LazyTensor}) pass through in pieces, whatever their size. The file appears whole or not at all.
 *
 * @param tensors - an object or a map of tensors by name; keep arrays unchanged until the promise settles
 * @throws {ArgumentError} where the file exists and `overwrite` is not given, a name or a value is no name or tensor,
 * or an option is wrong; {@link ShapeError} where a shape does not fit its data
 * @see https://huggingface.co/docs/safetensors
 *
 * @example
 * ```ts
 * import { writeSafetensors } from 'lowrank/io'
 * const half = { data: Uint16Array.of(0x3c00, 0x4000), shape: [2, 1], dtype: 'F16' } as const // 1 and 2
 * await writeSafetensors('half.safetensors', { half, count: BigInt64Array.of(3n) }, { overwrite: true })
 * ```
 */
export async function writeSafetensors(
  path: string,
  tensors: Readonly<Record<string, TensorLike>> | ReadonlyMap<string, TensorLike>,
  options?: WriteSafetensorsOptions,
): Promise<void> {
  const { metadata, ...rest } = checkOptions(routine, options, ['metadata', 'overwrite'])
  if (typeof tensors !== 'object' || tensors === null || Array.isArray(tensors) || ArrayBuffer.isView(tensors))
    throw new ArgumentError(sentence(routine, 'an object or a map of tensors by name', describe(tensors)))
  const entries = tensors instanceof Map ? tensors : Object.entries(tensors)
  const output = safetensorsOutput(checkPath(routine, path), entries, readMetadata(metadata))
  await writeFiles(routine, [output], rest)
}
