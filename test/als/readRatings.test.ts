import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Ratings, type ReadRatingsOptions, readRatings } from '../../lib/als/index.ts'
import { uniforms } from '../../lib/core/random.ts'
import { ArgumentError, FormatError } from '../../lib/index.ts'
import { temporaryFolder } from '../io/folder.ts'

const folder = temporaryFolder()

function parse(text: string | Uint8Array, options?: ReadRatingsOptions, name = 'ratings.csv'): Promise<Ratings> {
  writeFileSync(folder(name), text)
  return readRatings(folder(name), options)
}

/** Each rating as [row, column, value], row by row. */
function listed({ matrix, rowIds, columnIds }: Ratings): (string | number)[][] {
  const list = []
  for (let i = 0; i < matrix.rows; i++)
    for (let k = matrix.rowPointers[i]!; k < matrix.rowPointers[i + 1]!; k++)
      list.push([rowIds.at(i), columnIds.at(matrix.columnIndices[k]!), matrix.values[k]!])
  return list
}

const numbers = [
  [1, 31, 2.5],
  [1, 1029, 3],
  [2, 31, 4],
]
const words = [
  ['ann', 'Alien', 4],
  ['bob', 'Alien', 2],
  ['bob', 'Brazil', 5],
]

describe('delimited text', () => {
  test.each<[string, string, ReadRatingsOptions?]>([
    [
      'MovieLens, with header',
      'userId,movieId,rating,timestamp\n1,31,2.5,1260759144\n1,1029,3.0,1260759179\n2,31,4,9\n',
    ],
    ['MovieLens, tabs', '1\t31\t2.5\t1260759144\n2\t31\t4\t9\n1\t1029\t3\t1260759179\n'],
    ['MovieLens, two colons', '1::31::2.5::1260759144\n1::1029::3::1260759179\n2::31::4::9\n'],
    [
      'semicolons, quotes, hyphens',
      '"User-ID";"ISBN";"Book-Rating"\r\n"1";"31";"2.5"\r\n"1";"1029";"3"\r\n"2";"31";"4"',
    ],
    ['ratings before ids', 'rating,user,item\n2.5,1,31\n3,1,1029\n4,2,31\n'],
    ['a time before ratings', 'user,item,timestamp,stars\n1,31,7,2.5\n1,1029,8,3\n2,31,9,4\n'],
    ['a byte order mark, empty lines, blanks', '\uFEFFu, i, value\n\n 1, 31, 2.5\n1 ,1029 , 3 \n\n2,31,4\n\n'],
    [
      'columns by name',
      'when,item,who,stars\n9,31,1,2.5\n9,1029,1,3\n9,31,2,4',
      { row: 'who', column: 'item', value: 'stars' },
    ],
    ['columns by position', '9,31,1,2.5\n9,1029,1,3\n9,31,2,4', { row: 2, column: 1, value: 3 }],
    ['a position and names', 'item,x,who,3\n31,0,1,2.5\n1029,0,1,3\n31,0,2,4', { row: 'who', column: 0, value: '3' }],
    ['a header of numbers, by its name', '10,20,30\n1,31,2.5\n1,1029,3\n2,31,4\n', { row: '10' }],
    ['a header that is said to be', '10,20,30\n1,31,2.5\n1,1029,3\n2,31,4\n', { header: true }],
    ['a delimiter that is said', '1:31:2.5\n1:1029:3\n2:31:4\n', { delimiter: ':' }],
  ])('%s', async (_, text, options) => {
    expect(listed(await parse(text, options))).toEqual(numbers)
  })

  test.each<[string, string, ReadRatingsOptions?]>([
    ['words with a header', 'user,film,rating\nbob,Brazil,5\nann,Alien,4\nbob,Alien,2\n'],
    ['words without one', 'ann,Alien,4\nbob,Alien,2\nbob,Brazil,5\n'],
    ['words, each quoted', '"ann","Alien","4"\n"bob","Alien","2"\n"bob","Brazil","5"\n'],
  ])('%s', async (_, text, options) => {
    expect(listed(await parse(text, options))).toEqual(words)
  })

  test('a quoted field holds the delimiter, quotation marks and line breaks', async () => {
    const made = await parse('user,film,rating\n1,"Dog, the ""big"" one\nreturns",3\n')
    expect(listed(made)).toEqual([[1, 'Dog, the "big" one\nreturns', 3]])
  })

  test('ids are numbers where all of a column are canonical integers', async () => {
    expect((await parse('1,x,1\n-2,y,1\n')).rowIds.toArray()).toEqual([-2, 1])
    expect((await parse('1,7,1\n02,8,1\n')).rowIds.toArray()).toEqual(['1', '02'])
    expect((await parse('1,7,1\nann,8,1\n')).rowIds.toArray()).toEqual(['1', 'ann'])
    const { rowIds } = await parse('1,7,1\n9007199254740993,8,1\n')
    expect(rowIds.toArray()).toEqual(['1', '9007199254740993'])
    expect([rowIds.indexOf(1), rowIds.indexOf('9007199254740993')]).toEqual([0, 1])
  })

  test('without values each rating is 1', async () => {
    expect(listed(await parse('user,item\n1,5\n2,6\n'))).toEqual([
      [1, 5, 1],
      [2, 6, 1],
    ])
    expect(listed(await parse('user,item,timestamp\n1,5,12\n2,6,13\n'))).toEqual([
      [1, 5, 1],
      [2, 6, 1],
    ])
    expect(listed(await parse('1,5,12\n2,6,13\n', { value: false }))).toEqual([
      [1, 5, 1],
      [2, 6, 1],
    ])
  })

  test('repeated pairs are merged where that is asked for', async () => {
    const text = '1,5,2\n1,5,4\n2,5,1\n'
    expect(listed(await parse(text, { duplicates: 'sum' }))).toEqual([
      [1, 5, 6],
      [2, 5, 1],
    ])
    expect(listed(await parse(text, { duplicates: 'last' }))).toEqual([
      [1, 5, 4],
      [2, 5, 1],
    ])
  })

  test('float32 where it is asked for', async () => {
    const made = await readRatings(folder('ratings.csv'), { duplicates: 'last', dtype: 'float32' })
    expect(made.matrix.values).toBeInstanceOf(Float32Array)
    expect((await parse('1,1,0.1\n')).matrix.values).toEqual(Float64Array.of(0.1))
  })

  test('whatever ids are written, quoted, come back', async () => {
    const word = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }).filter((text) => text.trim() === text)
    const id = fc.oneof(word, fc.maxSafeInteger().map(String))
    const triplet = fc.tuple(id, id, fc.double({ noNaN: true, noDefaultInfinity: true }))
    const unique = fc.uniqueArray(triplet, {
      minLength: 1,
      maxLength: 20,
      selector: ([row, column]) => `${row}\0${column}`,
    })
    await fc.assert(
      fc.asyncProperty(unique, async (triplets) => {
        const quoted = (field: unknown) => `"${String(field).replaceAll('"', '""')}"`
        const text = triplets.map((fields) => fields.map(quoted).join(',')).join('\n')
        const found = listed(await parse(text, { delimiter: ',', header: false }))
        const sorted = (list: readonly (readonly unknown[])[]) =>
          list.map((fields) => fields.map(String).join('\0')).sort()
        expect(sorted(found)).toEqual(sorted(triplets.map(([row, column, value]) => [row, column, value + 0])))
      }),
    )
  })

  test('a file of several chunks, packed or not, keeps its lines', async () => {
    const uniform = uniforms(5)
    const expected = Array.from({ length: 30_000 }, (_, k) => [Math.floor(k / 50), 7 * (k % 50), uniform()])
    const text = expected.map((row) => row.join(',')).join('\n')
    expect(listed(await parse(text))).toEqual(expected)
    expect(listed(await parse(gzipSync(`user,item,rating\n${text}`), {}, 'ratings.csv.gz'))).toEqual(expected)
  })
})

describe('MatrixMarket', () => {
  const market = (text: string, options?: ReadRatingsOptions) =>
    parse(`%%MatrixMarket matrix ${text}`, options, 'A.mtx')

  test('ids are its numbers, and empty rows stay', async () => {
    const made = await market('coordinate real general\n% comment\n\n3 2 2\n 3  1 4.5\n1\t2 -1e1\n')
    expect(listed(made)).toEqual([
      [1, 2, -10],
      [3, 1, 4.5],
    ])
    expect([made.rowIds.toArray(), made.columnIds.toArray()]).toEqual([
      [1, 2, 3],
      [1, 2],
    ])
  })

  test('patterns are ones, symmetric entries come twice', async () => {
    expect(listed(await market('coordinate pattern symmetric\n3 3 2\n2 1\n3 3\n'))).toEqual([
      [1, 2, 1],
      [2, 1, 1],
      [3, 3, 1],
    ])
    expect(listed(await market('coordinate integer skew-symmetric\n2 2 1\n2 1 5\n'))).toEqual([
      [1, 2, -5],
      [2, 1, 5],
    ])
  })

  test('is known by its first line, whatever its name, packed too, with Windows line ends', async () => {
    const text = '%%MatrixMarket matrix coordinate real general\r\n1 1 1\r\n1 1 2\r\n'
    expect(listed(await parse(gzipSync(text), { dtype: 'float32' }, 'A.bin'))).toEqual([[1, 1, 2]])
  })

  test('a size line may claim more rows than a list can hold', async () => {
    const made = await market('coordinate real general\n50000000 3 1\n2 3 4\n')
    expect(listed(made)).toEqual([[2, 3, 4]])
    expect([made.rowIds.at(0), made.rowIds.indexOf(5e7), made.rowIds.indexOf(0)]).toEqual([1, 5e7 - 1, -1])
  })

  test('no entries are legal, since it says its shape', async () => {
    const made = await market('coordinate real general\n2 3 0\n')
    expect([made.rows, made.columns, made.count]).toEqual([2, 3, 0])
  })

  test.each([
    ['another format', 'array real general\n1 1\n2\n', 1, /expected '%%MatrixMarket matrix coordinate'/],
    ['complex numbers', 'coordinate complex general\n1 1 1\n1 1 2 3\n', 1, /real, integer or pattern/],
    ['no size', 'coordinate real general\n% nothing\n', 2, /expected a size line .*but received the end/],
    ['a wrong size', 'coordinate real general\n2 -1 0\n', 2, /three integers .* but received '2 -1 0'/],
    ['a row out of range', 'coordinate real general\n2 2 1\n3 1 5\n', 3, /a row from 1 to 2 .* but received '3'/],
    ['position 0', 'coordinate real general\n2 2 1\n1 0 5\n', 3, /a column from 1 to 2 .* but received '0'/],
    ['a missing value', 'coordinate real general\n2 2 1\n1 1\n', 3, /a row, a column and a value .* 2 fields/],
    ['a value too many', 'coordinate pattern general\n2 2 1\n1 1 1\n', 3, /a row and a column .* 3 fields/],
    ['NaN', 'coordinate real general\n2 2 1\n1 1 nan\n', 3, /a finite value .* 'nan'/],
    ['too few entries', 'coordinate real general\n2 2 2\n1 1 1\n', 3, /2 entries, as the size line says.* received 1/],
    ['too many entries', 'coordinate real general\n2 2 1\n1 1 1\n1 2 1\n', 4, /1 entries.* received one more/],
    [
      'a pair twice',
      'coordinate real general\n2 2 2\n1 2 1\n1 2 3\n',
      4,
      /every pair once.*row 1 with column 2, as on line 3/,
    ],
    ['both halves of a symmetric pair', 'coordinate real symmetric\n2 2 2\n2 1 1\n1 2 3\n', 4, /every pair once/],
  ])('refuses %s', async (_, text, line, message) => {
    const fault = await market(text).catch((error: unknown) => error)
    expect(fault).toBeInstanceOf(FormatError)
    expect(fault).toMatchObject({ file: folder('A.mtx'), line })
    expect(String(fault)).toMatch(message)
  })

  test('refuses options of columns', async () => {
    await expect(market('coordinate real general\n1 1 0\n', { row: 'user' })).rejects.toThrow(/no option row/)
  })
})

describe('refusals say where', () => {
  test.each<[string, string, ReadRatingsOptions | undefined, number, number | undefined, RegExp]>([
    ['nothing', '', undefined, 1, undefined, /at least one rating .* but received an empty file/],
    ['only a header', 'user,item,rating\n', undefined, 1, undefined, /at least one rating .* only a header/],
    ['only a header, as is said', '\n10,20,30\n', { header: true }, 2, undefined, /only a header/],
    [
      'a column that is not there',
      'userId,movieId,x\n1,2,3\n',
      { row: 'user' },
      1,
      undefined,
      /a column 'user' .* received 'userId', 'movieId', 'x'; did you mean 'userId'\?/,
    ],
    ['a column unlike any', 'a,b,c\n1,2,3\n', { value: 'stars' }, 1, undefined, /'a', 'b', 'c'; name one of these/],
    ['a position beyond', '1,2,3\n1,3,4\n', { value: 3 }, 1, undefined, /position 3 .* 3 fields/],
    ['one column', '1\n2\n', undefined, 1, undefined, /row ids and one of column ids .* 1 fields/],
    [
      'a word for a rating',
      'u,i,rating\n1,2,3\n\n1,3,good\n',
      undefined,
      4,
      3,
      /a finite number .*\(line 4, column 3\) but received 'good'/,
    ],
    ['an empty rating', '1,2,3\n1,3,\n', undefined, 2, 3, /an empty field/],
    ['NaN', '1,2,3\n1,3,NaN\n', undefined, 2, 3, /finite number .* 'NaN'/],
    ['infinity', '1,2,3\n1,3,-inf\n', undefined, 2, 3, /finite number .* '-inf'/],
    ['an empty id', '1,2,3\n , 3,4\n', undefined, 2, 1, /an id .* an empty field/],
    ['a short line', '1,2,3\n1,3\n', undefined, 2, undefined, /3 fields like in the first row .* received 2/],
    ['a long line', '1,2,3\n1,3,4,5\n', undefined, 2, undefined, /3 fields .* received 4/],
    ['an open quotation mark', '1,2,3\n1,"3,4\n', undefined, 2, undefined, /closing quotation mark/],
    ['a header that is denied', 'u,i,rating\n1,2,3\n', { header: false }, 1, 3, /header: true/],
    [
      'a pair twice',
      'u,i,r\n\n1,5,2\n2,5,2\n1,5,4\n',
      undefined,
      5,
      undefined,
      /every pair once .*\(line 5\) but received row 1 with column 5, as on line 3; pass duplicates/,
    ],
  ])('%s', async (_, text, options, line, column, message) => {
    const fault = await parse(text, options).catch((error: unknown) => error)
    expect(fault).toBeInstanceOf(FormatError)
    expect(fault).toMatchObject({ file: folder('ratings.csv'), line, column })
    expect(String(fault)).toMatch(message)
  })

  test.each<[unknown, RegExp]>([
    [{ rows: 'user' }, /did you mean 'row'/],
    [{ row: -1 }, /row to be a header or a position from 0 but received -1/],
    [{ column: 1.5 }, /column to be a header/],
    [{ value: true }, /value to be a header/],
    [{ row: 'user', header: false }, /columns by position where header is false but received 'user'/],
    [{ row: 1, column: 1 }, /three different columns but received position 1 twice/],
    [{ header: 'yes' }, /header to be one of true, false, 'auto'/],
    [{ delimiter: '' }, /delimiter to be characters/],
    [{ duplicates: 'first' }, /duplicates to be one of/],
    [{ dtype: 'float16' }, /dtype to be one of/],
  ])('%j', async (options, message) => {
    const fault = await parse('1,2,3\n', options as ReadRatingsOptions).catch((error: unknown) => error)
    expect(fault).toBeInstanceOf(ArgumentError)
    expect(String(fault)).toMatch(message)
  })

  test('a missing file is the system’s own error, a name has to be one', async () => {
    await expect(readRatings(folder('missing.csv'))).rejects.toMatchObject({ code: 'ENOENT' })
    await expect(readRatings(undefined as never)).rejects.toThrow(ArgumentError)
  })
})

const data = process.env['LOWRANK_DATA']
const movieLens = data === undefined ? '' : join(data, 'ml-latest-small/ratings.csv')
test.skipIf(!existsSync(movieLens))(
  'MovieLens needs no options (skipped where LOWRANK_DATA does not name its folder)',
  async () => {
    const made = await readRatings(movieLens)
    const first = made.matrix.values[0]
    expect([made.rows, made.columns, made.count, made.rowIds.at(0), made.columnIds.at(0), first]).toEqual([
      671, 9066, 100_004, 1, 1, 2.5,
    ])
  },
)
