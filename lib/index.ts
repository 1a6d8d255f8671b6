export { MatrixBatch } from './core/batch.ts'
export type { ArrayOf, DType, FloatArray } from './core/dtype.ts'
export {
  ArgumentError,
  ConvergenceError,
  FormatError,
  InternalError,
  LowRankError,
  NativeLoadError,
  NotPositiveDefiniteError,
  ShapeError,
  SingularMatrixError,
} from './core/errors.ts'
export type { NDArrayLike } from './core/from.ts'
export type { Dense } from './core/input.ts'
export { Matrix, type MatrixLayout, type MatrixLike, type Range } from './core/matrix.ts'
export type { NormKind } from './core/normKind.ts'
export type { RandomOptions } from './core/random.ts'
export type { RunOptions } from './core/run.ts'
export type { RankOptions } from './core/singular.ts'
export { SparseMatrix, type TripletOptions, type Triplets } from './core/sparse.ts'
export type { ArrayIn, ArrayOfOperands, MatricesLike, PerCall, Solution, VectorLike } from './core/system.ts'
export { type BackendInfo, backendInfo, getThreads, setThreads } from './core/threads.ts'
export * from './linalg/index.ts'
