import type { FloatArray } from '../../core/dtype.ts'
import type { Matrix } from '../../core/matrix.ts'
import { svdAsync, truncatedSVDAsync } from '../../linalg/index.ts'

/** How to decompose; 'auto' decides by size and rank. */
export type Method = 'auto' | 'svd' | 'randomized'

/** The leading singular triplets of A, and the relative error that they leave. */
export interface Decomposition {
  readonly U: Matrix
  readonly singularValues: FloatArray
  readonly Vt: Matrix
  readonly relativeError: number
}

// m·n·min(m, n) up to which 'auto' takes the whole decomposition: about a second, and it shows the whole spectrum.
const wholeWork = 1e10

/**
 * At least the triplets that are asked for: all of them where that costs little, or where the method gives all anyway.
 */
export async function decompose(
  A: Matrix,
  options: { rank: number | undefined; targetError: number | undefined; method: Method; seed: number },
): Promise<Decomposition> {
  const work = A.rows * A.columns * Math.min(A.rows, A.columns)
  const whole = options.method === 'svd' || (options.method === 'auto' && work <= wholeWork)
  return whole ? { ...(await svdAsync(A)), relativeError: 0 } : truncatedSVDAsync(A, options)
}
