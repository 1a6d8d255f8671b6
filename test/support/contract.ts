/**
 * What every function of linalg owes its user, whatever it computes. A function joins by one line:
 *
 *   contract('solve', solve, solveAsync, { operands: [square, right], options: ['assume'] })
 */
import { describe, expect, test } from 'vitest'
import { ArgumentError, type FloatArray, InternalError, LowRankError, Matrix, MatrixBatch } from '../../lib/index.ts'
import { batchOf, dtypes, lay, layouts } from './cases.ts'
import { type Dense, fromRows } from './generate.ts'
import { bothWays } from './twins.ts'
import { arraysOf, distance, resultArrays } from './walk.ts'

type Function = (...args: never[]) => unknown

export interface Contract {
  /** A valid example of each operand, in order, finite. */
  readonly operands: readonly Dense[]
  /** The names of its options, `signal` apart. */
  readonly options?: readonly string[]
  /** Options that it cannot be called without. */
  readonly required?: object
  /** It refuses NaN and Infinity. @default true */
  readonly finite?: boolean
  /** It takes a MatrixBatch. @default false */
  readonly batch?: boolean
  /** What it returns has the dtype of the operands (numbers and integers aside). @default true */
  readonly keepsDtype?: boolean
}

/** Operands for functions that want no particular ones. */
export const tall: Dense = fromRows([
  [2, -1],
  [1, 3],
  [0.5, 1],
])
/** Symmetric, positive definite, well conditioned. */
export const definite: Dense = fromRows([
  [4, 1, 0.5],
  [1, 3, 0.25],
  [0.5, 0.25, 2],
])
export const right: Dense = fromRows([
  [1, -2],
  [0.5, 1],
  [3, 1],
])

const notMatrices: readonly unknown[] = [
  null,
  undefined,
  'text',
  5,
  true,
  7n,
  Symbol('s'),
  () => 1,
  {},
  new Date(),
  new Map(),
  new DataView(new ArrayBuffer(16)),
  new ArrayBuffer(16),
  BigInt64Array.of(1n, 2n),
  [[1n]],
  [['1', '2']],
  [[1, 2], null],
  [null],
  [{}],
  { data: 'text', shape: [1, 1] },
  { data: Float64Array.of(1), shape: 'text' },
  { data: Float64Array.of(1), shape: [1, 1], strides: [1] },
  { data: Float64Array.of(1), shape: [-1, 1] },
  { data: Float64Array.of(1), shape: [100, 100] },
  { data: Float64Array.of(1), shape: [1, 1], offset: -1 },
  { data: Float64Array.of(1), shape: [1, 1], offset: 0.5 },
  { data: Float64Array.of(1), shape: [2 ** 40, 2 ** 40] },
  { data: Float64Array.of(1), shape: [1, 1, 1, 1] },
  [[1, 2], [3]],
]

export function contract(name: string, fn: Function, fnAsync: Function, given: Contract): void {
  const { operands, options = [], required, finite = true, batch = false, keepsDtype = true } = given
  const call = fn as (...args: unknown[]) => unknown
  const callAsync = fnAsync as (...args: unknown[]) => Promise<unknown>
  const both = bothWays(name, call, callAsync)
  type Overrides = {
    readonly [position: number]: unknown
    readonly options?: unknown
    readonly dtype?: 'float64' | 'float32'
  }

  /** The arguments of a valid call, but for what is overridden. */
  const argumentsWith = (overrides: Overrides = {}): unknown[] => [
    ...operands.map((operand, i) =>
      i in overrides ? overrides[i] : lay(operand, overrides.dtype ?? 'float64', 'row-major'),
    ),
    'options' in overrides ? overrides.options : required,
  ]
  /** Both ways fail, the asynchronous one not before it has returned its promise. */
  const refuses = async (overrides: Overrides, error: abstract new (...args: never[]) => unknown = ArgumentError) => {
    const failure = await both(...argumentsWith(overrides)).then(
      () => expect.fail(`${name} accepted it`),
      (reason: unknown) => reason,
    )
    expect(failure).toBeInstanceOf(error)
    return (failure as Error).message
  }
  const honest = () => call(...argumentsWith())
  const each = operands.map((operand, position) => ({ operand, position }))

  describe(`the contract of ${name}`, () => {
    test('an unknown option is answered with the nearest one', async () => {
      for (const option of [...options, 'signal']) {
        const message = await refuses({ options: { ...required, [`${option}s`]: 1 } })
        expect(message).toContain(`${name}: expected options among`)
        expect(message).toContain(`did you mean '${option}'?`)
      }
      expect(await refuses({ options: { ...required, xyzzyxyzzyxyzzy: 1 } })).toContain('leave it out')
    })

    test('options of a wrong type are refused, undefined ones are defaults', async () => {
      for (const wrong of [null, 3, 'text', true, [], Float64Array.of(1), () => 1]) await refuses({ options: wrong })
      for (const option of options)
        for (const wrong of [null, {}, 'nonsense', Symbol('s'), () => 1]) {
          const message = await refuses({ options: { ...required, [option]: wrong } })
          expect(message).toMatch(new RegExp(`^${name}: expected .*${option}`))
        }
      const none = Object.fromEntries(
        options.filter((option) => !(option in (required ?? {}))).map((option) => [option, undefined]),
      )
      expect(
        distance(await both(...argumentsWith({ options: { ...none, ...required, signal: undefined } })), honest()),
      ).toBe(0)
    })

    test('what is no matrix is refused, as each operand', async () => {
      for (const { position } of each)
        for (const wrong of notMatrices) {
          const message = await refuses({ [position]: wrong }, LowRankError)
          expect(message).toMatch(new RegExp(`^${name}: expected .* but received `))
        }
    })

    test('nested arrays, integer arrays, ndarrays and every layout mean the same matrix', async () => {
      const expected = honest()
      for (const { operand, position } of each) {
        const { rows, columns, data } = operand
        const nested = Array.from({ length: rows }, (_, i) => Array.from(data.slice(i * columns, (i + 1) * columns)))
        const forms = [
          nested,
          nested.map((row) => Float64Array.from(row)),
          { data, shape: [rows, columns] },
          { data, shape: [rows, columns], stride: [columns, 1], offset: 0 },
          { data: Array.from(data), shape: [rows, columns] },
          {
            data: Array.from(data).reverse(),
            shape: [rows, columns],
            strides: [-columns, -1],
            offset: data.length - 1,
          },
          ...layouts.map((layout) => lay(operand, 'float64', layout)),
        ]
        for (const form of forms)
          expect(distance(await both(...argumentsWith({ [position]: form })), expected)).toBeLessThan(64)
      }
    })

    test(`NaN and Infinity are ${finite ? 'refused' : 'carried on'}`, async () => {
      for (const { operand, position } of each)
        for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])
          for (const dtype of dtypes) {
            const A = lay(operand, dtype, 'strided')
            A.set(A.rows - 1, 0, value)
            if (finite)
              expect(await refuses({ [position]: A, dtype })).toMatch(new RegExp(`^${name}: expected .* finite`))
            else await both(...argumentsWith({ [position]: A, dtype }))
          }
    })

    test.runIf(operands.length === 2)(
      'operands of two dtypes are refused, plain numbers take the other one',
      async () => {
        const [A, B] = operands.map((operand) => lay(operand, 'float32', 'row-major'))
        expect(await refuses({ 1: B })).toContain("toType('float64')")
        expect(await refuses({ 0: A })).toContain("toType('float32')")
        const single = call(...argumentsWith({ dtype: 'float32' }))
        for (const overrides of [
          { 0: A.toArray(), 1: B },
          { 0: A, 1: B.toArray() },
        ])
          expect(distance(call(...argumentsWith(overrides)), single)).toBe(0)
      },
    )

    test.runIf(keepsDtype)('float32 in, float32 out', async () => {
      for (const dtype of dtypes) {
        const floats = resultArrays(await both(...argumentsWith({ dtype }))).filter(
          (array) => !(array instanceof Int32Array),
        )
        for (const array of floats)
          expect(array.constructor.name).toBe(dtype === 'float32' ? 'Float32Array' : 'Float64Array')
      }
    })

    test('results own their whole buffers', async () => {
      const args = argumentsWith()
      const results = [call(...args), await callAsync(...args)].map(resultArrays)
      for (const array of results.flat()) {
        expect(array.byteOffset).toBe(0)
        expect(array.buffer.byteLength).toBe(array.byteLength)
      }
      const buffers = [...results.flat(), ...args.flatMap(arraysOf)].map((array) => (array as FloatArray).buffer)
      expect(new Set(buffers).size).toBe(buffers.length)
    })

    test('detached, shrunk and length-tracking buffers', async () => {
      for (const { operand, position } of each) {
        const detached = lay(operand, 'float64', 'row-major')
        structuredClone(detached.data.buffer, { transfer: [detached.data.buffer as ArrayBuffer] })
        await refusesDead(detached, position)
        const { data: tracking, resize } = resizable(operand)
        const shrinking = new Matrix(tracking, operand.rows, operand.columns)
        expect(distance(call(...argumentsWith({ [position]: shrinking })), honest())).toBe(0)
        expect(distance(await callAsync(...argumentsWith({ [position]: shrinking })), honest())).toBeLessThan(64)
        resize(8)
        await refusesDead(shrinking, position)
      }
    })
    const refusesDead = async (A: Matrix, position: number) => {
      expect(() => call(...argumentsWith({ [position]: A }))).toThrow(ArgumentError)
      await expect(callAsync(...argumentsWith({ [position]: A }))).rejects.toThrow(ArgumentError)
      expect(() => call(...argumentsWith({ [position]: { data: A.data, shape: A.shape } }))).toThrow(LowRankError)
    }

    test('shared memory is read', async () => {
      for (const { operand, position } of each) {
        const shared = new Float64Array(new SharedArrayBuffer(operand.data.byteLength))
        shared.set(operand.data)
        const A = new Matrix(shared, operand.rows, operand.columns)
        expect(distance(call(...argumentsWith({ [position]: A })), honest())).toBe(0)
        expect(distance(await callAsync(...argumentsWith({ [position]: A })), honest())).toBeLessThan(64)
      }
    })

    test('objects that lie are read once, or refused', async () => {
      for (const { operand, position } of each) {
        const { rows, columns, data } = operand
        const changing = (honestly: unknown, then: unknown) => {
          let reads = 0
          return () => (reads++ === 0 ? honestly : then)
        }
        const liar = () =>
          Object.defineProperties(
            {},
            {
              data: { get: changing(data, Float64Array.of(1)), enumerable: true },
              shape: { get: changing([rows, columns], [1000, 1000]), enumerable: true },
              offset: { get: changing(0, 1e6), enumerable: true },
            },
          )
        expect(distance(call(...argumentsWith({ [position]: liar() })), honest())).toBe(0)
        expect(distance(await callAsync(...argumentsWith({ [position]: liar() })), honest())).toBeLessThan(64)
        for (const [key, value] of [
          ['rows', 1e6],
          ['columns', 2 ** 31],
          ['offset', 1e9],
          ['rowStride', -50],
          ['data', Float64Array.of(1)],
          ['rows', -1],
          ['rows', 0.5],
          ['data', 'text'],
        ] as const) {
          const tampered = lay(operand, 'float64', 'row-major')
          Object.defineProperty(tampered, key, { value })
          expect(() => call(...argumentsWith({ [position]: tampered })), `${key} = ${value}`).toThrow(LowRankError)
          await expect(callAsync(...argumentsWith({ [position]: tampered })), `${key} = ${value}`).rejects.toThrow(
            LowRankError,
          )
        }
      }
      const thrown = new Error('from a getter')
      const throwing = {
        get data() {
          throw thrown
        },
        shape: [1, 1],
      }
      expect(() => call(...argumentsWith({ 0: throwing }))).toThrow(thrown)
      await expect(callAsync(...argumentsWith({ 0: throwing }))).rejects.toBe(thrown)
    })

    test('an aborted signal stops both', async () => {
      const reason = new Error('enough')
      const signal = AbortSignal.abort(reason)
      expect(await refuses({ options: { ...required, signal } }, Error)).toBe('enough')
      for (const wrong of [null, 3, {}, 'text']) await refuses({ options: { ...required, signal: wrong } })
      const controller = new AbortController()
      const promise = callAsync(...argumentsWith({ options: { ...required, signal: controller.signal } }))
      controller.abort(reason)
      await expect(promise).rejects.toBe(reason)
    })

    test.runIf(!batch)('a batch is refused', async () => {
      for (const { operand, position } of each) {
        const members = [operand, operand].map((member) => lay(member, 'float64', 'row-major'))
        expect(await refuses({ [position]: batchOf(members) }, LowRankError)).toMatch(new RegExp(`^${name}: expected `))
      }
    })

    test.runIf(batch)('a batch of none is legal, a member that is not finite is named', async () => {
      const empty = operands.map(({ rows, columns }) => new MatrixBatch(new Float64Array(0), 0, rows, columns))
      for (const array of resultArrays(await both(...empty, required))) expect(array.length).toBe(0)
      if (!finite) return
      const members = Array.from({ length: 5 }, () => lay(operands[0], 'float64', 'row-major'))
      members[3].set(members[3].rows - 1, 0, Number.NaN)
      expect(await refuses({ 0: batchOf(members) })).toContain('member 3')
    })

    test('never an InternalError', async () => {
      await both(...operands.map(() => [[]]), required).catch((error) =>
        expect(error).not.toBeInstanceOf(InternalError),
      )
    })
  })
}

/** A length-tracking array on a resizable buffer. */
function resizable({ data }: Dense): { data: Float64Array; resize: (bytes: number) => void } {
  const Resizable = ArrayBuffer as unknown as new (
    bytes: number,
    options: { maxByteLength: number },
  ) => ArrayBuffer & { resize(bytes: number): void }
  const buffer = new Resizable(data.byteLength, { maxByteLength: 2 * data.byteLength })
  const tracking = new Float64Array(buffer)
  tracking.set(data)
  return { data: tracking, resize: (bytes) => buffer.resize(bytes) }
}
