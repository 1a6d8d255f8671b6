export { MatrixBatch } from './core/batch.ts'
export type { DType, FloatArray } from './core/dtype.ts'
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
export { Matrix, type MatrixLayout, type MatrixLike } from './core/matrix.ts'
export { type BackendInfo, backendInfo, getThreads, setThreads } from './core/threads.ts'
export * from './linalg/index.ts'
