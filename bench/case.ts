/** What a benchmark case is: one computation, by us and by a peer, on the same data. */
import type { DType, Matrix, MatrixBatch } from 'lowrank'

/** Named arrays that both sides get; they travel as .npy files. */
export type Data = Record<string, Matrix | MatrixBatch>
/** What is compared between the sides: numbers in any of our shapes. */
export type Answer = readonly (Matrix | MatrixBatch | Float64Array | Float32Array | number)[]

export interface Case {
  /** Function, and what distinguishes this case of it: 'svd', '1000×200'. */
  readonly routine: string
  readonly size: string
  readonly dtypes: readonly DType[]
  /** Who computes it on our side: 'ours, SIMD', 'BLAS', 'LAPACK', 'LAPACK in a loop', 'blocked, on BLAS'. */
  readonly by: string
  readonly data: (dtype: DType) => Data
  /** A call to time; what it returns goes to `answer`. */
  readonly ours: (data: Data) => () => unknown
  readonly answer: (result: never) => Answer
  /**
   * Python: statements that run once, the expression to time, and the answer from its value `r`. Data are globals, with
   * np, scipy and sklearn.
   */
  readonly setup?: string
  readonly theirs: string
  readonly theirAnswer: string
  /** Who the peer is. @default 'numpy' */
  readonly peer?: string
  /** The largest relative difference of the answers in the maximum norm, in ε of the dtype. */
  readonly tolerance: number | Readonly<Record<DType, number>>
  /** The ratio ours/theirs that must hold at one thread. */
  readonly bar?: Partial<Record<DType, number>>
}

export const both: readonly DType[] = ['float64', 'float32']
