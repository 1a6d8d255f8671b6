/** Where Hadamard decompositions begin. None is best for all matrices, so that several are tried. */
import { type FloatArray, zeros } from '../core/dtype.ts'
import { Matrix } from '../core/matrix.ts'
import { normals } from '../core/random.ts'
import type { Steps } from '../core/run.ts'
import { SparseMatrix } from '../core/sparse.ts'
import { openSource } from '../linalg/largeOperand.ts'
import { readPlan, type Triplets, truncate } from '../linalg/truncatedSVD.ts'
import type { Problem } from './climb.ts'
import { type HadamardFactor, lengthOf, viewsOf } from './hadamardFactors.ts'
import { filled } from './observed.ts'
import { rankOnes } from './rankOnes.ts'

type Dense = Matrix | SparseMatrix

/** Factors of the nearest matrix of some rank, the leading columns being those of lower ranks. */
interface Halves {
  readonly left: Matrix
  readonly right: Matrix
}

/** A with another function of each entry. */
function mapped(A: Dense, f: (value: number) => number): Dense {
  if (A instanceof SparseMatrix)
    return SparseMatrix.trusted(A.rows, A.columns, { ...A, values: A.values.map(f) as FloatArray })
  return new Matrix(A.data.map(f) as FloatArray, A.rows, A.columns)
}

/** U√s and V√s of the leading triplets, as many as there are up to the rank. */
function* halves(routine: string, A: Dense, rank: number, seed: number): Steps<Halves> {
  const limit = Math.min(rank, A.rows, A.columns)
  const source = yield* openSource(routine, A, { centred: false, own: true })
  const { U, values, Vt } = yield* truncate(routine, source, readPlan(routine, { rank: limit, seed }))
  return { left: scaled(U, values), right: scaled(Vt.transpose, values) }
}

function scaled(U: Triplets['U'], values: Float64Array): Matrix {
  const result = U.copy()
  for (let i = 0, at = 0; i < result.rows; i++)
    for (let k = 0; k < result.columns; k++, at++)
      result.data[at] = (result.data[at] as number) * Math.sqrt(values[k] as number)
  return result
}

/** Writes `source` and, in the columns that it does not have, noise. */
function put(target: Matrix, source: Matrix, noise: number, normal: () => number): void {
  for (let i = 0, at = target.offset; i < target.rows; i++)
    for (let k = 0; k < target.columns; k++, at++)
      target.data[at] = k < source.columns ? source.get(i, k) : noise * normal()
}

/**
 * The matrix of rank r₁ nearest to A in one factor; ones and noise, columns of about that size together, in the others.
 */
function fromLowRank(problem: Problem, near: Halves, noise: number, seed: number): FloatArray {
  const normal = normals(seed)
  const { flat, views } = blank(problem)
  for (const [t, { C, D }] of views.entries()) {
    const { left, right } = t === 0 ? near : onesBeside(C, D)
    const size = noise / Math.sqrt(C.columns)
    put(C, left, size, normal)
    put(D, right, size, normal)
  }
  return flat
}

const onesBeside = (C: Matrix, D: Matrix) => ({
  left: new Matrix(new Float64Array(C.rows).fill(1), C.rows, 1),
  right: new Matrix(new Float64Array(D.rows).fill(1), D.rows, 1),
})

/** Of K factors each the K-th root of |A|, cut to its rank, the first one with A's signs. */
function* fromRoots(routine: string, problem: Problem, A: Dense, seed: number): Steps<FloatArray> {
  const normal = normals(seed)
  const { flat, views } = blank(problem)
  const power = 1 / views.length
  for (const [t, { C, D }] of views.entries()) {
    const root = mapped(A, (a) => (t === 0 ? Math.sign(a) : 1) * Math.abs(a) ** power)
    const { left, right } = yield* halves(routine, root, C.columns, seed)
    put(C, left, 0.01, normal)
    put(D, right, 0.01, normal)
    // Of a positive matrix all roots are equal, and equal factors would stay so for long.
    for (const factor of [C, D])
      for (let k = 0, at = factor.offset; k < factor.rows * factor.columns; k++, at++)
        factor.data[at] = (factor.data[at] as number) * (1 + 0.1 * t * normal())
  }
  return flat
}

/**
 * The matrix of rank ∏r nearest to A is a product HGᵀ; where rows of H and G are Kronecker products of rows of the
 * factors, it is a Hadamard product. The nearest such rows, of both: to project one side and solve for the other came
 * out worse on every matrix that was tried.
 */
function* fromProjection(routine: string, problem: Problem, { left, right }: Halves): Steps<FloatArray> {
  const normal = normals(0)
  const { flat, views } = blank(problem)
  const product = productOf(problem)
  for (const [side, half] of [
    ['C', left],
    ['D', right],
  ] as const) {
    const whole = Matrix.zeros(half.rows, product, { dtype: half.dtype }) as Matrix
    put(whole, half, 0, normal)
    const parts = yield* rankOnes(routine, whole.transpose, problem.ranks)
    for (const [t, part] of parts.entries()) put((views[t] as HadamardFactor)[side], part.transpose, 0, normal)
  }
  return flat
}

/** Normal numbers such that the product is of A's size. */
function fromNoise(problem: Problem, seed: number): FloatArray {
  const { observed, ranks } = problem
  const { flat, views } = blank(problem)
  const normal = normals(seed)
  const size = Math.sqrt(observed.squares / observed.known) ** (1 / (2 * ranks.length))
  for (const { C, D } of views) {
    const each = size / Math.sqrt(Math.sqrt(C.columns))
    for (const factor of [C, D]) put(factor, factor.view(undefined, [0, 0]), each, normal)
  }
  return flat
}

function blank({ observed: { rows, columns, dtype }, ranks }: Problem): { flat: FloatArray; views: HadamardFactor[] } {
  const flat = zeros(dtype, lengthOf(rows, columns, ranks))
  return { flat, views: viewsOf(flat, rows, columns, ranks) }
}

// Beyond it the decomposition of rank ∏r that is projected costs more than many sweeps.
const mostProjected = 1024

const productOf = ({ ranks }: Problem) => ranks.reduce((product, rank) => product * rank, 1)

/** The first `count` starts of the portfolio: the last ones differ in their seed alone. */
export function* makeStarts(routine: string, problem: Problem, count: number, seed: number): Steps<FloatArray[]> {
  const A = filled(problem.observed)
  const projected = count > 1 && productOf(problem) <= mostProjected
  const near = yield* halves(routine, A, projected ? productOf(problem) : (problem.ranks[0] as number), seed)
  const starts: FloatArray[] = []
  for (let k = 0; k < count; k++) {
    const own = (seed + k) | 0
    if (k === 1 && projected) starts.push(yield* fromProjection(routine, problem, near))
    else if (k === 2 || k === 5) starts.push(fromLowRank(problem, near, 0.3, own))
    else if (k === 3) starts.push(yield* fromRoots(routine, problem, A, own))
    else if (k === 6) starts.push(fromNoise(problem, own))
    else starts.push(fromLowRank(problem, near, 1, own))
  }
  return starts
}
