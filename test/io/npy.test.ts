import { readFileSync, writeFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ArgumentError, FormatError, Matrix, MatrixBatch } from '../../lib/index.ts'
import { readNpy, readNpz, writeNpy } from '../../lib/io/index.ts'
import { fixture, temporaryFolder } from './folder.ts'

const folder = temporaryFolder()
const A = [
  [-0.5, -0.25, 0],
  [0.25, 0.5, 0.75],
]
const fromNumpy = (name: string) => readNpy(fixture(`${name}.npy`))

/** A file that begins as one with this header does. */
function withHeader(name: string, header: string, data: Uint8Array = new Uint8Array(0)): string {
  const bytes = Buffer.alloc(10 + header.length + data.length)
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length & 255, header.length >> 8])
  bytes.write(header, 10, 'latin1')
  bytes.set(data, 10 + header.length)
  writeFileSync(folder(name), bytes)
  return folder(name)
}

describe('numpy’s files', () => {
  test.each([
    ['f8', 'float64'],
    ['f4Fortran', 'float32'],
    ['f8Big', 'float64'],
    ['f4BigFortran', 'float32'],
    ['f2', 'float32'],
    ['version2', 'float64'],
    ['version3', 'float64'],
  ])('%s becomes %s', async (name, dtype) => {
    const matrix = await fromNumpy(name)
    expect(matrix.toArray()).toEqual(A)
    expect(matrix.dtype).toBe(dtype)
  })

  test.each([
    ['i1', [[-128, 127]]],
    ['u1', [[0, 255]]],
    ['i2Big', [[-32768, 32767]]],
    ['u2', [[0, 65535]]],
    ['i4', [[-(2 ** 31), 2 ** 31 - 1]]],
    ['u4Big', [[0, 2 ** 32 - 1]]],
    ['i8', [[-(2 ** 53) + 1, 2 ** 53 - 1]]],
    ['u8', [[0, 7]]],
    ['bool', [[1, 0]]],
    ['scalar', [[2.5]]],
    ['vector', [[1], [2], [3]]],
    ['empty', []],
  ])('%s becomes float64', async (name, entries) => {
    const matrix = await fromNumpy(name)
    expect(matrix.toArray()).toEqual(entries)
    expect(matrix.dtype).toBe('float64')
  })

  test('half precision keeps infinities, the sign of zero, and the smallest and largest number', async () => {
    expect((await fromNumpy('f2Special')).toArray()).toEqual([[Infinity, -Infinity, -0, 2 ** -24, 65504]])
  })

  test.each(['batch', 'batchFortran'])('%s of three dimensions becomes a batch', async (name) => {
    const batch = await readNpy(fixture(`${name}.npy`), { batch: true })
    expect([batch.count, batch.rows, batch.columns]).toEqual([2, 3, 4])
    expect(Array.from(batch.data)).toEqual(Array.from({ length: 24 }, (_, i) => i))
  })

  test('an archive gives its arrays by name', async () => {
    const two = await readNpz(fixture('two.npz'))
    expect([...two.keys()]).toEqual(['A', 'b'])
    expect((two.get('A') as Matrix).toArray()).toEqual(A)
    const compressed = await readNpz(fixture('compressed.npz'))
    expect(compressed.get('B')).toBeInstanceOf(MatrixBatch)
  })
})

describe('round trips', () => {
  const options = { overwrite: true }
  const entries = (dtype: 'float64' | 'float32', length: number) =>
    dtype === 'float64'
      ? fc.float64Array({ minLength: length, maxLength: length })
      : fc.float32Array({ minLength: length, maxLength: length })

  test('a matrix comes back bit by bit, whatever its layout', async () => {
    const shapes = fc.record({
      rows: fc.nat(7),
      columns: fc.nat(7),
      dtype: fc.constantFrom('float64' as const, 'float32' as const),
      view: fc.constantFrom('plain', 'transpose', 'inside'),
    })
    const cases = shapes.chain((shape) =>
      fc.tuple(fc.constant(shape), entries(shape.dtype, (shape.rows + 2) * (shape.columns + 2))),
    )
    await fc.assert(
      fc.asyncProperty(cases, async ([{ rows, columns, view }, data]) => {
        const whole = new Matrix(data, rows + 2, columns + 2)
        const B =
          view === 'plain'
            ? whole
            : view === 'transpose'
              ? whole.transpose
              : whole.view([1, rows + 1], [1, columns + 1])
        await writeNpy(folder('trip.npy'), B, options)
        const back = await readNpy(folder('trip.npy'))
        expect(back.shape).toEqual(B.shape)
        expect(back.dtype).toBe(B.dtype)
        expect(back.toArray()).toEqual(B.toArray())
      }),
      { numRuns: 60 },
    )
  })

  test.each(['f8', 'vector', 'batch', 'empty'])('%s is written with the bytes that numpy writes', async (name) => {
    const file = fixture(`${name}.npy`)
    const array = await readNpy(file, { batch: name === 'batch' })
    await writeNpy(folder('same.npy'), name === 'vector' ? (array as Matrix).data : array, options)
    expect(readFileSync(folder('same.npy')).equals(readFileSync(file))).toBe(true)
  })
})

describe('refusals', () => {
  test.each([
    ['structured', 'a structured type'],
    ['complex', "type '<c16'"],
    ['string', "type '<U1'"],
    ['object', 'pickled Python objects'],
    ['i8TooLarge', '9007199254740993'],
    ['four', 'at most three dimensions'],
    ['batch', 'pass batch: true'],
  ])('%s: %s', async (name, message) => {
    const fault = await fromNumpy(name).catch((error: unknown) => error)
    expect(fault).toBeInstanceOf(FormatError)
    expect(fault).toMatchObject({ code: 'FormatError', file: fixture(`${name}.npy`), byteOffset: expect.any(Number) })
    expect(String(fault)).toContain(message)
  })

  test('a file cut off anywhere is an error, and so is one with more', async () => {
    const bytes = readFileSync(fixture('f8.npy'))
    for (let length = 0; length < bytes.length; length++) {
      writeFileSync(folder('torn.npy'), bytes.subarray(0, length))
      await expect(readNpy(folder('torn.npy')), `${length} bytes`).rejects.toThrow(FormatError)
    }
    writeFileSync(folder('torn.npy'), Buffer.concat([bytes, Buffer.of(0)]))
    await expect(readNpy(folder('torn.npy'))).rejects.toThrow('expected 48 bytes of numbers')
    writeFileSync(folder('torn.npz'), readFileSync(fixture('two.npz')).subarray(0, 200))
    await expect(readNpz(folder('torn.npz'))).rejects.toThrow(FormatError)
  })

  test.each([
    ['version', Buffer.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 9, 0, 0, 0, 0, 0), 6],
    ['signature', Buffer.from('not an array at all'), 0],
  ])('a wrong %s', async (name, bytes, byteOffset) => {
    writeFileSync(folder(name), bytes)
    await expect(readNpy(folder(name))).rejects.toMatchObject({ code: 'FormatError', byteOffset })
  })

  test.each([
    ["{'descr': '<f8', 'fortran_order': False, }", 'a shape in the header'],
    ["{'descr': '<f8', 'shape': (1,), }", 'fortran_order in the header'],
    ["{'fortran_order': False, 'shape': (1,), }", 'a type in the header'],
    ["{'descr': '<f8', 'fortran_order': False, 'shape': (-1,), }", 'a shape of integers'],
    ["{'descr': '<f8', 'fortran_order': False, 'shape': (1.5,), }", 'a shape of integers'],
    ["{'descr': '<f8', 'fortran_order': False, 'shape': (9007199254740991, 9), }", 'of up to 2147483647'],
    ["{'descr': '<f8', 'fortran_order': False, 'shape': (2000000000, 2000000000), }", 'the file was cut off'],
  ])('the header %s', async (header, message) => {
    await expect(readNpy(withHeader('header.npy', header))).rejects.toThrow(message)
  })

  test('a Python 2 header, with keys in another order and long integers, is read', async () => {
    const numbers = new Uint8Array(Float64Array.of(1, 2).buffer)
    const file = withHeader('python2.npy', "{'shape': (1L, 2L), 'fortran_order': True, 'descr': '<f8'}\n", numbers)
    expect((await readNpy(file)).toArray()).toEqual([[1, 2]])
  })

  test('an existing file is kept unless overwrite is given; a missing one is the system’s error', async () => {
    await writeNpy(folder('kept.npy'), [[1]])
    await expect(writeNpy(folder('kept.npy'), [[2]])).rejects.toThrow(ArgumentError)
    expect((await readNpy(folder('kept.npy'))).toArray()).toEqual([[1]])
    await writeNpy(folder('kept.npy'), [[2]], { overwrite: true })
    expect((await readNpy(folder('kept.npy'))).toArray()).toEqual([[2]])
    await expect(readNpy(folder('missing.npy'))).rejects.toMatchObject({ code: 'ENOENT' })
  })

  test('wrong arguments', async () => {
    await expect(readNpy('')).rejects.toThrow("readNpy: expected path to be the name of a file but received ''")
    await expect(readNpy(3 as never)).rejects.toThrow(ArgumentError)
    await expect(readNpy('x', { bach: true } as never)).rejects.toThrow("did you mean 'batch'?")
    await expect(writeNpy(folder('new.npy'), 'text' as never)).rejects.toThrow(ArgumentError)
    await expect(writeNpy(folder('new.npy'), [[1]], { overwrite: 1 } as never)).rejects.toThrow('true or false')
    await expect(readNpy(folder('new.npy'))).rejects.toMatchObject({ code: 'ENOENT' })
  })
})
