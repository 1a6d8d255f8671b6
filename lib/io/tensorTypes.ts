/** The number types of safetensors files, and the arrays that hold them. */
import { hostIsBigEndian, type StoredType, swapBytes } from './dtypes.ts'

/** Arrays that numbers of tensors are held in. */
export type TensorArray =
  | Float64Array
  | Float32Array
  | BigInt64Array
  | BigUint64Array
  | Int32Array
  | Uint32Array
  | Int16Array
  | Uint16Array
  | Int8Array
  | Uint8Array

interface TensorArrayConstructor {
  new (length: number): TensorArray
  readonly name: string
  readonly BYTES_PER_ELEMENT: number
}

/**
 * Bits of a number, the array for it, and what `readNumbers` calls it; both absent where JavaScript has no such
 * numbers.
 */
interface TensorType {
  readonly bits: number
  readonly array?: TensorArrayConstructor
  readonly stored?: StoredType
}

const types: Readonly<Record<TensorDtype, TensorType>> = {
  BOOL: { bits: 8, array: Uint8Array, stored: 'b1' },
  F4: { bits: 4 },
  F6_E2M3: { bits: 6 },
  F6_E3M2: { bits: 6 },
  U8: { bits: 8, array: Uint8Array, stored: 'u1' },
  I8: { bits: 8, array: Int8Array, stored: 'i1' },
  F8_E5M2: { bits: 8 },
  F8_E4M3: { bits: 8 },
  F8_E8M0: { bits: 8 },
  F8_E4M3FNUZ: { bits: 8 },
  F8_E5M2FNUZ: { bits: 8 },
  I16: { bits: 16, array: Int16Array, stored: 'i2' },
  U16: { bits: 16, array: Uint16Array, stored: 'u2' },
  F16: { bits: 16, array: Float32Array, stored: 'f2' },
  BF16: { bits: 16, array: Float32Array, stored: 'bf2' },
  I32: { bits: 32, array: Int32Array, stored: 'i4' },
  U32: { bits: 32, array: Uint32Array, stored: 'u4' },
  F32: { bits: 32, array: Float32Array, stored: 'f4' },
  C64: { bits: 64 },
  F64: { bits: 64, array: Float64Array, stored: 'f8' },
  I64: { bits: 64, array: BigInt64Array, stored: 'i8' },
  U64: { bits: 64, array: BigUint64Array, stored: 'u8' },
}

/**
 * What a safetensors file calls its number types: F64, F32, F16, BF16, signed and unsigned integers (I64 … U8), BOOL,
 * and types that this package passes on without looking inside.
 */
export type TensorDtype =
  | 'BOOL'
  | 'F4'
  | 'F6_E2M3'
  | 'F6_E3M2'
  | 'U8'
  | 'I8'
  | 'F8_E5M2'
  | 'F8_E4M3'
  | 'F8_E8M0'
  | 'F8_E4M3FNUZ'
  | 'F8_E5M2FNUZ'
  | 'I16'
  | 'U16'
  | 'F16'
  | 'BF16'
  | 'I32'
  | 'U32'
  | 'F32'
  | 'C64'
  | 'F64'
  | 'I64'
  | 'U64'

/** From the weakest alignment to the strongest, the order in which files lay tensors out, backwards. */
export const tensorDtypes = Object.keys(types) as readonly TensorDtype[]

export function tensorTypeOf(dtype: TensorDtype): TensorType {
  return types[dtype]
}

/** What a typed array holds by itself; the same 16 bits may be meant otherwise. */
export function tensorDtypeOf(array: ArrayBufferView): TensorDtype | undefined {
  const name = Object.prototype.toString.call(array).slice(8, -1)
  return tensorDtypes.find((dtype) => {
    const { array: Type, bits } = tensorTypeOf(dtype)
    return Type?.name === name && bits === 8 * Type.BYTES_PER_ELEMENT && dtype !== 'BOOL'
  })
}

/**
 * The bytes that a tensor of this type and shape has: undefined where they are no whole number, or too many to count.
 */
export function bytesOf(dtype: TensorDtype, shape: readonly number[]): number | undefined {
  const numbers = shape.reduce((product, extent) => product * extent, 1)
  const bytes = (numbers * tensorTypeOf(dtype).bits) / 8
  return Number.isSafeInteger(numbers) && Number.isSafeInteger(bytes) ? bytes : undefined
}

/** The bytes of an array as files store them, in place where this machine does the same. */
export function littleEndian(array: ArrayBufferView): Uint8Array {
  const bytes = new Uint8Array(array.buffer as ArrayBuffer, array.byteOffset, array.byteLength)
  const width = (array as Partial<Uint8Array>).BYTES_PER_ELEMENT ?? 1
  if (!hostIsBigEndian || width === 1) return bytes
  const copy = bytes.slice()
  swapBytes(copy, width)
  return copy
}
