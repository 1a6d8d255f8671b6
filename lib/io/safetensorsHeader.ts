/**
 * The header of a safetensors file: its length in 8 bytes, then JSON that says of each tensor its type, shape and place
 * among the bytes that follow. Everything is checked before a tensor is read: the tensors fill the rest of the file
 * exactly.
 *
 * @see https://huggingface.co/docs/safetensors
 */
import { describe } from '../core/check.ts'
import { FormatError } from '../core/errors.ts'
import type { ByteSource } from './source.ts'
import { bytesOf, type TensorDtype, tensorDtypes } from './tensorTypes.ts'

/** Where a tensor lies in the file. */
export interface TensorPlace {
  readonly name: string
  readonly dtype: TensorDtype
  readonly shape: readonly number[]
  /** The first byte of the tensor in the file. */
  readonly byteOffset: number
  readonly byteLength: number
}

interface SafetensorsHeader {
  readonly metadata: Readonly<Record<string, string>>
  /** By the order of their bytes. */
  readonly places: readonly TensorPlace[]
}

/** What the format allows a header. */
export const largestHeader = 100_000_000

/** The key under which a header keeps what is said of the file as a whole. */
export const metadataKey = '__metadata__'

const routine = 'readSafetensors'

/** Refuses what is wrong at a byte of the file. */
class Checker {
  constructor(
    readonly source: ByteSource,
    readonly text = '',
  ) {}

  fail(byteOffset: number, expected: string, received: string, remedy = 'write the file again'): never {
    const { file } = this.source
    throw new FormatError(`${routine}: expected ${expected} in ${file} but received ${received}; ${remedy}`, {
      file,
      byteOffset,
    })
  }

  /** The byte of a character of the header. */
  byteOf(at: number): number {
    return 8 + Buffer.byteLength(this.text.slice(0, at))
  }
}

async function readText(source: ByteSource): Promise<{ text: string; dataOffset: number }> {
  const checker = new Checker(source)
  const prefix = new Uint8Array(Math.min(source.size, 8))
  await source.read(prefix, 0)
  if (prefix.length < 8) checker.fail(source.size, '8 bytes of the length of its header', `${prefix.length}`)
  const length = new DataView(prefix.buffer).getBigUint64(0, true)
  if (length > largestHeader)
    checker.fail(0, `a header of at most ${largestHeader} bytes`, `${length}`, 'this is no safetensors file')
  const dataOffset = 8 + Number(length)
  if (dataOffset > source.size)
    checker.fail(source.size, `a header of ${length} bytes`, `${source.size - 8}`, 'the file was cut off')
  const bytes = new Uint8Array(Number(length))
  await source.read(bytes, 8)
  if (bytes[0] !== 0x7b) checker.fail(8, "a header that begins with '{'", 'other bytes', 'this is no safetensors file')
  try {
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes), dataOffset }
  } catch {
    return checker.fail(8, 'a header in UTF-8', 'other bytes')
  }
}

function parse(checker: Checker): Record<string, unknown> {
  try {
    return JSON.parse(checker.text)
  } catch (cause) {
    return checker.fail(8, 'a header in JSON', `other text (${(cause as Error).message})`)
  }
}

/**
 * The keys of the outermost object and where each stands. Refuses a key that any object has twice: a parser drops one.
 */
function keysOf(checker: Checker): Map<string, number> {
  const { text } = checker
  const open: Map<string, number>[] = []
  let outermost = new Map<string, number>()
  for (let i = 0; i < text.length; i++) {
    const character = text[i]
    if (character === '{') open.push(new Map())
    else if (character === '}') outermost = open.pop() ?? outermost
    else if (character === '"') {
      const start = i++
      while (text[i] !== '"') i += text[i] === '\\' ? 2 : 1
      let after = i + 1
      while (' \t\r\n'.includes(text[after] as string)) after++
      if (text[after] !== ':') continue
      const key: string = JSON.parse(text.slice(start, i + 1))
      if (open.at(-1)?.has(key))
        checker.fail(checker.byteOf(start), 'every key once in the header', `${describe(key)} twice`)
      open.at(-1)?.set(key, start)
    }
  }
  return outermost
}

function readMetadata(checker: Checker, value: unknown, at: number): Record<string, string> {
  const right =
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((text) => typeof text === 'string')
  if (!right) checker.fail(checker.byteOf(at), `${metadataKey} to map texts to texts`, describe(value))
  return value as Record<string, string>
}

/** Whether a text has no half of a surrogate pair, which UTF-8 cannot hold. */
export const isUnicode = (text: string): boolean => !/\p{Surrogate}/u.test(text)

const isExtent = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0

// What a header says may be of any length, and nested to any depth.
const shapeText = (shape: readonly number[]) =>
  shape.length > 8 ? `${shape.length} dimensions` : `[${shape.join(', ')}]`
const offsetsText = (offsets: unknown) =>
  Array.isArray(offsets) && offsets.length === 2 ? `[${offsets.map(describe).join(', ')}]` : describe(offsets)

function readPlace(checker: Checker, name: string, value: unknown, at: number, dataOffset: number): TensorPlace {
  const fail = (expected: string, received: string, remedy?: string) =>
    checker.fail(checker.byteOf(at), `${expected} for tensor ${describe(name)}`, received, remedy)
  if (!isUnicode(name)) fail('a name in Unicode', 'half a surrogate pair')
  if (typeof value !== 'object' || value === null) fail('dtype, shape and data_offsets', describe(value))
  const { dtype, shape, data_offsets: offsets } = value as Record<string, unknown>
  if (!tensorDtypes.includes(dtype as TensorDtype))
    fail(`dtype to be one of ${tensorDtypes.join(', ')}`, describe(dtype))
  if (!Array.isArray(shape) || !shape.every(isExtent)) fail('a shape of integers from 0', describe(shape))
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isExtent) || offsets[0] > offsets[1])
    fail('data_offsets [begin, end] with 0 ≤ begin ≤ end', offsetsText(offsets))
  const [begin, end] = offsets as [number, number]
  const extents = shape as number[]
  const bytes = bytesOf(dtype as TensorDtype, extents)
  if (bytes === undefined) fail('a whole number of bytes', `${dtype} of shape ${shapeText(extents)}`)
  if (end - begin !== bytes) fail(`${bytes} bytes of ${dtype} of shape ${shapeText(extents)}`, `${end - begin}`)
  return { name, dtype: dtype as TensorDtype, shape: extents, byteOffset: dataOffset + begin, byteLength: end - begin }
}

/** Refuses tensors that overlap, leave a hole, or end elsewhere than the file. */
function checkCover(checker: Checker, places: readonly TensorPlace[], dataOffset: number): void {
  let end = dataOffset
  for (const { name, byteOffset, byteLength } of places) {
    if (byteOffset !== end) {
      const received =
        byteOffset < end ? 'one that overlaps the tensor before it' : `${byteOffset - end} unused bytes before it`
      checker.fail(Math.min(byteOffset, end), `tensor ${describe(name)} to follow the one before it`, received)
    }
    end += byteLength
  }
  const { size } = checker.source
  if (end > size)
    checker.fail(size, `${end - dataOffset} bytes of tensors`, `${size - dataOffset}`, 'the file was cut off')
  if (end < size) checker.fail(end, 'the end of the file after its tensors', `${size - end} more bytes`)
}

/** Reads and checks the header. */
export async function readHeader(source: ByteSource): Promise<SafetensorsHeader> {
  const { text, dataOffset } = await readText(source)
  const checker = new Checker(source, text)
  const header = parse(checker)
  const positions = keysOf(checker)
  const places: TensorPlace[] = []
  let metadata: Record<string, string> = {}
  for (const [name, value] of Object.entries(header)) {
    const at = positions.get(name) as number
    if (name === metadataKey) metadata = readMetadata(checker, value, at)
    else places.push(readPlace(checker, name, value, at, dataOffset))
  }
  // An empty tensor stands before the one that begins where it does.
  places.sort((a, b) => a.byteOffset - b.byteOffset || a.byteLength - b.byteLength)
  checkCover(checker, places, dataOffset)
  return { metadata, places }
}
