import { readFileSync, writeFileSync } from 'node:fs'
import fc from 'fast-check'
import jpeg from 'jpeg-js'
import { describe, expect, test } from 'vitest'
import { ArgumentError, FormatError, Matrix, ShapeError } from '../../lib/index.ts'
import { type Image, readImage, writePng } from '../../lib/io/index.ts'
import { temporaryFolder } from './folder.ts'
import { pngBytes } from './pngBytes.ts'

const folder = temporaryFolder()

async function decode(bytes: Uint8Array): Promise<Image> {
  writeFileSync(folder('picture'), bytes)
  return readImage(folder('picture'))
}

const entries = (image: Image) => image.channels.map((channel) => channel.toArray())

describe('PNG', () => {
  test('8 bits a colour', async () => {
    const image = await decode(pngBytes(2, 8, 2, [[1, 2, 3, 4, 5, 6]]))
    expect(image).toMatchObject({ rows: 1, columns: 2, depth: 8, alpha: undefined })
    expect(entries(image)).toEqual([[[1, 4]], [[2, 5]], [[3, 6]]])
  })

  test('16 bits keep all of them', async () => {
    const image = await decode(pngBytes(2, 16, 0, [[0x12, 0x34, 0xff, 0xff]]))
    expect(image.depth).toBe(16)
    expect(entries(image)).toEqual([[[0x1234, 0xffff]]])
  })

  test('fewer bits are scaled to 8', async () => {
    expect(entries(await decode(pngBytes(3, 1, 0, [[0b10100000]])))).toEqual([[[255, 0, 255]]])
    expect(entries(await decode(pngBytes(2, 4, 0, [[0x0f]])))).toEqual([[[0, 255]]])
  })

  test('a palette becomes colours, its transparency alpha', async () => {
    const palette: [string, number[]] = ['PLTE', [10, 20, 30, 40, 50, 60]]
    const image = await decode(pngBytes(2, 8, 3, [[0, 1]], [palette, ['tRNS', [128]]]))
    expect(entries(image)).toEqual([[[10, 40]], [[20, 50]], [[30, 60]]])
    expect(image.alpha?.toArray()).toEqual([[128, 255]])
  })

  test('grey with alpha; alpha that is opaque everywhere is left out', async () => {
    const image = await decode(pngBytes(2, 8, 4, [[7, 255, 8, 0]]))
    expect(entries(image)).toEqual([[[7, 8]]])
    expect(image.alpha?.toArray()).toEqual([[255, 0]])
    expect((await decode(pngBytes(2, 8, 4, [[7, 255, 8, 255]]))).alpha).toBeUndefined()
  })

  test('what is written comes back', async () => {
    const cases = fc.record({
      rows: fc.integer({ min: 1, max: 5 }),
      columns: fc.integer({ min: 1, max: 5 }),
      depth: fc.constantFrom(8 as const, 16 as const),
      planes: fc.integer({ min: 1, max: 4 }),
      seed: fc.nat(),
    })
    await fc.assert(
      fc.asyncProperty(cases, async ({ rows, columns, depth, planes, seed }) => {
        const plane = (i: number) => {
          const random = Matrix.random(rows, columns, { distribution: 'uniform', seed: seed + i })
          return new Matrix(
            random.data.map((value) => Math.floor(value * 2 ** depth)),
            rows,
            columns,
          )
        }
        const channels = Array.from({ length: planes < 3 ? 1 : 3 }, (_, i) => plane(i))
        const alpha = planes % 2 === 0 ? plane(9) : undefined
        await writePng(folder('trip.png'), { rows, columns, depth, channels, alpha }, { overwrite: true })
        const back = await readImage(folder('trip.png'))
        expect(back.depth).toBe(depth)
        expect(entries(back)).toEqual(channels.map((channel) => channel.toArray()))
        if (alpha?.data.some((value) => value !== 2 ** depth - 1))
          expect(back.alpha?.toArray()).toEqual(alpha.toArray())
      }),
      { numRuns: 60 },
    )
  })

  test('values are rounded and clipped; views are written as they look', async () => {
    const A = Matrix.from([
      [-3, 1.4],
      [254.6, 999],
    ])
    const image: Image = { rows: 2, columns: 2, depth: 8, channels: [A.transpose] }
    await writePng(folder('clipped.png'), image)
    expect(entries(await readImage(folder('clipped.png')))).toEqual([
      [
        [0, 255],
        [1, 255],
      ],
    ])
  })
})

describe('JPEG', () => {
  const width = 24
  const height = 16
  // Dark but for the top left quarter, so that turning shows.
  const data = Buffer.alloc(width * height * 4, 255)
  for (let i = 0; i < height; i++)
    for (let j = 0; j < width; j++) data.fill(i < 8 && j < 12 ? 240 : 16, 4 * (i * width + j), 4 * (i * width + j) + 3)
  const bytes = jpeg.encode({ width, height, data }, 95).data

  /** The file with an Exif segment that says how it is to be turned. */
  const turned = (orientation: number) => {
    const tiff = [0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0]
    const segment = [0xff, 0xe1, 0, 8 + tiff.length, 0x45, 0x78, 0x69, 0x66, 0, 0, ...tiff]
    return Buffer.concat([bytes.subarray(0, 2), Uint8Array.from(segment), bytes.subarray(2)])
  }

  test('colours lie in three channels', async () => {
    const image = await decode(bytes)
    expect(image).toMatchObject({ rows: height, columns: width, depth: 8 })
    expect(image.channels.length).toBe(3)
    expect(image.channels[0]?.get(2, 2)).toBeGreaterThan(230)
    expect(image.channels[0]?.get(12, 20)).toBeLessThan(26)
  })

  test.each([
    [1, 'upper left'],
    [2, 'upper right'],
    [3, 'lower right'],
    [4, 'lower left'],
    [5, 'upper left'],
    [6, 'upper right'],
    [7, 'lower right'],
    [8, 'lower left'],
  ])('orientation %i shows the bright corner at the %s', async (orientation, corner) => {
    const { rows, columns, channels } = await decode(turned(orientation))
    expect([rows, columns]).toEqual(orientation < 5 ? [height, width] : [width, height])
    const [vertical, horizontal] = corner.split(' ')
    expect(
      channels[0]?.get(vertical === 'upper' ? 1 : rows - 2, horizontal === 'left' ? 1 : columns - 2),
    ).toBeGreaterThan(230)
    expect(channels[0]?.get(vertical === 'upper' ? rows - 2 : 1, horizontal === 'left' ? columns - 2 : 1)).toBeLessThan(
      26,
    )
  })

  test('one cut off anywhere is an error', async () => {
    for (let length = 2; length < bytes.length - 1; length += 7)
      await expect(decode(bytes.subarray(0, length)), `${length} bytes`).rejects.toThrow(FormatError)
  })
})

describe('refusals', () => {
  test('a torn or damaged PNG', async () => {
    const bytes = pngBytes(2, 8, 2, [[1, 2, 3, 4, 5, 6]])
    for (let length = 0; length < bytes.length; length++)
      await expect(decode(bytes.subarray(0, length)), `${length} bytes`).rejects.toThrow(FormatError)
    bytes[45] = (bytes[45] as number) ^ 1
    await expect(decode(bytes)).rejects.toThrow('cut off or damaged')
  })

  test('another format', async () => {
    await expect(decode(Buffer.from('GIF89a'))).rejects.toThrow('expected a PNG or a JPEG')
    await expect(readImage(folder('missing.png'))).rejects.toMatchObject({ code: 'ENOENT' })
  })

  test('images that do not fit together, and existing files', async () => {
    const plane = Matrix.zeros(2, 2)
    const image = { rows: 2, columns: 2, depth: 8 as const, channels: [plane] }
    await expect(writePng(folder('a.png'), { ...image, channels: [plane, plane] })).rejects.toThrow(ShapeError)
    await expect(writePng(folder('a.png'), { ...image, rows: 3 })).rejects.toThrow(ShapeError)
    await expect(writePng(folder('a.png'), { ...image, depth: 7 as never })).rejects.toThrow(ArgumentError)
    await writePng(folder('a.png'), image)
    const before = readFileSync(folder('a.png'))
    await expect(writePng(folder('a.png'), { ...image, channels: [Matrix.identity(2)] })).rejects.toThrow(
      'one that exists',
    )
    expect(readFileSync(folder('a.png')).equals(before)).toBe(true)
  })
})
