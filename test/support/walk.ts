/** Looking into arguments and results, whatever they are made of. */
import { isNumberArray } from '../../lib/core/from.ts'
import type { FloatArray } from '../../lib/index.ts'

export type AnyArray = FloatArray | Int32Array | Uint8Array

/** The typed arrays and arrays of numbers that an argument's numbers lie in; none for options. */
export function arraysOf(argument: unknown): (AnyArray | number[])[] {
  if (isNumberArray(argument)) return [argument as AnyArray]
  if (Array.isArray(argument)) return typeof argument[0] === 'number' ? [argument] : argument.flatMap(arraysOf)
  if (argument === null || typeof argument !== 'object') return []
  const isOptions = Object.getPrototypeOf(argument) === Object.prototype && !('data' in argument)
  return isOptions ? [] : (Object.values(argument).filter(isNumberArray) as AnyArray[])
}

/** Every typed array in a result: its matrices, vectors and numbers, however nested. */
export function resultArrays(result: unknown): AnyArray[] {
  if (ArrayBuffer.isView(result)) return [result as AnyArray]
  if (result === null || typeof result !== 'object') return []
  return Object.values(result).flatMap(resultArrays)
}

/**
 * The largest difference between two results of one shape, relative to the largest entry of the array it stands in and
 * in multiples of ε; Infinity where they differ in anything else. Methods are not compared.
 */
export function distance(x: unknown, y: unknown): number {
  if (x instanceof Float64Array || x instanceof Float32Array) return distanceOfArrays(x, y)
  if (typeof x === 'number')
    return typeof y === 'number' ? distanceOfArrays(Float64Array.of(x), Float64Array.of(y)) : Number.POSITIVE_INFINITY
  if (typeof x === 'function') return typeof y === 'function' ? 0 : Number.POSITIVE_INFINITY
  if (x === null || typeof x !== 'object') return Object.is(x, y) ? 0 : Number.POSITIVE_INFINITY
  if (y === null || typeof y !== 'object' || x.constructor !== y.constructor) return Number.POSITIVE_INFINITY
  const keys = Object.keys(x)
  if (keys.length !== Object.keys(y).length) return Number.POSITIVE_INFINITY
  return Math.max(0, ...keys.map((key) => distance(x[key as never], y[key as never])))
}

function distanceOfArrays(x: FloatArray, y: unknown): number {
  if (!(y instanceof (x.constructor as Float64ArrayConstructor)) || x.length !== y.length)
    return Number.POSITIVE_INFINITY
  let [size, most] = [0, 0]
  for (let i = 0; i < x.length; i++) {
    if (Object.is(x[i], y[i]) || x[i] === y[i]) size = Math.max(size, Number.isFinite(x[i]) ? Math.abs(x[i]) : 0)
    else {
      const difference = Math.abs(x[i] - y[i])
      if (!Number.isFinite(difference)) return Number.POSITIVE_INFINITY
      size = Math.max(size, Math.abs(x[i]), Math.abs(y[i]))
      most = Math.max(most, difference)
    }
  }
  return most === 0 ? 0 : most / size / (x instanceof Float32Array ? 2 ** -23 : 2 ** -52)
}
