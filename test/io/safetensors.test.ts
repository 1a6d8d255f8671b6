import { readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FormatError, Matrix, MatrixBatch } from '../../lib/index.ts'
import { type LazyTensor, readSafetensors, type TensorLike, writeSafetensors } from '../../lib/io/index.ts'
import { failure } from './failure.ts'
import { fixture, temporaryFolder } from './folder.ts'

const folder = temporaryFolder()
const overwrite = { overwrite: true }
const library = fixture('library.safetensors')
const A = [
  [-0.5, -0.25, 0],
  [0.25, 0.5, 0.75],
]

/** What the library's file holds, to be written again. */
const libraryTensors: Record<string, TensorLike> = {
  f64: Matrix.from(A),
  f32: Matrix.from(A, { dtype: 'float32' }),
  f16: { data: Uint16Array.of(0xb800, 0xb400, 0, 0x3400, 0x3800, 0x3a00), shape: [2, 3], dtype: 'F16' },
  bf16: { data: Uint16Array.of(0xbf00, 0xbe80, 0, 0x3e80, 0x3f00, 0x3f40), shape: [2, 3], dtype: 'BF16' },
  i64: BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n),
  u64: BigUint64Array.of(0n, 2n ** 64n - 1n),
  i32: Int32Array.of(-(2 ** 31), 2 ** 31 - 1),
  u32: Uint32Array.of(0, 2 ** 32 - 1),
  i16: Int16Array.of(-(2 ** 15), 2 ** 15 - 1),
  u16: Uint16Array.of(0, 2 ** 16 - 1),
  i8: Int8Array.of(-128, 127),
  u8: Uint8Array.of(0, 255),
  bool: { data: Uint8Array.of(1, 0), dtype: 'BOOL' },
  f8: { data: Uint8Array.of(56, 64), dtype: 'F8_E4M3' },
  f4: { data: Uint8Array.of(0x42), dtype: 'F4', shape: [2] },
  scalar: { data: Float32Array.of(2.5), shape: [] },
  empty: Matrix.zeros(0, 3, { dtype: 'float32' }),
  batch: new MatrixBatch(
    Float64Array.from({ length: 24 }, (_, k) => k),
    2,
    3,
    4,
  ),
  'quoted "ü" 𝔸\n': Uint8Array.of(7),
}

describe('files of the format’s own library', () => {
  test('are read: names, types, shapes, metadata', async () => {
    const tensors = await readSafetensors(library)
    expect(tensors.metadata).toEqual({ format: 'np' })
    expect(new Set(tensors.keys())).toEqual(new Set(Object.keys(libraryTensors)))
    expect([...tensors.values()].map(({ byteOffset }) => byteOffset)).toEqual(
      [...tensors.values()].map(({ byteOffset }) => byteOffset).sort((a, b) => a - b),
    )
    const shapes = { f16: [2, 3], scalar: [], empty: [0, 3], batch: [2, 3, 4], f4: [2], bool: [2] }
    for (const [name, shape] of Object.entries(shapes)) expect([name, tensors.get(name)?.shape]).toEqual([name, shape])
    expect([tensors.get('bf16')?.dtype, tensors.get('f8')?.dtype]).toEqual(['BF16', 'F8_E4M3'])
    expect(tensors.get('bf16')?.byteLength).toBe(12)
  })

  test('hold the numbers that they hold, as arrays and as matrices', async () => {
    const tensors = await readSafetensors(library)
    const get = (name: string) => tensors.get(name) as LazyTensor
    for (const [name, dtype] of [
      ['f64', 'float64'],
      ['f32', 'float32'],
      ['f16', 'float32'],
      ['bf16', 'float32'],
    ] as const) {
      const matrix = await get(name).matrix()
      expect([matrix.toArray(), matrix.dtype]).toEqual([A, dtype])
      expect(Array.from((await get(name).array()) as Float64Array)).toEqual(A.flat())
      expect((await get(name).matrix({ dtype: 'float64' })).dtype).toBe('float64')
      expect((await get(name).matrix({ rows: [1, 2] })).toArray()).toEqual(A.slice(1))
      expect((await get(name).matrix({ rows: [1, 1] })).shape).toEqual([0, 3])
    }
    for (const name of ['i64', 'u64', 'i32', 'u32', 'i16', 'u16', 'i8', 'u8'])
      expect(await get(name).array()).toEqual(libraryTensors[name])
    expect(await get('bool').array()).toEqual(Uint8Array.of(1, 0))
    for (const name of ['i32', 'u32', 'i16', 'u16', 'i8', 'u8', 'bool']) {
      const { dtype, shape, data } = await get(name).matrix()
      expect([dtype, ...shape]).toEqual(['float64', 2, 1])
      expect(Array.from(data)).toEqual(Array.from((await get(name).array()) as Uint8Array))
    }
    expect((await get('scalar').matrix()).toArray()).toEqual([[2.5]])
    expect((await get('empty').matrix()).shape).toEqual([0, 3])
    expect(await get('f8').bytes()).toEqual(Uint8Array.of(56, 64))
    expect(await get('f32').bytes(4, 8)).toEqual(new Uint8Array(Float32Array.of(-0.25).buffer))
    expect(await get('f32').bytes(24)).toHaveLength(0)
  })

  test('are written, byte for byte', async () => {
    await writeSafetensors(folder('same'), libraryTensors, { metadata: { format: 'np' } })
    expect(readFileSync(folder('same'))).toEqual(readFileSync(library))
    const read = await readSafetensors(library)
    await writeSafetensors(folder('passed'), read, { metadata: read.metadata })
    expect(readFileSync(folder('passed'))).toEqual(readFileSync(library))
  })

  test('cut off anywhere are refused', async () => {
    const bytes = readFileSync(library)
    for (let length = 0; length < bytes.length; length += length % 97 < 5 || length > bytes.length - 40 ? 1 : 11) {
      writeFileSync(folder('cut'), bytes.subarray(0, length))
      const fault = await failure(readSafetensors(folder('cut')))
      expect([length, fault.code, fault.file]).toEqual([length, 'FormatError', folder('cut')])
      expect(fault.byteOffset).toBeLessThanOrEqual(length)
    }
    writeFileSync(folder('cut'), Buffer.concat([bytes, Buffer.alloc(3)]))
    const fault = await failure(readSafetensors(folder('cut')))
    expect(fault.message).toContain('3 more bytes')
    expect(fault.byteOffset).toBe(bytes.length)
  })

  test('with changed bytes are read, or refused', async () => {
    const bytes = readFileSync(library)
    const header = Number(bytes.readBigUInt64LE())
    const change = fc.tuple(
      fc.nat(header + 7),
      fc.oneof(fc.nat(255), fc.constantFrom(...Buffer.from('{}[]",:0-9e\\u'))),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
        const changed = Buffer.from(bytes)
        for (const [at, value] of changes) changed[at] = value
        writeFileSync(folder('changed'), changed)
        try {
          for (const tensor of (await readSafetensors(folder('changed'))).values()) await tensor.bytes()
        } catch (error) {
          if (!(error instanceof FormatError)) throw error
        }
      }),
      { numRuns: 1000, seed: 5 },
    )
  })
})

test('half precision and bfloat16 keep infinities, NaN, the sign of zero, the smallest and the largest', async () => {
  const halves = Uint16Array.of(0x7c00, 0xfc00, 0x8000, 0x0001, 0x7bff, 0x7e00)
  const brains = Uint16Array.of(0x7f80, 0xff80, 0x8000, 0x0001, 0x7f7f, 0x7fc0)
  const tensors = { F16: { data: halves, dtype: 'F16' }, BF16: { data: brains, dtype: 'BF16' } } as const
  await writeSafetensors(folder('special'), tensors)
  const read = await readSafetensors(folder('special'))
  expect(Array.from((await read.get('F16')?.array()) as Float32Array)).toEqual([
    Infinity,
    -Infinity,
    -0,
    2 ** -24,
    65504,
    NaN,
  ])
  const largest = (2 - 2 ** -7) * 2 ** 127
  expect(Array.from((await read.get('BF16')?.array()) as Float32Array)).toEqual([
    Infinity,
    -Infinity,
    -0,
    2 ** -133,
    largest,
    NaN,
  ])
})

test('what is written is read again: any names, strides, shapes and metadata', async () => {
  const text = fc.string({
    unit: fc.oneof(fc.string({ minLength: 1, maxLength: 1 }), fc.constantFrom('ü', '𝔸', '\u0000', '\\', '"')),
  })
  const name = text.filter((value) => value !== '__metadata__')
  const tensor = fc.record({
    rows: fc.nat(5),
    columns: fc.nat(5),
    kind: fc.constantFrom('row-major', 'transposed', 'view', 'float32', 'vector', 'batch'),
    seed: fc.nat(1000),
  })
  const make = ({ rows, columns, kind, seed }: { rows: number; columns: number; kind: string; seed: number }) => {
    const dtype = kind === 'float32' ? 'float32' : 'float64'
    if (kind === 'transposed') return Matrix.random(columns, rows, { seed }).transpose
    if (kind === 'view') return Matrix.random(rows + 1, columns + 2, { seed }).view([1, rows + 1], [1, columns + 1])
    if (kind === 'vector') return Matrix.random(rows, 1, { seed }).data
    if (kind === 'batch') return new MatrixBatch(Matrix.random(2 * rows, columns, { seed }).data, 2, rows, columns)
    return Matrix.random(rows, columns, { seed, dtype })
  }
  await fc.assert(
    fc.asyncProperty(fc.dictionary(name, tensor), fc.option(fc.dictionary(text, text)), async (recipes, metadata) => {
      const entries = Object.entries(recipes).map(([key, recipe]) => [key, make(recipe)] as const)
      await writeSafetensors(folder('random'), new Map<string, TensorLike>(entries), {
        ...overwrite,
        ...(metadata !== null && { metadata }),
      })
      const read = await readSafetensors(folder('random'))
      expect(read.metadata).toEqual({ ...metadata })
      expect(read.size).toBe(entries.length)
      for (const [key, value] of entries) {
        const found = read.get(key) as LazyTensor
        expect(found.byteOffset % (found.dtype === 'F32' ? 4 : 8)).toBe(0)
        if (value instanceof MatrixBatch) {
          expect(found.shape).toEqual([value.count, value.rows, value.columns])
          expect(await found.array()).toEqual(value.data)
        } else if (value instanceof Matrix) expect((await found.matrix()).toArray()).toEqual(value.toArray())
        else expect(await found.array()).toEqual(value)
      }
    }),
    { numRuns: 100, seed: 3 },
  )
})

describe('reading is lazy', () => {
  test('several files at once, and the same tensor many times', async () => {
    const names = ['one', 'two', 'three']
    for (const [k, name] of names.entries())
      await writeSafetensors(folder(name), { x: Float64Array.of(k, k + 1), y: Int32Array.of(k) })
    const files = await Promise.all(names.map((name) => readSafetensors(folder(name))))
    const reads = await Promise.all(
      files.flatMap((file) => [file.get('x'), file.get('y'), file.get('x')].map((t) => t?.array())),
    )
    expect(reads.map((array) => Array.from(array as Float64Array)[0])).toEqual([0, 0, 0, 1, 1, 1, 2, 2, 2])
  })

  test('a file that was changed after its header was read is refused, and nothing is written of it', async () => {
    const path = folder('changing')
    await writeSafetensors(path, { x: Float64Array.of(1, 2) })
    const tensors = await readSafetensors(path)
    await writeSafetensors(path, { x: Float64Array.of(3, 4) }, overwrite)
    const tensor = tensors.get('x') as LazyTensor
    for (const read of [() => tensor.bytes(), () => tensor.array(), () => tensor.matrix()])
      expect((await failure(read())).message).toContain('changed since')
    const before = readdirSync(folder('.'))
    await expect(writeSafetensors(folder('copy'), tensors)).rejects.toThrow(FormatError)
    expect(readdirSync(folder('.'))).toEqual(before)
    const again = await readSafetensors(path)
    utimesSync(path, 1, 1)
    await expect(again.get('x')?.bytes()).rejects.toThrow(FormatError)
  })

  test('a file may be written over with its own tensors', async () => {
    const path = folder('own')
    await writeSafetensors(path, { x: Float64Array.of(1, 2), y: Int32Array.of(5) })
    const tensors: Map<string, TensorLike> = new Map(await readSafetensors(path))
    await writeSafetensors(path, tensors.set('z', Int32Array.of(6)), overwrite)
    const read = await readSafetensors(path)
    expect([...read.keys()]).toEqual(['x', 'y', 'z'])
    expect(await read.get('x')?.array()).toEqual(Float64Array.of(1, 2))
  })
})
