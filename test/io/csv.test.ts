import { writeFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ArgumentError, FormatError } from '../../lib/index.ts'
import { type ReadCsvOptions, readCsv } from '../../lib/io/index.ts'
import { temporaryFolder } from './folder.ts'

const folder = temporaryFolder()

async function parse(text: string, options?: ReadCsvOptions) {
  writeFileSync(folder('A.csv'), text)
  return (await readCsv(folder('A.csv'), options)).toArray()
}

describe('what is read', () => {
  test.each([
    ['commas', '1,2\n3,4\n'],
    ['no newline at the end', '1,2\n3,4'],
    ['Windows newlines', '1,2\r\n3,4\r\n'],
    ['semicolons', '1;2\n3;4\n'],
    ['tabs', '1\t2\n3\t4\n'],
    ['bars', '1|2\n3|4\n'],
    ['spaces', '1 2\n3 4\n'],
    ['blanks around numbers', ' 1, 2\n3 ,4\n'],
    ['quotes', '"1","2"\n"3","4"\n'],
    ['a byte order mark', '\uFEFF1,2\n3,4\n'],
    ['empty lines', '\n1,2\n\n3,4\n\n'],
    ['a header', 'x,y\n1,2\n3,4\n'],
    ['a header over two lines', '"x\n(cm)",y\n1,2\n3,4\n'],
  ])('%s', async (_, text) => {
    expect(await parse(text)).toEqual([
      [1, 2],
      [3, 4],
    ])
  })

  test('one column, exponents, and the words of numpy', async () => {
    expect(await parse('1e-3\n-.5\n+2E2\n')).toEqual([[0.001], [-0.5], [200]])
    expect(await parse('nan,inf,-inf,Infinity\n')).toEqual([[NaN, Infinity, -Infinity, Infinity]])
  })

  test('options decide where the file leaves it open', async () => {
    expect(await parse('2019,2020\n1,2\n', { header: true })).toEqual([[1, 2]])
    expect(await parse('1:2\n3:4\n', { delimiter: ':' })).toEqual([
      [1, 2],
      [3, 4],
    ])
    expect(await parse('1::2\n3::4\n')).toEqual(await parse('1ab2\n3ab4\n', { delimiter: 'ab' }))
    expect(await parse('0.1,1\n', { dtype: 'float32' })).toEqual([[Math.fround(0.1), 1]])
    expect(await parse('x,y\n')).toEqual([])
  })

  test('what JavaScript prints comes back', async () => {
    const row = fc.array(fc.double({ noNaN: true }), { minLength: 3, maxLength: 3 })
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 5 }), async (rows) => {
        const text = rows
          .map((values) => values.map((value) => (Object.is(value, -0) ? '-0' : value)).join(','))
          .join('\n')
        expect(await parse(text)).toEqual(rows)
      }),
    )
  })

  test('a file of several chunks keeps its rows whole', async () => {
    const rows = Array.from({ length: 20_000 }, (_, i) => [i, i / 7, -1 - i])
    expect(await parse(rows.map((row) => row.join(',')).join('\n'))).toEqual(rows)
  })
})

test('gzip is unpacked, and refused where it is cut off', async () => {
  const packed = gzipSync('1,2\n3,4\n')
  writeFileSync(folder('packed.csv.gz'), packed)
  expect((await readCsv(folder('packed.csv.gz'))).toArray()).toEqual(await parse('1,2\n3,4\n'))
  writeFileSync(folder('cut.csv.gz'), packed.subarray(0, -6))
  const fault = await readCsv(folder('cut.csv.gz')).catch((error: unknown) => error)
  expect(fault).toBeInstanceOf(FormatError)
  expect(String(fault)).toMatch(/expected whole gzip in .*cut.csv.gz but received damage \(unexpected end of file\)/)
})

describe('refusals say where', () => {
  test.each([
    ['a word', '1,2\n3,four\n', undefined, 2, 2, "'four'"],
    ['an empty field', '1,2\n\n3,\n', undefined, 3, 2, 'an empty field'],
    ['a short row', '1,2\n3\n', undefined, 2, undefined, 'expected 2 fields'],
    ['a header of which part is a number', 'id,2019\n1,2\n', undefined, 1, 1, 'header: true'],
    ['a header that is denied', 'x,y\n1,2\n', { header: false }, 1, 1, "'x'"],
    ['a row after quoted newlines', '"x\n\n",y\n1,2\n3,z\n', undefined, 5, 2, "'z'"],
    ['an open quotation mark', '1,2\n3,"4\n', undefined, 2, undefined, 'closing quotation mark'],
    ['nothing', '', undefined, 1, undefined, 'an empty file'],
    ['only empty lines', '\n\n', undefined, 1, undefined, 'an empty file'],
  ] as const)('%s', async (_, text, options, line, column, message) => {
    const fault = await parse(text, options).catch((error: unknown) => error)
    expect(fault).toBeInstanceOf(FormatError)
    expect(fault).toMatchObject({ file: folder('A.csv'), line, column })
    expect(String(fault)).toContain(message)
  })

  test('wrong arguments, and a missing file', async () => {
    await expect(parse('1', { delimiter: '' })).rejects.toThrow(ArgumentError)
    await expect(parse('1', { header: 'yes' as never })).rejects.toThrow(ArgumentError)
    await expect(parse('1', { dtype: 'float' as never })).rejects.toThrow('float64')
    await expect(parse('1', { headers: true } as never)).rejects.toThrow("did you mean 'header'?")
    await expect(readCsv(folder('missing.csv'))).rejects.toMatchObject({ code: 'ENOENT' })
  })
})
