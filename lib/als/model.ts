import { type DType, type FloatArray, uninitialized } from '../core/dtype.ts'
import { InternalError, type ShapeError } from '../core/errors.ts'
import type { Matrix } from '../core/matrix.ts'
import { create, type Handle, type RunOptions, runAsync, runSync } from '../core/run.ts'
import type { IterationReport, IterationResult, StopReason } from '../core/stopping.ts'
import { checkPath } from '../io/path.ts'
import { type Output, type WriteOptions, writeFiles } from '../io/write.ts'
import { checkModelAlive, checkRatingsAlive } from './alive.ts'
import { foldIn, type UnseenRow } from './foldIn.ts'
import type { Id, Ids } from './ids.ts'
import { modelOutput, readModel } from './modelFile.ts'
import { type FittedRows, fitGivenRows, mergeRows } from './partialFit.ts'
import { type PredictOptions, predict } from './predict.ts'
import type { Ratings } from './ratings.ts'
import { type RecommendOptions, recommend } from './recommend.ts'
import { type SimilarItemsOptions, similarItems } from './similarItems.ts'
import type { Recommendations } from './topItems.ts'

/** What a model was fitted with, defaults and choices filled in. */
export interface ModelSettings {
  /** k, the columns of W and the rows of Z. */
  readonly rank: number
  /** λ of the rows and of the columns. */
  readonly regularization: { readonly W: number; readonly Z: number }
  /** Whether λ is multiplied by the number of ratings of a row or column. */
  readonly weighting: 'weighted' | 'ridge'
  /** α of implicit feedback. */
  readonly alpha: number
  /** Whether the mean of the ratings was taken off. */
  readonly center: boolean
  /** Whether rows and columns have biases. */
  readonly biases: boolean
  readonly nonnegative: boolean
  /** How the rows' systems were solved. */
  readonly solver: 'cholesky' | 'cg'
  readonly acceleration: 'extrapolation' | 'ncg' | 'none'
  readonly seed: number
}

/** What is known after a sweep. */
export interface SweepReport extends IterationReport {
  /** The root mean square error on the validation ratings, where there are some. */
  readonly validation?: number | undefined
}

/** How a fit went: as every iteration reports it. It may also stop because the validation ratings did not gain. */
export type ModelFit = IterationResult<SweepReport, StopReason | 'validation'>

/** @internal What a model is made of. */
export interface ModelParts<T extends FloatArray = FloatArray> {
  readonly kind: 'explicit' | 'implicit'
  /** m×k */
  readonly W: Matrix<T>
  /** k×n */
  readonly Z: Matrix<T>
  /** m numbers, undefined without biases. */
  readonly rowBias: T | undefined
  /** n numbers, undefined without biases. */
  readonly columnBias: T | undefined
  /** 0 where it was not taken off. */
  readonly globalMean: number
  readonly ratings: Ratings<T>
  readonly settings: ModelSettings
  readonly fit: ModelFit
}

function checkParts({ W, Z, rowBias, columnBias, ratings }: ModelParts): void {
  const fits =
    W.rows === ratings.rows &&
    Z.columns === ratings.columns &&
    W.columns === Z.rows &&
    (rowBias?.length ?? W.rows) === W.rows &&
    (columnBias?.length ?? Z.columns) === Z.columns
  if (!fits)
    throw new InternalError('CompletionModel: expected factors and biases to fit the ratings; fit a model anew')
}

/**
 * A model of ratings, x̂ᵢⱼ = μ + bᵢ + cⱼ + wᵢᵀzⱼ: what `completeALS` and `implicitALS` return. Rows (m) and columns (n)
 * are named by the ids that the ratings came with; columns are what is recommended, and called items there. Only
 * `partialFit` changes a model.
 *
 * @example
 * ```ts
 * import { completeALS, ratings } from 'lowrank/als'
 * const rows = ['ann', 'ann', 'bob', 'bob', 'cid']
 * const columns = ['tea', 'milk', 'tea', 'cake', 'cake']
 * const model = completeALS(ratings(rows, columns, [5, 2, 5, 1, 2]), { rank: 2 })
 * console.log(model.recommend('cid', { count: 1 }).items) // [ 'tea' ]
 * console.log(model.recommend({ items: ['tea'], values: [4] }).items) // [ 'milk', 'cake' ]
 * await model.save('drinks.safetensors', { overwrite: true })
 * ```
 */
export class CompletionModel<T extends FloatArray = FloatArray> {
  #parts: ModelParts<T>
  #ratingRange: readonly [number, number] | undefined
  #items: Handle | undefined

  /** @internal */
  constructor(parts: ModelParts<T>) {
    checkParts(parts)
    this.#parts = parts
  }

  /** 'explicit' ratings, or 'implicit' feedback. */
  get kind(): 'explicit' | 'implicit' {
    return this.#parts.kind
  }

  /** The factors of the rows (m×k), row i of them wᵢᵀ. */
  get W(): Matrix<T> {
    return this.#parts.W
  }

  /** The factors of the columns (k×n), column j of them zⱼ. */
  get Z(): Matrix<T> {
    return this.#parts.Z
  }

  /** b, a number a row; undefined where the model has no biases. */
  get rowBias(): T | undefined {
    return this.#parts.rowBias
  }

  /** c, a number a column; undefined where the model has no biases. */
  get columnBias(): T | undefined {
    return this.#parts.columnBias
  }

  /** μ, the mean of the ratings; 0 where it was not taken off. */
  get globalMean(): number {
    return this.#parts.globalMean
  }

  /** The names of the rows. */
  get rowIds(): Ids {
    return this.#parts.ratings.rowIds
  }

  /** The names of the columns. */
  get columnIds(): Ids {
    return this.#parts.ratings.columnIds
  }

  /** What it was trained on. */
  get ratings(): Ratings<T> {
    return this.#parts.ratings
  }

  /** What it was fitted with, defaults and choices filled in. */
  get settings(): ModelSettings {
    return this.#parts.settings
  }

  /** 'float64' or 'float32'. */
  get dtype(): DType {
    return this.#parts.W.dtype
  }

  /** The sweeps that the fit took. */
  get iterations(): number {
    return this.#parts.fit.iterations
  }

  /** Whether the fit stopped because the objective hardly changed any more. */
  get converged(): boolean {
    return this.#parts.fit.converged
  }

  /** Why the fit stopped. */
  get stopReason(): ModelFit['stopReason'] {
    return this.#parts.fit.stopReason
  }

  /** The objective that the fit reached. */
  get objective(): number {
    return this.#parts.fit.objective
  }

  /** What was known after each sweep. */
  get history(): readonly SweepReport[] {
    return this.#parts.fit.history
  }

  /** Milliseconds that the fit took. */
  get elapsedMs(): number {
    return this.#parts.fit.elapsedMs
  }

  /** @internal The least and the largest rating trained on; of preferences 0 and 1. */
  get ratingRange(): readonly [number, number] {
    if (this.#ratingRange === undefined) {
      let [least, largest] = this.kind === 'implicit' ? [0, 1] : [Infinity, -Infinity]
      if (this.kind === 'explicit') {
        checkRatingsAlive('CompletionModel.predict', this.ratings)
        for (const value of this.ratings.matrix.values) {
          least = Math.min(least, value)
          largest = Math.max(largest, value)
        }
      }
      this.#ratingRange = [least, largest]
    }
    return this.#ratingRange
  }

  /**
   * @internal The factors and biases of the columns, laid out for scoring: made at the first call, freed with the
   * model.
   */
  get items(): Handle {
    const { Z, columnBias } = this.#parts
    this.#items ??= create('itemsHandle', Z, columnBias ?? uninitialized(this.dtype, 0))
    return this.#items
  }

  /**
   * What the model expects of a pair, x̂ᵢⱼ; for implicit feedback a preference near 0 or 1. Ids that the model does not
   * know are left to the mean and to what is known of the other id, so the answer is always a number. Arrays are pairs,
   * one id beside an array goes with each of it.
   *
   * @param row - the id of a row, or an array of them
   * @param column - the id of a column, or an array of them
   * @throws {ArgumentError} where an id is neither string nor integer, or an option is wrong; {@link ShapeError} where
   * the arrays differ in length
   */
  predict(row: Id, column: Id, options?: PredictOptions): number
  predict(row: Id | ArrayLike<Id>, column: Id | ArrayLike<Id>, options?: PredictOptions): T
  predict(row: Id | ArrayLike<Id>, column: Id | ArrayLike<Id>, options?: PredictOptions): T | number {
    return predict(this.#self, row, column, options) as T | number
  }

  /**
   * The items with the best predictions for a row, best first; of equal ones that with the lower position. A row that
   * the model was not trained on is given by its ratings, and fitted as by `foldIn`.
   *
   * @param rows - the id of a row, an array of them, or an unseen row
   * @returns items and scores; for an array of rows an array of these
   * @throws {ArgumentError} where an id is unknown, an item of an unseen row is repeated, or an option is wrong;
   * {@link ShapeError} where an unseen row has not a value for each item
   */
  recommend(rows: Id | UnseenRow, options?: RecommendOptions): Recommendations<T>
  recommend(rows: ArrayLike<Id>, options?: RecommendOptions): Recommendations<T>[]
  recommend(rows: Id | UnseenRow | ArrayLike<Id>, options?: RecommendOptions): unknown {
    return runSync('CompletionModel.recommend', recommend(this.#self, rows, options), options)
  }

  /** {@link CompletionModel.recommend} off the JavaScript thread: same arguments, a promise. */
  recommendAsync(rows: Id | UnseenRow, options?: RecommendOptions): Promise<Recommendations<T>>
  recommendAsync(rows: ArrayLike<Id>, options?: RecommendOptions): Promise<Recommendations<T>[]>
  recommendAsync(rows: Id | UnseenRow | ArrayLike<Id>, options?: RecommendOptions): Promise<unknown> {
    return runAsync('CompletionModel.recommend', recommend(this.#self, rows, options), options)
  }

  /**
   * The items whose factors point most nearly the same way, by their cosine zᵢᵀzⱼ / (‖zᵢ‖‖zⱼ‖), the nearest first; the
   * item itself is left out. An item without ratings has no factors, and nothing is similar to it.
   *
   * @throws {ArgumentError} where the id is unknown, or an option is wrong
   */
  similarItems(item: Id, options?: SimilarItemsOptions): Recommendations<T> {
    return runSync(
      'CompletionModel.similarItems',
      similarItems(this.#self, item, options),
      options,
    ) as Recommendations<T>
  }

  /** {@link CompletionModel.similarItems} off the JavaScript thread: same arguments, a promise. */
  similarItemsAsync(item: Id, options?: SimilarItemsOptions): Promise<Recommendations<T>> {
    const steps = similarItems(this.#self, item, options)
    return runAsync('CompletionModel.similarItems', steps, options) as Promise<Recommendations<T>>
  }

  /**
   * The factors w (k numbers) that a row with these ratings has beside the fixed Z: the minimizer of its part of the
   * objective that the model was fitted with.
   *
   * @throws {ArgumentError} where an item is unknown or repeated, or a value is not finite; {@link ShapeError} where
   * there is not a value for each item
   */
  foldIn(row: UnseenRow, options?: RunOptions): T {
    return runSync('CompletionModel.foldIn', foldIn(this.#self, row, options), options) as T
  }

  /** {@link CompletionModel.foldIn} off the JavaScript thread: same arguments, a promise. */
  foldInAsync(row: UnseenRow, options?: RunOptions): Promise<T> {
    return runAsync('CompletionModel.foldIn', foldIn(this.#self, row, options), options) as Promise<T>
  }

  /**
   * Takes in rows of ratings without fitting anew: each is given whole, replaces the row of its id or is added as a new
   * one, and is fitted to the fixed Z as by `foldIn`. This changes the model, in one go at the end or, where it fails,
   * not at all; matrices and ratings that were taken from it stay as they were. The time is that of copying the model:
   * give many rows at once.
   *
   * @returns the model itself
   * @throws {ArgumentError} where a column is unknown
   */
  partialFit(ratings: Ratings, options?: RunOptions): this {
    return this.#replace(runSync('CompletionModel.partialFit', fitGivenRows(this.#self, ratings, options), options))
  }

  /** {@link CompletionModel.partialFit} off the JavaScript thread: same arguments, a promise. */
  async partialFitAsync(ratings: Ratings, options?: RunOptions): Promise<this> {
    return this.#replace(
      await runAsync('CompletionModel.partialFit', fitGivenRows(this.#self, ratings, options), options),
    )
  }

  /**
   * Writes the model to a file: factors and biases, ids, settings, the history of the fit, and the ratings trained on.
   * The file appears whole or not at all.
   *
   * @throws {ArgumentError} where the file exists and `overwrite` is not given, or an option is wrong
   */
  async save(path: string, options?: WriteOptions): Promise<void> {
    await writeFiles('CompletionModel.save', [this.output(checkPath('CompletionModel.save', path))], options)
  }

  /** @internal The model's file, for those who write it together with others. */
  output(path: string): Output {
    checkModelAlive('CompletionModel.save', this.#parts)
    checkRatingsAlive('CompletionModel.save', this.ratings)
    return modelOutput(path, this.#parts as ModelParts)
  }

  /**
   * Reads a model that `save` wrote. It answers as the saved one did, bit by bit.
   *
   * @throws {FormatError} where the file is no model, one of another version, was cut off or changed; the system's own
   * error where it cannot be read
   */
  static async load(path: string): Promise<CompletionModel> {
    return new CompletionModel(await readModel(checkPath('CompletionModel.load', path)))
  }

  /** @internal The model as it is now, which `partialFit` of this one does not change. */
  snapshot(): CompletionModel<T> {
    const copy = new CompletionModel(this.#parts)
    copy.#items = this.#items
    return copy
  }

  #replace(rows: FittedRows): this {
    checkModelAlive('CompletionModel.partialFit', this.#parts)
    checkRatingsAlive('CompletionModel.partialFit', this.ratings)
    this.#parts = mergeRows(this.#parts as ModelParts, rows) as ModelParts<T>
    this.#ratingRange = undefined
    return this
  }

  get #self(): CompletionModel {
    return this as unknown as CompletionModel
  }

  /** How `console.log` shows a model. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    const { rows, columns } = this.ratings
    return `CompletionModel ${rows}×${columns} of rank ${this.W.columns}, ${this.kind}, ${this.dtype}, ${this.iterations} sweeps`
  }
}
