/**
 * The one declaration of the addon: what each kernel takes, in order, and what the number that it returns means.
 * `core/run.ts` turns a call of these into the addon's own convention (numbers through the frame, arrays as arguments).
 */
import type { FloatArray } from '../core/dtype.ts'
import type { Layout } from '../core/layout.ts'

/** A matrix or a batch of matrices, by extents and strides. */
export type M = Layout
/** A whole typed array. */
export type V = FloatArray | Int32Array
/** Native data that lives over many calls. */
export type Handle = { readonly __handle: never }

export type Operand = M | V | number | boolean | Handle

export interface Kernels {
  /** C ← αAB + βC; batches of one count, or one member for all. */
  gemm(alpha: number, A: M, B: M, beta: number, C: M): number
}

/** The addon's functions outside the convention of kernels. */
export interface Addon {
  setFrame(frame: Float64Array): void
  cancel(ticket: number): boolean
  setThreads(count: number): void
  backend(): { library: string; version: string; core: string; threads: number; simd: string }
}
