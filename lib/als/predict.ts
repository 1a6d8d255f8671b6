import { boolean, checkOptions, finite } from '../core/check.ts'
import { type FloatArray, integers, uninitialized } from '../core/dtype.ts'
import { ShapeError, sentence } from '../core/errors.ts'
import { checkModelAlive } from './alive.ts'
import { checkIdArray, type Ids } from './ids.ts'
import type { CompletionModel } from './model.ts'
import { isId, positionOf } from './positions.ts'

/** Options of {@link CompletionModel.predict}. */
export interface PredictOptions {
  /**
   * Predictions outside a range are moved to its ends: to the least and the largest rating trained on (`true`; 0 and 1
   * for implicit feedback), or to a range of your own. @default false
   */
  readonly clip?: boolean | readonly [least: number, largest: number] | undefined
}

const routine = 'CompletionModel.predict'

/** The range that predictions are kept in. */
function rangeOf(model: CompletionModel, clip: unknown): readonly [number, number] {
  if (Array.isArray(clip) && clip.length === 2) {
    const least = finite(routine, 'clip[0]', clip[0])
    return [least, finite(routine, 'clip[1]', clip[1], { least })]
  }
  if (!boolean(routine, 'clip', clip)) return [-Infinity, Infinity]
  return model.ratingRange
}

/** x̂ᵢⱼ = μ + bᵢ + cⱼ + wᵢᵀzⱼ without the terms of rows or columns that are unknown (−1). */
export function predictOne(model: CompletionModel, i: number, j: number): number {
  const { W, Z, rowBias, columnBias, globalMean } = model
  let value = globalMean
  if (i >= 0 && rowBias !== undefined) value += rowBias[i] as number
  if (j >= 0 && columnBias !== undefined) value += columnBias[j] as number
  if (i < 0 || j < 0) return value
  for (
    let l = 0, w = W.offset + i * W.rowStride, z = Z.offset + j * Z.columnStride;
    l < W.columns;
    l++, w += W.columnStride, z += Z.rowStride
  )
    value += (W.data[w] as number) * (Z.data[z] as number)
  return value
}

/** One side of the pairs: as many positions as ids, or one for all. */
function sideOf(name: string, source: unknown, ids: Ids): { positions: Int32Array; many: boolean } {
  if (isId(source)) return { positions: Int32Array.of(positionOf(routine, name, source, ids)), many: false }
  const given = checkIdArray(routine, name, source)
  const positions = integers(given.length)
  for (let k = 0; k < positions.length; k++) positions[k] = positionOf(routine, name, given[k], ids)
  return { positions, many: true }
}

/** What {@link CompletionModel.predict} computes. */
export function predict(
  model: CompletionModel,
  row: unknown,
  column: unknown,
  options: PredictOptions | undefined,
): FloatArray | number {
  const { clip = false } = checkOptions(routine, options, ['clip'])
  checkModelAlive(routine, model)
  const [least, largest] = rangeOf(model, clip)
  const rows = sideOf('row', row, model.rowIds)
  const columns = sideOf('column', column, model.columnIds)
  const clipped = (i: number, j: number) => Math.min(largest, Math.max(least, predictOne(model, i, j)))
  if (!rows.many && !columns.many) return clipped(rows.positions[0] as number, columns.positions[0] as number)
  const count = rows.many ? rows.positions.length : columns.positions.length
  if (rows.many && columns.many && columns.positions.length !== count)
    throw new ShapeError(
      sentence(routine, `${count} columns, one for each row`, `${columns.positions.length}`, 'pass pairs, or one id'),
    )
  const result = uninitialized(model.dtype, count)
  for (let k = 0; k < count; k++)
    result[k] = clipped(rows.positions[rows.many ? k : 0] as number, columns.positions[columns.many ? k : 0] as number)
  return result
}
