/**
 * A model in a file: safetensors with the factors, the biases and the ratings trained on (compressed rows), ids as
 * lines of JSON arrays, all else in the metadata.
 */
import { describe } from '../core/check.ts'
import type { FloatArray } from '../core/dtype.ts'
import { FormatError, LowRankError } from '../core/errors.ts'
import { Matrix } from '../core/matrix.ts'
import { SparseMatrix } from '../core/sparse.ts'
import { type LazyTensor, readSafetensors, type Safetensors } from '../io/readSafetensors.ts'
import type { Output } from '../io/write.ts'
import { safetensorsOutput, type TensorLike } from '../io/writeSafetensors.ts'
import { type Id, Ids } from './ids.ts'
import type { ModelFit, ModelParts, ModelSettings } from './model.ts'
import { Ratings } from './ratings.ts'

const format = 'lowrank completion model'
const version = '1'

// Texts have a largest length: long lists of ids are cut into lines.
const idsOfLine = 2 ** 16

/** Ids as text: nothing for 0, 1, 2, … */
function idTensor(name: string, ids: Ids): [string, TensorLike][] {
  const list = ids.toArray()
  if (list.every((id, position) => id === position)) return []
  const lines: Buffer[] = []
  for (let at = 0; at < list.length; at += idsOfLine)
    lines.push(Buffer.from(`${JSON.stringify(list.slice(at, at + idsOfLine))}\n`))
  return [[name, new Uint8Array(Buffer.concat(lines))]]
}

/** The file of a model, to be written. */
export function modelOutput(path: string, parts: ModelParts): Output {
  const { kind, W, Z, rowBias, columnBias, globalMean, ratings, settings, fit } = parts
  const { rowPointers, columnIndices, values } = ratings.matrix
  const tensors: [string, TensorLike][] = [
    ['W', W],
    ['Zt', Z.transpose],
    ['ratings.rowPointers', rowPointers],
    ['ratings.columnIndices', columnIndices],
    ['ratings.values', values],
    ...idTensor('rowIds', ratings.rowIds),
    ...idTensor('columnIds', ratings.columnIds),
  ]
  if (rowBias !== undefined) tensors.push(['rowBias', rowBias])
  if (columnBias !== undefined) tensors.push(['columnBias', columnBias])
  const rest = JSON.stringify({ kind, globalMean, settings, fit })
  return safetensorsOutput(path, tensors, { format, version, model: rest })
}

type Rest = Pick<ModelParts, 'kind' | 'globalMean' | 'settings' | 'fit'>

/** Reads the parts of a file, and refuses with its name what does not fit. */
class ModelReader {
  constructor(
    readonly path: string,
    readonly file: Safetensors,
  ) {}

  fail(expected: string, received: string, byteOffset = 0): never {
    throw new FormatError(
      `CompletionModel.load: expected ${expected} in ${this.path} but received ${received}; save the model anew`,
      { file: this.path, byteOffset },
    )
  }

  tensor(name: string): LazyTensor {
    return this.file.get(name) ?? this.fail(`a tensor '${name}'`, 'none')
  }

  async floats(name: string, shape: readonly number[], dtype: string): Promise<FloatArray> {
    const tensor = this.tensor(name)
    if (tensor.dtype !== dtype || tensor.shape.join() !== shape.join())
      this.#wrong(tensor, `${dtype} of shape [${shape.join(', ')}]`)
    const numbers = (await tensor.array()) as FloatArray
    const wrong = numbers.findIndex((value) => !Number.isFinite(value))
    if (wrong >= 0)
      this.fail(`finite numbers in tensor '${name}'`, `${numbers[wrong]} at position ${wrong}`, tensor.byteOffset)
    return numbers
  }

  async integers(name: string): Promise<Int32Array> {
    const tensor = this.tensor(name)
    if (tensor.dtype !== 'I32' || tensor.shape.length !== 1) this.#wrong(tensor, 'I32 of one dimension')
    return (await tensor.array()) as Int32Array
  }

  /** As many ids as `count`, else 0, 1, 2, … */
  async ids(name: string, count: number): Promise<Ids> {
    const tensor = this.file.get(name)
    if (tensor === undefined) return Ids.from(count)
    if (tensor.dtype !== 'U8' || tensor.shape.length !== 1) this.#wrong(tensor, 'U8 of one dimension')
    const bytes = Buffer.from(await tensor.bytes())
    const list: Id[] = []
    for (let start = 0, end = 0; start < bytes.length; start = end + 1) {
      end = bytes.indexOf(10, start)
      if (end < 0) end = bytes.length
      const line = this.json(bytes.toString('utf8', start, end), `tensor '${name}'`, tensor.byteOffset + start)
      if (!Array.isArray(line))
        this.fail(`arrays of ids in tensor '${name}'`, describe(line), tensor.byteOffset + start)
      for (const id of line) list.push(id)
    }
    return this.#fitting(tensor.byteOffset, () => Ids.from(list))
  }

  json(text: string, where: string, byteOffset: number): unknown {
    try {
      return JSON.parse(text)
    } catch (cause) {
      return this.fail(`JSON in ${where}`, `other text (${(cause as Error).message})`, byteOffset)
    }
  }

  /** What a constructor refuses is the file's fault. */
  #fitting<R>(byteOffset: number, make: () => R): R {
    try {
      return make()
    } catch (cause) {
      if (!(cause instanceof LowRankError)) throw cause
      return this.fail('a model', `arrays that do not fit each other (${cause.message})`, byteOffset)
    }
  }

  async ratings(rows: number, columns: number, dtype: string): Promise<Ratings> {
    const [rowPointers, columnIndices] = [
      await this.integers('ratings.rowPointers'),
      await this.integers('ratings.columnIndices'),
    ]
    const values = await this.floats('ratings.values', [columnIndices.length], dtype)
    const [rowIds, columnIds] = [await this.ids('rowIds', rows), await this.ids('columnIds', columns)]
    return this.#fitting(this.tensor('ratings.rowPointers').byteOffset, () => {
      const matrix = SparseMatrix.fromCSR<FloatArray>(rows, columns, { rowPointers, columnIndices, values })
      return new Ratings(matrix, rowIds, columnIds)
    })
  }

  #wrong({ name, dtype, shape, byteOffset }: LazyTensor, expected: string): never {
    return this.fail(`tensor '${name}' to be ${expected}`, `${dtype} of shape [${shape.join(', ')}]`, byteOffset)
  }
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
const isPositive = (value: unknown) => Number.isFinite(value) && (value as number) >= 0

/** What fold-in, and the report of a fit, stand on. */
function isSettings(value: unknown): value is ModelSettings {
  if (!isObject(value)) return false
  const { rank, regularization, weighting, alpha, nonnegative } = value as Partial<ModelSettings>
  return (
    Number.isSafeInteger(rank) &&
    (rank as number) >= 1 &&
    isPositive(regularization?.W) &&
    isPositive(regularization?.Z) &&
    (weighting === 'weighted' || weighting === 'ridge') &&
    isPositive(alpha) &&
    typeof nonnegative === 'boolean'
  )
}

function isFit(value: unknown): value is ModelFit {
  if (!isObject(value)) return false
  const { iterations, history } = value as Partial<ModelFit>
  return Number.isSafeInteger(iterations) && Array.isArray(history)
}

function readRest(reader: ModelReader): Rest {
  const { format: found, version: its, model = '' } = reader.file.metadata
  if (found !== format) reader.fail('a model that CompletionModel.save wrote', found ?? 'other tensors')
  if (its !== version) reader.fail(`version ${version} of a model`, `version ${its}`)
  const rest = reader.json(model, 'the metadata', 8)
  if (!isObject(rest)) return reader.fail('a model in the metadata', describe(rest), 8)
  const { kind, globalMean, settings, fit } = rest
  if (kind !== 'explicit' && kind !== 'implicit') return reader.fail("kind 'explicit' or 'implicit'", describe(kind), 8)
  if (!Number.isFinite(globalMean)) reader.fail('a finite mean', describe(globalMean), 8)
  if (!isSettings(settings)) return reader.fail('the settings of a model', describe(settings), 8)
  if (!isFit(fit)) return reader.fail('the history of a fit', describe(fit), 8)
  return { kind, globalMean: globalMean as number, settings, fit }
}

/** Reads a model; every number of it is checked before there is one. */
export async function readModel(path: string): Promise<ModelParts> {
  const reader = new ModelReader(path, await readSafetensors(path))
  const rest = readRest(reader)
  const dtype = reader.tensor('W').dtype === 'F32' ? 'F32' : 'F64'
  const { rank } = rest.settings
  const [rows = 0] = reader.tensor('W').shape
  const [columns = 0] = reader.tensor('Zt').shape
  const W = await reader.floats('W', [rows, rank], dtype)
  const Zt = await reader.floats('Zt', [columns, rank], dtype)
  const biased = reader.file.has('rowBias') || reader.file.has('columnBias')
  return {
    ...rest,
    W: new Matrix(W, rows, rank),
    Z: new Matrix(Zt, columns, rank).transpose,
    rowBias: biased ? await reader.floats('rowBias', [rows], dtype) : undefined,
    columnBias: biased ? await reader.floats('columnBias', [columns], dtype) : undefined,
    ratings: await reader.ratings(rows, columns, dtype),
  }
}
