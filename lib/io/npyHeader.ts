/**
 * The header of a .npy file: magic, version, and a Python dictionary with the type, the order and the shape.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
import type { DType } from '../core/dtype.ts'
import { FormatError } from '../core/errors.ts'
import { hostIsBigEndian, type StoredType, storedTypes } from './dtypes.ts'
import type { ByteSource } from './source.ts'

export interface NpyHeader {
  readonly type: StoredType
  readonly bigEndian: boolean
  readonly columnMajor: boolean
  readonly shape: readonly number[]
  /** The byte at which the numbers begin. */
  readonly dataOffset: number
}

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]

function fail(source: ByteSource, expected: string, received: string, byteOffset: number, remedy = ''): never {
  throw new FormatError(
    `readNpy: expected ${expected} in ${source.file} but received ${received}${remedy && `; ${remedy}`}`,
    {
      file: source.file,
      byteOffset,
    },
  )
}

async function headerText(source: ByteSource): Promise<{ text: string; start: number; dataOffset: number }> {
  const prefix = new Uint8Array(Math.min(source.size, 12))
  await source.read(prefix, 0)
  if (prefix.length < 10 || magic.some((byte, i) => prefix[i] !== byte))
    fail(source, 'the signature of a .npy file', `other bytes`, 0, 'write it with numpy.save or writeNpy')
  const version = prefix[6] as number
  if (version < 1 || version > 3) fail(source, 'version 1, 2 or 3 of the format', `version ${version}`, 6)
  const start = version === 1 ? 10 : 12
  const view = new DataView(prefix.buffer)
  const length = version === 1 ? view.getUint16(8, true) : prefix.length < 12 ? Infinity : view.getUint32(8, true)
  if (start + length > source.size)
    fail(source, `a header of ${length} bytes`, `a file of ${source.size}`, 8, 'the file was cut off')
  const bytes = new Uint8Array(length)
  await source.read(bytes, start)
  const text = new TextDecoder(version === 3 ? 'utf-8' : 'latin1').decode(bytes)
  return { text, start, dataOffset: start + length }
}

function parseShape(source: ByteSource, text: string, start: number): number[] {
  const tuple = /['"]shape['"]\s*:\s*\(([^)]*)\)/.exec(text)?.[1]
  if (tuple === undefined) fail(source, 'a shape in the header', `'${text.trim().slice(0, 60)}'`, start)
  const shape = tuple
    .split(',')
    .map((extent) => extent.trim())
    .filter((extent) => extent !== '')
    // Python 2 wrote long integers with an L.
    .map((extent) => (/^\d+L?$/.test(extent) ? Number.parseInt(extent, 10) : NaN))
  if (shape.some((extent) => !Number.isSafeInteger(extent)))
    fail(source, 'a shape of integers in the header', `(${tuple})`, start)
  return shape
}

function parseType(source: ByteSource, text: string, start: number): { type: StoredType; bigEndian: boolean } {
  const remedy = 'convert it with astype(float)'
  if (/['"]descr['"]\s*:\s*[[(]/.test(text))
    fail(source, 'one number an entry', 'a structured type', start, 'save its fields one by one')
  const descriptor = /['"]descr['"]\s*:\s*['"]([^'"]*)['"]/.exec(text)?.[1]
  if (descriptor === undefined) fail(source, 'a type in the header', `'${text.trim().slice(0, 60)}'`, start)
  if (descriptor.includes('O')) fail(source, 'numbers', 'pickled Python objects', start, remedy)
  const [, order, type] = /^([<>|=]?)([a-zA-Z]\d+)$/.exec(descriptor) ?? []
  if (type === undefined || !storedTypes.includes(type))
    fail(source, 'real numbers', `type '${descriptor}'`, start, remedy)
  return { type: type as StoredType, bigEndian: order === '>' || (order !== '<' && hostIsBigEndian) }
}

/** Reads and checks the header. */
export async function readHeader(source: ByteSource): Promise<NpyHeader> {
  const { text, start, dataOffset } = await headerText(source)
  const order = /['"]fortran_order['"]\s*:\s*(True|False)/.exec(text)?.[1]
  if (order === undefined) fail(source, 'fortran_order in the header', `'${text.trim().slice(0, 60)}'`, start)
  return {
    ...parseType(source, text, start),
    columnMajor: order === 'True',
    shape: parseShape(source, text, start),
    dataOffset,
  }
}

/** The bytes before the numbers, as numpy writes them: version 1, the length a multiple of 64. */
export function formatHeader(dtype: DType, shape: readonly number[], columnMajor: boolean): Uint8Array {
  const order = hostIsBigEndian ? '>' : '<'
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`
  const fields = `{'descr': '${order}${dtype === 'float32' ? 'f4' : 'f8'}', 'fortran_order': ${columnMajor ? 'True' : 'False'}, 'shape': ${tuple}, }`
  // numpy leaves room for the extent that grows when rows are appended.
  const growing = shape.length === 0 ? '' : ' '.repeat(21 - String(shape[columnMajor ? shape.length - 1 : 0]).length)
  const length = Math.ceil((10 + fields.length + growing.length + 1) / 64) * 64
  const bytes = new Uint8Array(length)
  bytes.set([...magic, 1, 0, (length - 10) & 255, (length - 10) >> 8])
  bytes.set(new TextEncoder().encode(`${fields + growing}`.padEnd(length - 11)), 10)
  bytes[length - 1] = 10
  return bytes
}
