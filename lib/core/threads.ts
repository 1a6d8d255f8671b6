import { integer } from './check.ts'
import { addonPath, native } from './run.ts'

/** What computes, and where. */
export interface BackendInfo {
  /** The BLAS and LAPACK library, such as 'OpenBLAS'. */
  readonly library: string
  readonly version: string
  /** The kernels that the library chose for this CPU, such as 'SkylakeX'. */
  readonly core: string
  /** The threads that a call may use. */
  readonly threads: number
  /** The instruction set of lowrank's own kernels. */
  readonly simd: string
  /** The file of the native addon. */
  readonly addonPath: string
  /** Such as 'linux-x64'. */
  readonly platform: string
}

/**
 * The library, its version and kernels, the threads, and the addon in use.
 *
 * @example
 * ```ts
 * import { backendInfo } from 'lowrank'
 * console.log(backendInfo().library) // OpenBLAS
 * ```
 */
export function backendInfo(): BackendInfo {
  return { ...native.backend(), addonPath, platform: `${process.platform}-${process.arch}` }
}

/**
 * Sets how many threads a call may use, for the whole process, Workers included. Small problems use one anyway.
 *
 * @param n - from 1 to 256
 * @default the number of cores, or the environment's OPENBLAS_NUM_THREADS
 * @throws {ArgumentError} where n is not such an integer
 */
export function setThreads(n: number): void {
  native.setThreads(integer('setThreads', 'n', n, 1, 256))
}

/** How many threads a call may use. */
export function getThreads(): number {
  return native.backend().threads
}
