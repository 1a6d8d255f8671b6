/**
 * The way to the kernels. An algorithm is a generator that yields kernel calls; `runSync` drains it on this thread,
 * `runAsync` through the queue, with the same arguments and results.
 */
import type { Addon, Handle, Handles, Kernels, Operand } from '../native/binding.ts'
import { loadAddon } from '../native/load.ts'
import { onAbort } from './abort.ts'
import { describe } from './check.ts'
import { ArgumentError, InternalError, LowRankError, sentence } from './errors.ts'

export type { AlsOptions, Handle, LargeOperand } from '../native/binding.ts'

const { addon, path } = loadAddon()
/** Where the addon was found. */
export const addonPath = path
export const native = addon as Addon

type Kernel = (...values: unknown[]) => number | undefined
type AsyncKernel = (...values: unknown[]) => Promise<number>
const sync = addon as Record<string, Kernel>
const async = addon as Record<string, AsyncKernel>

// The numbers of a call travel here: 125 ns for a call with three matrices, where passing them one by one takes 194.
// Shared memory, because nobody can detach that.
const frame = native.setFrame(new Float64Array(new SharedArrayBuffer(1024)))

/** Options that every function with an Async twin takes. */
export interface RunOptions {
  /** Stops the work between kernels; the call then fails with `signal.reason`. */
  readonly signal?: AbortSignal | undefined
}

/** One kernel call that an algorithm asks for. */
interface KernelCall {
  readonly name: keyof Kernels
  readonly operands: readonly Operand[]
}

/** An algorithm: yields kernel calls, is given what each returned, and returns its result. */
export type Steps<R> = Generator<KernelCall, R, number>

/** Calls a kernel from an algorithm: `const info = yield* call('gesdd', …)`. */
export function* call<K extends keyof Kernels>(name: K, ...operands: Parameters<Kernels[K]>): Steps<number> {
  return yield { name, operands: operands as Operand[] }
}

/** Writes the numbers into the frame and returns the arrays. The addon reads both in the same order. */
function marshal(operands: readonly Operand[]): unknown[] {
  // Room for three from the start, as most kernels take: growing an empty array costs 10 ns.
  const values: unknown[] = [undefined, undefined, undefined]
  let count = 0
  let at = 0
  for (const operand of operands) {
    if (typeof operand === 'number') frame[at++] = operand
    else if (typeof operand === 'boolean') frame[at++] = operand ? 1 : 0
    else if ('rowStride' in operand) {
      frame[at] = operand.count
      frame[at + 1] = operand.memberStride
      frame[at + 2] = operand.rows
      frame[at + 3] = operand.columns
      frame[at + 4] = operand.rowStride
      frame[at + 5] = operand.columnStride
      frame[at + 6] = operand.offset
      at += 7
      values[count++] = operand.data
    } else values[count++] = operand
  }
  if (count < 3) values.length = count
  return values
}

/** Faults of the addon come as plain errors whose message begins with their kind. */
function translate(fault: unknown): unknown {
  if (!(fault instanceof Error) || fault instanceof LowRankError) return fault
  const [kind, ...rest] = fault.message.split(': ')
  const text = rest.join(': ')
  if (kind === 'memory') return new ArgumentError(`lowrank: ${text}; use smaller matrices`, { cause: fault })
  if (kind === 'detached')
    return new ArgumentError(`lowrank: ${text}; keep it until the promise settles`, { cause: fault })
  if (kind === 'internal') return new InternalError(`lowrank: ${text}`, { cause: fault })
  return fault
}

/** Makes native data that lives until its handle is collected; what it is made of is copied. */
export function create<K extends keyof Handles>(name: K, ...operands: Parameters<Handles[K]>): Handle {
  try {
    return (addon as Record<string, (...values: unknown[]) => Handle>)[name]?.(...marshal(operands)) as Handle
  } catch (fault) {
    throw translate(fault)
  }
}

function callSync(name: keyof Kernels, operands: readonly Operand[]): number {
  try {
    const kernel = sync[name] as Kernel
    const values = marshal(operands)
    // A call with its arguments written out is 30 ns faster than one with a spread.
    const result = values.length === 3 ? kernel(values[0], values[1], values[2]) : kernel(...values)
    return result ?? 0 // the addon returns undefined for 0
  } catch (fault) {
    throw translate(fault)
  }
}

async function callAsync({ name, operands }: KernelCall, signal: AbortSignal | undefined): Promise<number> {
  const finished = (async[`${name}Async`] as AsyncKernel)(...marshal(operands))
  const ticket = frame[0] as number
  // A call that has not begun leaves the queue; one that runs finishes, and is then forgotten.
  const done = signal && onAbort(signal, ticket, native.cancel)
  try {
    return await finished
  } catch (fault) {
    signal?.throwIfAborted()
    throw translate(fault)
  } finally {
    done?.()
  }
}

function signalOf(routine: string, options: RunOptions | undefined): AbortSignal | undefined {
  const signal = options?.signal
  if (signal === undefined || signal instanceof AbortSignal) return signal
  throw new ArgumentError(sentence(routine, 'signal to be an AbortSignal', describe(signal)))
}

/** Runs an algorithm of one kernel on this thread: what `runSync` does, without the 0.2 µs of a generator. */
export function runKernel<K extends keyof Kernels>(
  routine: string,
  name: K,
  operands: Readonly<Parameters<Kernels[K]>>,
  options: RunOptions | undefined,
): number {
  signalOf(routine, options)?.throwIfAborted()
  return callSync(name, operands)
}

/** Runs an algorithm on this thread. A kernel that fails throws in it, where it was called. */
export function runSync<R>(routine: string, steps: Steps<R>, options: RunOptions | undefined): R {
  const signal = signalOf(routine, options)
  signal?.throwIfAborted()
  let step = steps.next()
  while (!step.done) {
    let result: number
    try {
      result = callSync(step.value.name, step.value.operands)
      signal?.throwIfAborted()
    } catch (fault) {
      step = steps.throw(fault)
      continue
    }
    step = steps.next(result)
  }
  return step.value
}

/**
 * Runs an algorithm through the queue. What it does up to its first kernel call, and that call's copy of its inputs,
 * happens before this returns; whatever it throws rejects the promise.
 */
export async function runAsync<R>(routine: string, steps: Steps<R>, options: RunOptions | undefined): Promise<R> {
  const signal = signalOf(routine, options)
  signal?.throwIfAborted()
  let step = steps.next()
  while (!step.done) {
    let result: number
    try {
      result = await callAsync(step.value, signal)
      signal?.throwIfAborted()
    } catch (fault) {
      step = steps.throw(fault)
      continue
    }
    step = steps.next(result)
  }
  return step.value
}
