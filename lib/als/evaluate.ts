import { checkOptions, describe, integer } from '../core/check.ts'
import { integers } from '../core/dtype.ts'
import { ArgumentError, sentence } from '../core/errors.ts'
import { type RunOptions, runAsync, runSync, type Steps } from '../core/run.ts'
import { checkRatingsAlive } from './alive.ts'
import { CompletionModel } from './model.ts'
import { predictOne } from './predict.ts'
import { Ratings } from './ratings.ts'
import { recommend } from './recommend.ts'
import type { Recommendations } from './topItems.ts'

/** Options of {@link evaluate}. */
export interface EvaluateOptions extends RunOptions {
  /** The lengths of the lists of recommendations that are judged. @default [10] */
  readonly at?: readonly number[] | undefined
}

/**
 * How well a model does on ratings that it has not seen: errors of predictions, and for each length in `at` of
 * rankings.
 */
export interface Evaluation {
  /** √(Σ (aᵢⱼ − x̂ᵢⱼ)²/N) over the N ratings; of implicit feedback, against preferences. */
  readonly rmse: number
  /** Σ |aᵢⱼ − x̂ᵢⱼ|/N */
  readonly mae: number
  /** Hits over what hits there could be, Σᵢ hᵢ/Σᵢ min(k, |Rᵢ|). */
  readonly precision: readonly number[]
  /** The mean of hᵢ/|Rᵢ|. */
  readonly recall: readonly number[]
  /** The mean of DCG over the best possible one, with 1/log₂(1 + p) for a hit at place p from 1. */
  readonly ndcg: readonly number[]
  /**
   * The mean chance that a relevant item stands before another one, where relevant items that are not in the list are
   * taken to be evenly spread behind it.
   */
  readonly auc: readonly number[]
}

const routine = 'evaluate'

// Rows that are ranked in one call: enough for the kernel, few enough for `signal` to be heard.
const batchSize = 1024

/** Sums over rows, for one length of list. */
class Tally {
  readonly #length: number
  readonly #gains: Float64Array
  readonly #best: Float64Array
  #rows = 0
  #hits = 0
  #possible = 0
  #recall = 0
  #ndcg = 0
  #auc = 0

  constructor(length: number) {
    this.#length = length
    this.#gains = Float64Array.from({ length }, (_, place) => 1 / Math.log2(place + 2))
    let sum = 0
    this.#best = this.#gains.map((gain) => (sum += gain))
  }

  /**
   * Counts one row: whether each place of its list is a hit, how many items are relevant, and how many others there
   * are.
   */
  add(hits: readonly boolean[], relevant: number, others: number): void {
    const possible = Math.min(this.#length, relevant)
    const places = Math.min(this.#length, hits.length)
    let [found, missed, gained, before] = [0, 0, 0, 0]
    for (let place = 0; place < places; place++)
      if (hits[place]) {
        found++
        gained += this.#gains[place] as number
      } else {
        missed++
        before += found
      }
    this.#rows++
    this.#hits += found
    this.#possible += possible
    this.#recall += found / relevant
    this.#ndcg += gained / (this.#best[possible - 1] as number)
    const pairs = relevant * others
    this.#auc += pairs === 0 ? 1 : (before + ((found + relevant) / 2) * (others - missed)) / pairs
  }

  get precision(): number {
    return this.#hits / this.#possible
  }
  get recall(): number {
    return this.#recall / this.#rows
  }
  get ndcg(): number {
    return this.#ndcg / this.#rows
  }
  get auc(): number {
    return this.#auc / this.#rows
  }
}

function checkModel(model: unknown): CompletionModel {
  if (model instanceof CompletionModel) return model
  throw new ArgumentError(sentence(routine, 'a CompletionModel', describe(model), 'fit one by completeALS'))
}

function checkRatings(ratings: unknown): Ratings {
  if (!(ratings instanceof Ratings))
    throw new ArgumentError(sentence(routine, 'Ratings', describe(ratings), 'make them by ratings()'))
  checkRatingsAlive(routine, ratings)
  if (ratings.count > 0) return ratings
  throw new ArgumentError(sentence(routine, 'at least one rating', 'none', 'hold out a larger share'))
}

function checkAt(at: unknown): readonly number[] {
  if (!Array.isArray(at)) throw new ArgumentError(sentence(routine, 'at to be an array of lengths', describe(at)))
  return Array.from(at, (length: unknown, k) => integer(routine, `at[${k}]`, length, 1, 2 ** 20))
}

function* steps(given: unknown, on: unknown, options: EvaluateOptions | undefined): Steps<Evaluation> {
  const { at = [10] } = checkOptions(routine, options, ['at', 'signal'])
  const model = checkModel(given).snapshot()
  const ratings = checkRatings(on)
  const lengths = checkAt(at)
  const longest = lengths.reduce((most, length) => Math.max(most, length), 0)
  const tallies = lengths.map((length) => new Tally(length))
  // Copies: between the calls of the kernel the caller's arrays may go.
  const [rowPointers, columnIndices] = [ratings.matrix.rowPointers.slice(), ratings.matrix.columnIndices.slice()]
  const values = ratings.matrix.values.slice()
  const rowPlaces = ratings.rowIds.positionsIn(model.rowIds)
  const columnPlaces = ratings.columnIds.positionsIn(model.columnIds)
  const rows = Array.from(rowPlaces.keys()).filter((i) => (rowPointers[i] as number) < (rowPointers[i + 1] as number))
  // relevantTo[j]: the last row to which item j of the model is relevant.
  const relevantTo = integers(model.columnIds.length).fill(-1)
  let [squares, absolutes] = [0, 0]

  for (let start = 0; start < rows.length; start += batchSize) {
    const batch = rows.slice(start, start + batchSize)
    const known = batch.filter((i) => (rowPlaces[i] as number) >= 0)
    const asked = known.map((i) => ratings.rowIds.at(i))
    const ranked = tallies.length > 0 && known.length > 0
    const lists = ranked ? yield* recommend(model, asked, { count: longest }) : []
    const listOf = new Map(known.map((i, k) => [i, (lists as Recommendations[])[k]?.items ?? []]))
    for (const i of batch) {
      const [begin, end] = [rowPointers[i] as number, rowPointers[i + 1] as number]
      let unknown = 0
      for (let k = begin; k < end; k++) {
        const j = columnPlaces[columnIndices[k] as number] as number
        if (j < 0) unknown++
        else relevantTo[j] = i
        const value = values[k] as number
        const wanted = model.kind === 'explicit' ? value : value > 0 ? 1 : 0
        const error = wanted - predictOne(model, rowPlaces[i] as number, j)
        squares += error * error
        absolutes += Math.abs(error)
      }
      const hits = (listOf.get(i) ?? []).map((item) => relevantTo[model.columnIds.indexOf(item)] === i)
      const others = model.columnIds.length - (end - begin - unknown)
      for (const tally of tallies) tally.add(hits, end - begin, others)
    }
  }
  return {
    rmse: Math.sqrt(squares / values.length),
    mae: absolutes / values.length,
    precision: tallies.map(({ precision }) => precision),
    recall: tallies.map(({ recall }) => recall),
    ndcg: tallies.map(({ ndcg }) => ndcg),
    auc: tallies.map(({ auc }) => auc),
  }
}

/**
 * Judges a model by ratings that it was not trained on: by its errors in predicting them, and by its lists of the best
 * k items for each row. What the row was trained on is left out of its list; relevant items Rᵢ are all that `ratings`
 * has of the row, hᵢ of which are in the list. Means are over the rows with ratings.
 *
 * All of `ratings` counts: rows that the model does not know have an empty list, columns that it does not know are
 * never hit, and both are predicted by the mean and what is known of the other.
 *
 * @throws {ArgumentError} where there are no ratings, or an option is wrong
 * @see `ranking_metrics_at_k` of implicit, which defines precision, NDCG and the limited AUC likewise; Järvelin,
 * Kekäläinen, Cumulated gain-based evaluation of IR techniques, TOIS 2002; Schröder, Thiele, Lehner, Setting Goals and
 * Choosing Metrics for Recommender System Evaluations, UCERSTI 2011
 *
 * @example
 * ```ts
 * import { completeALS, evaluate, readRatings, split } from 'lowrank/als'
 * const { train, test } = split(await readRatings('test/als/fixtures/films.csv'), { test: 0.2, by: 'row' })
 * const { rmse, ndcg } = evaluate(completeALS(train, { rank: 2 }), test, { at: [1, 3] })
 * console.log(rmse > 0, ndcg.length) // true 2
 * ```
 */
export function evaluate(model: CompletionModel, ratings: Ratings, options?: EvaluateOptions): Evaluation {
  return runSync(routine, steps(model, ratings, options), options)
}

/** {@link evaluate} off the JavaScript thread: same arguments, a promise. */
export function evaluateAsync(
  model: CompletionModel,
  ratings: Ratings,
  options?: EvaluateOptions,
): Promise<Evaluation> {
  return runAsync(routine, steps(model, ratings, options), options)
}
