import { constants } from 'node:buffer'
import { describe, oneOf } from './check.ts'
import { ArgumentError, sentence } from './errors.ts'

/** The arrays that lowrank computes with: float64 or float32. */
export type FloatArray = Float64Array | Float32Array
/** The element types by name. */
export type DType = 'float64' | 'float32'
/** The array type of a dtype's name. */
export type ArrayOf<D extends DType> = D extends 'float32' ? Float32Array : Float64Array

export const dtypes = ['float64', 'float32'] as const

/** Not by instanceof alone: a Proxy of an array is none. */
export function isFloatArray(value: unknown): value is FloatArray {
  return ArrayBuffer.isView(value) && (value instanceof Float64Array || value instanceof Float32Array)
}

export function dtypeOf(array: FloatArray): DType {
  return array instanceof Float32Array ? 'float32' : 'float64'
}

export function checkDtype(routine: string, dtype: unknown): DType {
  return oneOf(routine, 'dtype', dtype, dtypes)
}

/** The distance from 1 to the next larger number of the type. */
export function epsilonOf(dtype: DType): number {
  return dtype === 'float32' ? 2 ** -23 : 2 ** -52
}

function constructorOf<D extends DType>(dtype: D): new (source: number | ArrayBufferLike) => ArrayOf<D> {
  return (dtype === 'float32' ? Float32Array : Float64Array) as unknown as new (
    source: number | ArrayBufferLike,
  ) => ArrayOf<D>
}

// Below this many bytes a typed array is cheaper made by the engine; above it, zeroing is what costs.
const zeroingPays = 4096

/**
 * `length` numbers that a kernel will overwrite, without the cost of zeroing large ones. The array owns its whole
 * buffer.
 */
export function uninitialized<D extends DType>(dtype: D, length: number): ArrayOf<D> {
  const Type = constructorOf(dtype)
  const bytes = length * (dtype === 'float32' ? 4 : 8)
  try {
    // Node 20 makes no buffers above 4 GiB, but the engine does.
    if (bytes <= zeroingPays || bytes > constants.MAX_LENGTH) return new Type(length)
    return new Type(Buffer.allocUnsafeSlow(bytes).buffer)
  } catch (cause) {
    throw new ArgumentError(
      `lowrank: expected a result that fits into memory but it takes ${bytes} bytes; use smaller matrices`,
      { cause },
    )
  }
}

/** `length` 32-bit integers, all 0. */
export function integers(length: number): Int32Array {
  try {
    return new Int32Array(length)
  } catch (cause) {
    throw new ArgumentError(sentence('lowrank', 'a size that fits into memory', `${describe(length)} integers`), {
      cause,
    })
  }
}

export function zeros<D extends DType>(dtype: D, length: number): ArrayOf<D> {
  const Type = constructorOf(dtype)
  try {
    return new Type(length)
  } catch (cause) {
    throw new ArgumentError(sentence('lowrank', 'a size that fits into memory', `${describe(length)} numbers`), {
      cause,
    })
  }
}

/** The array, or where it is too short a copy of at least twice its length: for what is read until it ends. */
export function grown<A extends FloatArray | Int32Array>(array: A, length: number): A {
  if (length <= array.length) return array
  const larger = new (array.constructor as new (length: number) => A)(Math.max(2 * array.length, length))
  larger.set(array)
  return larger
}
