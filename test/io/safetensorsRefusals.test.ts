/** Files, readings and writings that are wrong. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { ArgumentError, FormatError, Matrix, ShapeError } from '../../lib/index.ts'
import { LazyTensor, readSafetensors, writeSafetensors } from '../../lib/io/index.ts'
import { failure } from './failure.ts'
import { fixture, temporaryFolder } from './folder.ts'

const folder = temporaryFolder()
const library = fixture('library.safetensors')

/** A file of a header and bytes behind it; `length` is what it says of the header. */
function withHeader(name: string, header: string | object, data = 0, length?: number | bigint): string {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header))
  const bytes = Buffer.alloc(8 + text.length + data)
  bytes.writeBigUInt64LE(BigInt(length ?? text.length))
  bytes.set(text, 8)
  writeFileSync(folder(name), bytes)
  return folder(name)
}

const good = { dtype: 'F32', shape: [2], data_offsets: [0, 8] }

describe('wrong files are refused, with the byte', () => {
  test.each<[string, string | object, number, number, string]>([
    ['no JSON', '{"a":}', 0, 8, 'a header in JSON'],
    ['a list', '[]', 0, 8, "begins with '{'"],
    ['leading blanks', ' {}', 0, 8, "begins with '{'"],
    ['a byte order mark', '\uFEFF{}', 0, 8, "begins with '{'"],
    ['two objects', '{}{}', 0, 8, 'a header in JSON'],
    [
      'a tensor twice',
      '{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}, "a" :{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}',
      0,
      62,
      "'a' twice",
    ],
    [
      'a name twice, spelled otherwise',
      '{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"\\u0061":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}',
      0,
      61,
      "'a' twice",
    ],
    [
      'a key of a tensor twice',
      '{"a":{"dtype":"U8","shape":[0],"dtype":"I8","data_offsets":[0,0]}}',
      0,
      39,
      "'dtype' twice",
    ],
    ['metadata twice', '{"__metadata__":{},"__metadata__":{}}', 0, 27, 'twice'],
    ['metadata that is no map', { __metadata__: ['x'] }, 0, 9, 'texts to texts'],
    ['metadata of numbers', { __metadata__: { x: 1 } }, 0, 9, 'texts to texts'],
    ['no object', { a: 3 }, 0, 9, 'dtype, shape and data_offsets'],
    ['null', { a: null }, 0, 9, 'dtype, shape and data_offsets'],
    ['an unknown type', { a: { ...good, dtype: 'F128' } }, 8, 9, "'F128'"],
    ['no type', { a: { ...good, dtype: undefined } }, 8, 9, 'dtype'],
    ['a negative extent', { a: { ...good, shape: [-2] } }, 8, 9, 'a shape of integers'],
    ['half an extent', { a: { ...good, shape: [0.5] } }, 8, 9, 'a shape of integers'],
    ['no shape', { a: { ...good, shape: 2 } }, 8, 9, 'a shape of integers'],
    ['a huge shape', { a: { ...good, shape: [2 ** 31, 2 ** 31] } }, 8, 9, 'a whole number of bytes'],
    ['a shape beyond numbers', { a: { ...good, shape: Array(400).fill(10) } }, 8, 9, 'a whole number of bytes'],
    ['half a byte', { a: { dtype: 'F4', shape: [3], data_offsets: [0, 2] } }, 2, 9, 'a whole number of bytes'],
    ['no offsets', { a: { ...good, data_offsets: undefined } }, 8, 9, 'data_offsets'],
    ['one offset', { a: { ...good, data_offsets: [8] } }, 8, 9, 'data_offsets'],
    ['offsets backwards', { a: { ...good, data_offsets: [8, 0] } }, 8, 9, 'data_offsets'],
    ['negative offsets', { a: { ...good, data_offsets: [-8, 0] } }, 8, 9, 'data_offsets'],
    ['too few bytes', { a: { ...good, data_offsets: [0, 7] } }, 7, 9, '8 bytes of F32 of shape [2]'],
    [
      'offsets nested deeply',
      `{"a":{"dtype":"F32","shape":[2],"data_offsets":${'['.repeat(1e5)}${']'.repeat(1e5)}}}`,
      8,
      9,
      'an array of 1',
    ],
    ['many offsets', { a: { ...good, data_offsets: Array(1e5).fill(1) } }, 8, 9, 'received an array of 100000'],
    ['many dimensions', { a: { ...good, shape: Array(1e5).fill(7) } }, 8, 9, 'F32 of shape 100000 dimensions'],
    ['half a surrogate pair', '{"\\ud800":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}', 0, 9, 'Unicode'],
  ])('%s', async (name, header, data, byteOffset, message) => {
    const path = withHeader(name, header, data)
    const fault = await failure(readSafetensors(path))
    expect(fault).toBeInstanceOf(FormatError)
    expect(fault.message).toMatch(/^readSafetensors: expected .* but received .*; /)
    expect(fault.message).toContain(message)
    expect([fault.file, fault.byteOffset]).toEqual([path, byteOffset])
  })

  test('overlaps, holes, and another end', async () => {
    const place = (begin: number, end: number) => ({ dtype: 'U8', shape: [end - begin], data_offsets: [begin, end] })
    for (const [header, data, at, message] of [
      [{ a: place(0, 4), b: place(3, 8) }, 8, 3, 'overlaps'],
      [{ a: place(0, 4), b: place(0, 4) }, 4, 0, 'overlaps'],
      [{ a: place(0, 8), b: place(2, 4) }, 8, 2, 'overlaps'],
      [{ a: place(0, 4), b: place(6, 8) }, 8, 4, '2 unused bytes'],
      [{ a: place(1, 4) }, 4, 0, '1 unused bytes'],
      [{ a: place(0, 4) }, 6, 4, '2 more bytes'],
      [{}, 1, 0, '1 more bytes'],
      [{ a: place(0, 4) }, 3, 3, 'cut off'],
      [{ a: place(0, 4), b: place(5, 5) }, 4, 4, '1 unused bytes'],
    ] as const) {
      const path = withHeader('cover', header, data)
      const fault = await failure(readSafetensors(path))
      expect(fault.message).toContain(message)
      expect(fault.byteOffset).toBe(8 + JSON.stringify(header).length + at)
    }
  })

  test('the length of the header', async () => {
    for (const [length, message] of [
      [100_000_001, 'at most 100000000'],
      [2n ** 63n, 'at most 100000000'],
      [3, 'a header of 3 bytes'],
      [0, "begins with '{'"],
    ] as const)
      expect((await failure(readSafetensors(withHeader('length', '{}', 0, length)))).message).toContain(message)
    writeFileSync(folder('bytes'), Buffer.from([2, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0xff]))
    expect((await failure(readSafetensors(folder('bytes')))).message).toContain('UTF-8')
    await expect(readSafetensors(folder('none'))).rejects.toMatchObject({ code: 'ENOENT' })
    for (const path of [undefined, '', 3]) await expect(readSafetensors(path as never)).rejects.toThrow(ArgumentError)
  })

  test('blanks behind the header, unknown keys and any order of tensors are right', async () => {
    const header = {
      b: { dtype: 'U8', shape: [2], data_offsets: [1, 3], more: 1 },
      a: { dtype: 'U8', shape: [1], data_offsets: [0, 1] },
    }
    const tensors = await readSafetensors(withHeader('right', `${JSON.stringify(header)}\n   `, 3))
    expect([...tensors.keys()]).toEqual(['a', 'b'])
    const names = await readSafetensors(
      withHeader('proto', '{"__proto__":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}', 1),
    )
    expect(names.get('__proto__')).toBeInstanceOf(LazyTensor)
    expect((await readSafetensors(withHeader('nothing', '{}'))).size).toBe(0)
  })
})

test('wrong readings are refused', async () => {
  const tensors = await readSafetensors(library)
  const get = (name: string) => tensors.get(name) as LazyTensor
  await expect(get('f8').array()).rejects.toThrow('use bytes()')
  await expect(get('f8').matrix()).rejects.toThrow(ArgumentError)
  await expect(get('batch').matrix()).rejects.toThrow(FormatError)
  await expect(get('i64').matrix()).rejects.toThrow(FormatError)
  for (const rows of [[0, 3], [1, 0], [-1, 1], [0.5, 1], [1], 'all', null])
    await expect(get('f64').matrix({ rows: rows as never })).rejects.toThrow(ArgumentError)
  await expect(get('f64').matrix({ dtype: 'float16' as never })).rejects.toThrow(ArgumentError)
  await expect(get('f64').matrix({ row: [0, 1] } as never)).rejects.toThrow("did you mean 'rows'?")
  for (const range of [[-1], [0, 49], [3, 2], [0.5], ['0']])
    await expect(get('f64').bytes(...(range as [number]))).rejects.toThrow(ArgumentError)
})

test('wrong writings are refused, and nothing is written', async () => {
  const before = readdirSync(folder('.'))
  const write = (tensors: unknown, options?: unknown) =>
    writeSafetensors(folder('wrong'), tensors as never, options as never)
  for (const wrong of [null, 3, 'text', [], Float64Array.of(1)])
    await expect(write(wrong)).rejects.toThrow(ArgumentError)
  for (const value of [
    null,
    undefined,
    3,
    'text',
    [1, 2],
    {},
    { data: [1] },
    new Uint8ClampedArray(2),
    new DataView(new ArrayBuffer(8)),
    { data: Uint8Array.of(1), shape: 'x' },
    { data: Uint8Array.of(1), shape: [-1] },
    { data: Uint8Array.of(1), dtype: 'F128' },
  ])
    await expect(write({ a: value }), String(value)).rejects.toThrow(ArgumentError)
  for (const value of [
    { data: Uint8Array.of(1), shape: [2] },
    { data: Float32Array.of(1), shape: [1], dtype: 'F64' },
    { data: Uint8Array.of(1), shape: [3], dtype: 'F4' },
    { data: Uint8Array.of(1), shape: [2 ** 40, 2 ** 40] },
  ])
    await expect(write({ a: value })).rejects.toThrow(ShapeError)
  await expect(write({ __metadata__: Uint8Array.of(1) })).rejects.toThrow('rename it')
  await expect(write({ '\ud800': Uint8Array.of(1) })).rejects.toThrow('Unicode')
  await expect(write(new Map([[3, Uint8Array.of(1)]]))).rejects.toThrow(ArgumentError)
  for (const metadata of [null, 3, 'text', ['x'], { a: 1 }, { a: null }, { '\ud800': 'x' }])
    await expect(write({}, { metadata })).rejects.toThrow(ArgumentError)
  await expect(write({}, { metdata: {} })).rejects.toThrow("did you mean 'metadata'?")
  const detached = Matrix.zeros(2, 3)
  structuredClone(detached.data.buffer, { transfer: [detached.data.buffer as ArrayBuffer] })
  await expect(write({ a: detached })).rejects.toThrow(ArgumentError)
  writeFileSync(folder('kept'), 'old')
  await expect(writeSafetensors(folder('kept'), {})).rejects.toThrow('overwrite')
  expect(readFileSync(folder('kept'), 'utf8')).toBe('old')
  expect(readdirSync(folder('.'))).toEqual([...before, 'kept'].sort())
})
