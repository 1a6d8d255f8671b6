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
  /** A X = B; assume: 0 general, 1 symmetric, 2 positive definite, 3 upper, 4 lower triangular; info a member: 0, the failing pivot from 1, −1 not finite. */
  solve(A: M, B: M, assume: number, X: M, info: Int32Array): number
  /** A = U diag(s) Vt; mode: 0 thin, 1 full, 2 values only (U and Vt empty); s has a row a member; info: 0, >0 no convergence, −1 not finite. */
  svd(A: M, mode: number, U: M, s: M, Vt: M, info: Int32Array): number
}

/** The addon's functions outside the convention of kernels. */
export interface Addon {
  setFrame(frame: Float64Array): void
  cancel(ticket: number): boolean
  setThreads(count: number): void
  backend(): { library: string; version: string; core: string; threads: number; simd: string }
}
