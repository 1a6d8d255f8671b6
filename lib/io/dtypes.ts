/** Numbers as files store them, and the float arrays that they become. */
import { endianness } from 'node:os'
import { type FloatArray, uninitialized } from '../core/dtype.ts'
import { FormatError } from '../core/errors.ts'
import type { ByteSource } from './source.ts'

/** Kind and width in bytes, as numpy names them; 'b1' is a boolean, 'bf2' a bfloat16, which numpy has not. */
export type StoredType = 'b1' | 'i1' | 'u1' | 'i2' | 'u2' | 'i4' | 'u4' | 'i8' | 'u8' | 'f2' | 'bf2' | 'f4' | 'f8'

/** Those that numpy has. */
export const storedTypes: readonly string[] = ['b1', 'i1', 'u1', 'i2', 'u2', 'i4', 'u4', 'i8', 'u8', 'f2', 'f4', 'f8']

export const hostIsBigEndian = endianness() === 'BE'

/** Bytes of one number. */
export function widthOf(type: StoredType): number {
  return Number(type.at(-1))
}

/** Turns the bytes of each number round, in place. */
export function swapBytes(bytes: Uint8Array, width: number): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (width === 2) buffer.swap16()
  else if (width === 4) buffer.swap32()
  else if (width === 8) buffer.swap64()
}

function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 31
  const fraction = bits & 1023
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25)
}

let halves: Float32Array | undefined

/** The 65 536 half-precision numbers by their bits: looked up, they cost no more than copying. */
function halfNumbers(): Float32Array {
  halves ??= Float32Array.from({ length: 2 ** 16 }, (_, bits) => halfToNumber(bits))
  return halves
}

const views = {
  b1: Uint8Array,
  i1: Int8Array,
  u1: Uint8Array,
  i2: Int16Array,
  u2: Uint16Array,
  i4: Int32Array,
  u4: Uint32Array,
} as const

function widen(source: ByteSource, buffer: ArrayBuffer, type: StoredType, into: FloatArray, position: number): void {
  if (type === 'i8' || type === 'u8') {
    const values = type === 'i8' ? new BigInt64Array(buffer) : new BigUint64Array(buffer)
    for (let i = 0; i < values.length; i++) {
      into[i] = Number(values[i])
      if (!Number.isSafeInteger(into[i]))
        throw new FormatError(
          `expected integers up to 2^53 in ${source.file}, which float64 holds exactly, but received ${values[i]}; store it as float64`,
          { file: source.file, byteOffset: position + 8 * i },
        )
    }
  } else if (type === 'f2') {
    const bits = new Uint16Array(buffer)
    const numbers = halfNumbers()
    for (let i = 0; i < bits.length; i++) into[i] = numbers[bits[i] as number] as number
  } else if (type === 'bf2') {
    // A bfloat16 is the upper half of a float32.
    const bits = new Uint16Array(buffer)
    const target = new Uint32Array(into.buffer, into.byteOffset, into.length)
    for (let i = 0; i < bits.length; i++) target[i] = (bits[i] as number) << 16
  } else into.set(new views[type as keyof typeof views](buffer))
}

/**
 * Reads `length` numbers from `position` on. float32 and float64 stay what they are, float16 and bfloat16 become
 * float32, integers and booleans float64.
 *
 * @throws {FormatError} where an integer has no exact float64
 */
export async function readNumbers(
  source: ByteSource,
  position: number,
  length: number,
  type: StoredType,
  bigEndian: boolean,
): Promise<FloatArray> {
  const into = uninitialized(['f4', 'f2', 'bf2'].includes(type) ? 'float32' : 'float64', length)
  const same = type === 'f4' || type === 'f8'
  const bytes = same
    ? new Uint8Array(into.buffer, into.byteOffset, into.byteLength)
    : new Uint8Array(length * widthOf(type))
  await source.read(bytes, position)
  if (bigEndian !== hostIsBigEndian) swapBytes(bytes, widthOf(type))
  if (!same) widen(source, bytes.buffer as ArrayBuffer, type, into, position)
  return into
}
