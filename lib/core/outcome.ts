/** From the `info` of the members that a kernel worked on to the typed error that names the one that failed. */
import { MatrixBatch } from './batch.ts'
import {
  ArgumentError,
  ConvergenceError,
  InternalError,
  NotPositiveDefiniteError,
  SingularMatrixError,
} from './errors.ts'
import type { Dense } from './input.ts'

const notFinite = -1

type Failure = (info: number, where: string, index: number | undefined) => Error

/** Throws for the first member whose info is not 0; `failure` says what a positive info means, where there is one. */
export function checkInfo(
  routine: string,
  name: string,
  info: Int32Array,
  input?: Dense,
  failure: Failure = unexpected(routine),
): void {
  const b = info.findIndex((value) => value !== 0)
  if (b < 0) return
  const index = input instanceof MatrixBatch || info.length > 1 ? b : undefined
  const where = index === undefined ? '' : ` (member ${index} of the batch)`
  if (info[b] === notFinite)
    throw new ArgumentError(
      `${routine}: expected ${name} with finite entries but received NaN or Infinity${where}; remove or replace them first`,
    )
  throw failure(info[b] as number, where, index)
}

/** Failure of a kernel that only refuses what is not finite. */
function unexpected(routine: string): Failure {
  return (info, where) => new InternalError(`${routine}: expected no failure but received info ${info}${where}`)
}

/** Failure of an iteration inside LAPACK. */
export function noConvergence(routine: string, name: string): Failure {
  return (_info, where, index) =>
    new ConvergenceError(
      `${routine}: expected an iteration that converges but it did not for ${name}${where}; check that its entries are sensible, and scale it`,
      index,
    )
}

/** Failure of a factor to fit into its dtype. */
export function overflow(routine: string, name: string, factor: string): Failure {
  return (_info, where) =>
    new ArgumentError(
      `${routine}: expected ${name} whose ${factor} fits into its dtype but received one whose ${factor} overflows${where}; scale it down`,
    )
}

/** Failure of an elimination: `info` is the position of the zero pivot, counted from 1. */
export function singular(routine: string, name: string): Failure {
  return (info, where, index) =>
    new SingularMatrixError(
      `${routine}: expected ${name} to be invertible but received a singular matrix, pivot ${info - 1} is zero${where}; use lstsq for a least-squares solution`,
      info - 1,
      index,
    )
}

/** Failure of a Cholesky factorization: `info` is the order of the first minor that is not positive. */
export function notPositiveDefinite(routine: string, name: string): Failure {
  return (info, where, index) =>
    new NotPositiveDefiniteError(
      `${routine}: expected ${name} to be positive definite but received one whose leading minor of order ${info} is not positive${where}; check its symmetry, or add a small multiple of the identity`,
      info,
      index,
    )
}
