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
  /** C = A + B (operation 0), A − B (1) or A ∘ B (2). */
  elementwise(operation: number, A: M, B: M, C: M): number
  /** C = factor·A. */
  scale(factor: number, A: M, C: M): number
  /** Pairwise sums over a divisor; axis: −1 of all entries, returned (sums empty), 0 of each column, 1 of each row. */
  sum(A: M, axis: number, divisor: number, sums: V): number
  /** Returns a norm; kind: 0 Frobenius, 1 largest magnitude, largest and smallest sum of magnitudes of a column (2, 3), of a row (4, 5). */
  norm(kind: number, A: M): number
  /** Block (I, J) of C is A_IJ ⊗ B_IJ; the sizes of the row blocks of A and of B, then of the column blocks. */
  kron(
    A: M,
    B: M,
    rowsOfA: Int32Array,
    rowsOfB: Int32Array,
    columnsOfA: Int32Array,
    columnsOfB: Int32Array,
    C: M,
  ): number
}

/** The addon's functions outside the convention of kernels. */
export interface Addon {
  setFrame(frame: Float64Array): void
  cancel(ticket: number): boolean
  setThreads(count: number): void
  backend(): { library: string; version: string; core: string; threads: number; simd: string }
}
