/** Models by hand, for tests of what they do: random factors, biases and ratings. */
import { CompletionModel, type Id, Ratings } from '../../lib/als/index.ts'
import type { ModelParts } from '../../lib/als/model.ts'
import { uniforms } from '../../lib/core/random.ts'
import { type DType, type FloatArray, Matrix, SparseMatrix } from '../../lib/index.ts'
import { arrayOf } from '../support/cases.ts'

export interface ModelCase {
  readonly rows: number
  readonly columns: number
  readonly rank: number
  readonly dtype?: DType
  readonly kind?: 'explicit' | 'implicit'
  readonly biases?: boolean
  readonly seed?: number
  /** The part of the entries that is known. */
  readonly density?: number
  readonly rowIds?: readonly Id[]
  readonly columnIds?: readonly Id[]
  /** Factors are small integers, so that sums are exact and equal scores are common. */
  readonly exact?: boolean
}

/** The parts of a model; Z lies column by column, as fits leave it. */
export function partsOf(given: ModelCase): ModelParts {
  const { rows, columns, rank, dtype = 'float64', kind = 'explicit', seed = 1, density = 0.2, exact = false } = given
  const { biases = kind === 'explicit' } = given
  const next = uniforms(seed)
  const numbers = (length: number): FloatArray => {
    const array = arrayOf(dtype, length)
    for (let i = 0; i < length; i++) array[i] = exact ? Math.floor(5 * next()) - 2 : 2 * next() - 1
    return array
  }
  const known = Matrix.zeros(rows, columns, { dtype })
  for (let i = 0; i < known.data.length; i++)
    if (next() < density) known.data[i] = kind === 'implicit' ? Math.ceil(4 * next()) : 1 + Math.floor(5 * next())
  return {
    kind,
    W: new Matrix(numbers(rows * rank), rows, rank),
    Z: new Matrix(numbers(columns * rank), columns, rank).transpose,
    rowBias: biases ? numbers(rows) : undefined,
    columnBias: biases ? numbers(columns) : undefined,
    globalMean: biases ? 3 : 0,
    ratings: new Ratings(SparseMatrix.fromDense(known as Matrix), given.rowIds, given.columnIds),
    settings: {
      rank,
      regularization: { W: 0.1, Z: 0.1 },
      weighting: kind === 'implicit' ? 'ridge' : 'weighted',
      alpha: 40,
      center: biases,
      biases,
      nonnegative: false,
      solver: 'cholesky',
      acceleration: 'extrapolation',
      seed,
    },
    fit: { iterations: 2, converged: false, stopReason: 'maxIterations', objective: 1.5, history: [], elapsedMs: 3 },
  }
}

export const modelOf = (given: ModelCase): CompletionModel => new CompletionModel(partsOf(given))
