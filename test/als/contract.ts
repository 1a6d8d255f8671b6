/**
 * What every approximation of a matrix owes its user, whatever its factors are. A variant joins by one line:
 *
 *   approximates('hadamard', hadamardALS, hadamardALSAsync, { options: { ranks: [2, 3] }, count: … })
 */
import { describe, expect, test } from 'vitest'
import type { Approximation } from '../../lib/als/index.ts'
import { ArgumentError, type DType, Matrix, ShapeError, SparseMatrix } from '../../lib/index.ts'
import { dtypes, lay, layouts } from '../support/cases.ts'
import { at, type Dense, dense, normal } from '../support/generate.ts'
import { normOf } from '../support/properties.ts'
import { read } from '../support/reference.ts'
import { bothWays } from '../support/twins.ts'
import { distance, resultArrays } from '../support/walk.ts'

type Result = Approximation & object
type Function = (A: never, options: never) => unknown

export interface Variant {
  /** Options for matrices of 12×8. */
  readonly options: object
  /** The numbers in the factors of a result. */
  readonly count: (result: never) => number
  /** It takes missing entries. @default false */
  readonly masked?: boolean
  /** A matrix (12×8) that it reproduces, and how exactly; where it finds global minima. */
  readonly exact?: Dense
  /** Options that it must refuse, and a word of the sentence. */
  readonly refused: readonly (readonly [options: object, word: RegExp])[]
}

/** Smooth, with noise: nothing that a few numbers reproduce. */
const picture = (seed: number): Dense => {
  const noise = normal(12, 8, seed)
  return dense(12, 8, (i, j) => 2 + Math.sin(i / 2) * Math.cos(j / 3) + 0.3 * at(noise, i, j))
}

const difference = (A: Dense, B: Dense) => dense(A.rows, A.columns, (i, j) => at(A, i, j) - at(B, i, j))
const times = (A: Dense, B: Dense) =>
  dense(A.rows, B.columns, (i, j) => {
    let sum = 0
    for (let k = 0; k < A.columns; k++) sum += at(A, i, k) * at(B, k, j)
    return sum
  })
const errorOf = (A: Dense, B: Dense) => normOf(difference(A, B)) / normOf(A)

/** A result without what differs from run to run. */
function timeless(result: object): object {
  const { elapsedMs, history, ...rest } = result as { elapsedMs?: number; history?: { elapsedMs: number }[] }
  return history ? { ...rest, history: history.map(({ elapsedMs, ...report }) => report) } : rest
}

/** How an iteration went, where there was one; what a scale must not change. */
const iterated = (result: Result) => {
  const { relativeError, iterations, stopReason } = result as Result & { iterations?: number; stopReason?: string }
  return { relativeError, iterations, stopReason }
}

export function approximates(name: string, fn: Function, fnAsync: Function, variant: Variant): void {
  const { options, count, masked = false, exact, refused } = variant
  const call = fn as unknown as (A: unknown, options?: unknown) => Result
  const both = bothWays(
    name,
    (...args: [unknown, unknown?]) => timeless(call(...args)),
    async (...args: unknown[]) => timeless((await fnAsync(...(args as [never, never]))) as object),
  ) as unknown as (A: unknown, options?: unknown) => Promise<Result>

  describe.each(dtypes)(`${name}, %s`, (dtype: DType) => {
    const epsilon = dtype === 'float64' ? 2 ** -52 : 2 ** -23

    test.each(layouts)('the error is what the reconstruction shows, %s', async (layout) => {
      const A = lay(picture(5), dtype, layout)
      const result = await both(A, options)
      const product = result.reconstruct()
      expect(product.shape).toEqual([12, 8])
      expect(product.dtype).toBe(dtype)
      expect(Math.abs(result.relativeError - errorOf(read(A), read(product)))).toBeLessThan(100 * epsilon)
      // Zero is one of the answers that it may give.
      expect(result.relativeError).toBeLessThan(1)
      expect(result.parameters).toBe(count(result as never))
      expect(distance(product, await result.reconstructAsync())).toBeLessThan(64)
    })

    test('products are those of the reconstruction', async () => {
      const result = call(lay(picture(6), dtype, 'row-major'), options)
      const product = read(result.reconstruct())
      for (const layout of layouts) {
        const X = lay(normal(8, 3, 7), dtype, layout)
        const Y = bothWays(`${name}, apply`, result.apply, result.applyAsync as never) as (X: Matrix) => Promise<Matrix>
        const found = await Y(X)
        expect(found.shape).toEqual([12, 3])
        const size = normOf(product) * normOf(read(X))
        expect(normOf(difference(times(product, read(X)), read(found))) / size).toBeLessThan(40 * epsilon)
      }
      const x = lay(normal(8, 1, 8), dtype, 'row-major').data
      const y = result.apply(x)
      expect(y).toBeInstanceOf(x.constructor)
      expect(y.length).toBe(12)
      expect(distance(y, result.apply(new Matrix(x, 8, 1)).data)).toBe(0)
      expect(result.apply(lay(normal(8, 0, 1), dtype, 'row-major')).shape).toEqual([12, 0])
    })

    if (exact !== undefined)
      test('what it can reproduce it does', () => {
        const A = lay(exact, dtype, 'row-major')
        const { relativeError, reconstruct } = call(A, options)
        expect(relativeError).toBeLessThan(100 * epsilon)
        expect(errorOf(read(A), read(reconstruct()))).toBeLessThan(100 * epsilon)
      })

    test('any scale, and zero', () => {
      const A = lay(picture(9), dtype, 'row-major')
      const holed = A.data.map((a, k) => (k % 7 === 3 ? Number.NaN : a))
      for (const data of masked ? [A.data, holed] : [A.data]) {
        const scaled = (factor: number) => new Matrix(data.map((a) => a * factor) as never, 12, 8)
        const whole = call(scaled(1), options)
        const { relativeError, ...expected } = iterated(whole)
        const product = read(whole.reconstruct())
        for (const exponent of dtype === 'float64' ? [300, -300, 600, -600] : [40, -40, 100, -100]) {
          const result = call(scaled(2 ** exponent), options)
          const { relativeError: error, ...found } = iterated(result)
          const back = read(result.reconstruct().toType('float64'))
          const same = dense(12, 8, (i, j) => at(back, i, j) / 2 ** exponent)
          expect(errorOf(product, same), `2^${exponent}`).toBeLessThan(20 * epsilon)
          expect(Math.abs(error - relativeError), `2^${exponent}`).toBeLessThan(100 * epsilon * relativeError)
          expect(found, `2^${exponent}`).toEqual(expected)
        }
      }
      const zero = call(
        lay(
          dense(12, 8, () => 0),
          dtype,
          'row-major',
        ),
        options,
      )
      expect(zero.relativeError).toBe(0)
      expect(normOf(read(zero.reconstruct()))).toBe(0)
    })

    test('a sparse matrix is the same matrix', async () => {
      const zeros = normal(12, 8, 10)
      const A = lay(
        dense(12, 8, (i, j) => (at(zeros, i, j) > 0 ? at(picture(11), i, j) : 0)),
        dtype,
        'row-major',
      )
      const result = call(SparseMatrix.fromDense(A), options)
      const found = errorOf(read(A), read(result.reconstruct()))
      // Where the matrix is never formed, squares are subtracted, in double.
      expect(Math.abs(result.relativeError - found)).toBeLessThan(100 * epsilon + 1e-8)
      expect(result.relativeError).toBeLessThan(1)
    })

    if (masked)
      test('missing entries: a mask, and NaN', async () => {
        const [full, hide] = [picture(12), normal(12, 8, 13)]
        const known = dense(12, 8, (i, j) => (at(hide, i, j) < 0.7 ? 1 : 0))
        const holes = lay(
          dense(12, 8, (i, j) => (at(known, i, j) ? at(full, i, j) : Number.NaN)),
          dtype,
          'row-major',
        )
        const A = lay(full, dtype, 'row-major')
        const result = await both(holes, options)
        const only = (B: Dense) => dense(12, 8, (i, j) => at(B, i, j) * at(known, i, j))
        const found = errorOf(only(read(A)), only(read(result.reconstruct())))
        expect(Math.abs(result.relativeError - found)).toBeLessThan(100 * epsilon)
        for (const mask of [Uint8Array.from(known.data), lay(known, 'float32', 'strided')]) {
          const same = await both(A, { ...options, mask })
          expect(distance(timeless(same), timeless(result))).toBe(0)
        }
        // A row and a column of which nothing is known.
        const lines = dense(12, 8, (i, j) => (i === 3 || j === 2 ? Number.NaN : at(full, i, j)))
        const whole = call(lay(lines, dtype, 'row-major'), options)
        expect(resultArrays(whole).every((array) => Array.from(array as Float64Array).every(Number.isFinite))).toBe(
          true,
        )
      })
  })

  test(`${name}: the same answer from the same input`, () => {
    const A = lay(picture(14), 'float64', 'row-major')
    expect(distance(timeless(call(A, options)), timeless(call(A, options)))).toBe(0)
  })

  test(`${name} refuses what makes no sense`, async () => {
    const A = lay(picture(15), 'float64', 'row-major')
    const misspelled = { ...options, toleranse: 1 }
    await expect(both(A, misspelled)).rejects.toThrow(/did you mean/)
    await expect(both(A, { ...options, signal: 1 })).rejects.toThrow(ArgumentError)
    for (const [bad, word] of refused) {
      const failure = both(A, { ...options, ...bad })
      await expect(failure, JSON.stringify(bad)).rejects.toThrow(word)
    }
    const holed = (value: number) => dense(12, 8, (i, j) => (i === 2 && j === 3 ? value : 1))
    for (const value of [Number.POSITIVE_INFINITY, ...(masked ? [] : [Number.NaN])])
      await expect(both(lay(holed(value), 'float64', 'row-major'), options)).rejects.toThrow(/finite/)
    await expect(both('A', options)).rejects.toThrow(ArgumentError)
    if (masked) {
      const with_ = (mask: unknown) => both(A, { ...options, mask })
      await expect(with_(new Uint8Array(7))).rejects.toThrow(ShapeError)
      await expect(with_(new Uint8Array(96))).rejects.toThrow(/known/)
      await expect(with_(new Uint8Array(96).fill(2))).rejects.toThrow(/mask/)
      await expect(with_(Matrix.zeros(8, 12))).rejects.toThrow(ShapeError)
      await expect(
        both(
          lay(
            dense(12, 8, () => Number.NaN),
            'float64',
            'row-major',
          ),
          options,
        ),
      ).rejects.toThrow(/known/)
      await expect(both(Matrix.zeros(0, 8), options)).rejects.toThrow(ShapeError)
      const sparse = SparseMatrix.fromTriplets(12, 8, { row: [0], column: [0], value: [Number.NaN] })
      await expect(both(sparse, options)).rejects.toThrow(/finite/)
    }
    const { apply } = call(A, options)
    expect(() => apply(Float64Array.of(1, 2))).toThrow(ShapeError)
    expect(() => apply(new Float32Array(8) as never)).toThrow(/float64/)
    expect(() => apply(new Float64Array(8), { sginal: 1 } as never)).toThrow(/did you mean/)
  })
}
