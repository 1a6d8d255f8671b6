/** Base of every error that lowrank throws; `code` names the kind without `instanceof`. */
export class LowRankError extends Error {
  /** The class's name, stable across versions. */
  readonly code: string
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = new.target.name
    this.name = new.target.name
  }
}

/** Shapes that do not fit each other, or the routine. */
export class ShapeError extends LowRankError {}

/** A wrong type, value or option. */
export class ArgumentError extends LowRankError {}

/** A matrix that has no inverse: `position` is the zero pivot (from 0), `index` the member of a batch. */
export class SingularMatrixError extends LowRankError {
  readonly position: number
  readonly index: number | undefined
  constructor(message: string, position: number, index?: number) {
    super(message)
    this.position = position
    this.index = index
  }
}

/**
 * A matrix that is not positive definite: `minor` is the order of the first minor that is not positive, `index` the
 * member of a batch.
 */
export class NotPositiveDefiniteError extends LowRankError {
  readonly minor: number
  readonly index: number | undefined
  constructor(message: string, minor: number, index?: number) {
    super(message)
    this.minor = minor
    this.index = index
  }
}

/** An algorithm inside LAPACK or ours that did not converge; `index` is the member of a batch. */
export class ConvergenceError extends LowRankError {
  readonly index: number | undefined
  constructor(message: string, index?: number) {
    super(message)
    this.index = index
  }
}

/** A file that is not what it should be: where it is known, the byte, or the line and column (from 1). */
export class FormatError extends LowRankError {
  readonly file: string | undefined
  readonly byteOffset: number | undefined
  readonly line: number | undefined
  readonly column: number | undefined
  constructor(message: string, place: { file?: string; byteOffset?: number; line?: number; column?: number } = {}) {
    super(message)
    this.file = place.file
    this.byteOffset = place.byteOffset
    this.line = place.line
    this.column = place.column
  }
}

/** The native addon could not be loaded; the message says what was tried and what to do. */
export class NativeLoadError extends LowRankError {}

/** A fault of lowrank itself, or of an object that was tampered with: please report it. */
export class InternalError extends LowRankError {}

/** The sentence of every refusal: who, what was expected, what came, what to do. */
export function sentence(routine: string, expected: string, received: string, remedy?: string): string {
  return `${routine}: expected ${expected} but received ${received}${remedy === undefined ? '' : `; ${remedy}`}`
}
