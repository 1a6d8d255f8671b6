/**
 * A function and its Async twin as one: the test's body states the properties once, for both.
 *
 *   const both = bothWays('qr', qr, qrAsync)
 *   const { Q, R } = await both(A, { mode: 'full' })
 */
import { type AnyArray, arraysOf, distance } from './walk.ts'

// Results that go through BLAS may differ in their last digits with the alignment of what they are computed from.
const tolerance = 64

// biome-ignore lint/suspicious/noExplicitAny: whatever the function takes and returns
type Function = (...args: any[]) => any

/**
 * Calls the function, then its twin, and gives the function's result. Fails where the twin's result differs, where
 * either changes an argument (or the memory around it), or where a change of the arguments after the asynchronous call
 * shows. Where the function throws, its twin must reject with the same class and message, and so does this. The type is
 * the twin's, overloads and all.
 */
export function bothWays<F extends Function>(name: string, fn: Function, fnAsync: F): F {
  const both = async (...args: unknown[]) => {
    const arrays = args.flatMap(arraysOf)
    const before = arrays.map(bits)
    const unchanged = (when: string) => {
      if (arrays.some((array, k) => !before[k].equals(bits(array))))
        throw new Error(`${name}: ${when} changed an argument`)
    }
    const expected = settle(() => fn(...args))
    unchanged('the call')
    const promise = fnAsync(...args)
    if (!(promise instanceof Promise)) throw new Error(`${name}Async: no promise but ${promise}`)
    unchanged('the start of the asynchronous call')
    const originals = arrays.map((array) => Array.from(array))
    for (const array of arrays) array.fill(3)
    const received = await promise.then(
      (value): Settled<unknown> => ({ value }),
      (error): Settled<unknown> => ({ error }),
    )
    if (arrays.some((array) => Array.from(array as ArrayLike<number>).some((x) => x !== 3)))
      throw new Error(`${name}Async: wrote into an argument`)
    for (const [k, array] of arrays.entries()) restore(array, originals[k])
    compare(name, expected, received)
    if ('error' in expected) throw expected.error
    return expected.value
  }
  return both as F
}

type Settled<R> = { readonly value: R } | { readonly error: unknown }

function settle<R>(call: () => R): Settled<R> {
  try {
    return { value: call() }
  } catch (error) {
    return { error }
  }
}

function compare(name: string, sync: Settled<unknown>, async: Settled<unknown>): void {
  if ('error' in sync !== 'error' in async) {
    const [one, other] = 'error' in sync ? [name, sync] : [`${name}Async`, async]
    throw new Error(`only ${one} fails: ${(other as { error: unknown }).error}`)
  }
  if ('error' in sync && 'error' in async) {
    if (
      `${sync.error}` !== `${async.error}` ||
      (sync.error as object)?.constructor !== (async.error as object)?.constructor
    )
      throw new Error(`${name} fails with\n${sync.error}\nbut ${name}Async with\n${async.error}`)
    return
  }
  const apart = distance((sync as { value: unknown }).value, (async as { value: unknown }).value)
  if (!(apart <= tolerance)) throw new Error(`${name} and ${name}Async differ by ${apart} ε`)
}

/** All bytes of the buffer behind an array: what lies around a view must not change either. */
function bits(array: AnyArray | number[]): Buffer {
  if (Array.isArray(array)) return Buffer.from(Float64Array.from(array).buffer)
  return Buffer.from(array.buffer.slice(0))
}

function restore(array: AnyArray | number[], from: readonly number[]): void {
  for (let i = 0; i < from.length; i++) array[i] = from[i]
}
