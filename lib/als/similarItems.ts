import { checkOptions, integer } from '../core/check.ts'
import { integers, uninitialized, zeros } from '../core/dtype.ts'
import { Matrix } from '../core/matrix.ts'
import type { RunOptions, Steps } from '../core/run.ts'
import { checkModelAlive } from './alive.ts'
import type { CompletionModel } from './model.ts'
import { knownPosition } from './positions.ts'
import { type Recommendations, sharedList, topItems } from './topItems.ts'

/** Options of {@link CompletionModel.similarItems}. */
export interface SimilarItemsOptions extends RunOptions {
  /** The most items. @default 10 */
  readonly count?: number | undefined
}

const routine = 'CompletionModel.similarItems'

/** What {@link CompletionModel.similarItems} computes. */
export function* similarItems(
  model: CompletionModel,
  item: unknown,
  options: SimilarItemsOptions | undefined,
): Steps<Recommendations> {
  const { count = 10 } = checkOptions(routine, options, ['count', 'signal'])
  integer(routine, 'count', count, 1)
  checkModelAlive(routine, model)
  const position = knownPosition(routine, 'item', item, model.columnIds)
  const z = Float64Array.from(model.Z.column(position).copy().data)
  const norm = Math.sqrt(z.reduce((sum, x) => sum + x * x, 0))
  if (norm === 0) return { items: [], scores: zeros(model.dtype, 0) }
  const direction = uninitialized(model.dtype, z.length)
  direction.set(z.map((x) => x / norm))
  const query = { factors: new Matrix(direction, 1, z.length), bases: zeros(model.dtype, 1), cosine: true }
  const choice = { handle: model.items, count: model.columnIds.length, positions: undefined }
  const [found] = yield* topItems(model, query, choice, sharedList(integers(1).fill(position), 1), count)
  return found as Recommendations
}
