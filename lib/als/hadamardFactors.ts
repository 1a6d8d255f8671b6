/** The factors of a Hadamard decomposition, one after the other in an array: for each rank C (m×r), then D (n×r). */
import { cutProduct, single, whole } from '../core/blockProduct.ts'
import { type FloatArray, zeros } from '../core/dtype.ts'
import { Matrix } from '../core/matrix.ts'
import { fresh } from '../core/result.ts'
import { call, type Steps } from '../core/run.ts'
import { wholeRoot } from './rankOnes.ts'

/** C (m×r) and D (n×r) of one factor CDᵀ. */
export interface HadamardFactor<T extends FloatArray = FloatArray> {
  /** m×r */
  readonly C: Matrix<T>
  /** n×r */
  readonly D: Matrix<T>
}

/** How many numbers all factors hold. */
export function lengthOf(rows: number, columns: number, ranks: readonly number[]): number {
  return ranks.reduce((sum, rank) => sum + rank * (rows + columns), 0)
}

/** The factors as views on the array. */
export function viewsOf(flat: FloatArray, rows: number, columns: number, ranks: readonly number[]): HadamardFactor[] {
  let offset = 0
  return ranks.map((rank) => {
    const C = new Matrix(flat, rows, rank, { offset })
    const D = new Matrix(flat, columns, rank, { offset: offset + rows * rank })
    offset += rank * (rows + columns)
    return { C, D }
  })
}

/** Multiplies the entries of a view. */
function scaleInPlace({ data, rows, columns, rowStride, columnStride, offset }: Matrix, factor: number): void {
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) {
      const at = offset + i * rowStride + j * columnStride
      data[at] = (data[at] as number) * factor
    }
}

function normOf({ data, rows, columns, rowStride, columnStride, offset }: Matrix): number {
  let sum = 0
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) sum += (data[offset + i * rowStride + j * columnStride] as number) ** 2
  return Math.sqrt(sum)
}

/**
 * Shares magnitudes evenly, in place: the columns of C and D by pairs, then all factors. The product times `multiple`
 * stays what it was; `multiple` is a power of two.
 */
export function rebalance(factors: readonly HadamardFactor[], multiple = 1): void {
  const norms = factors.map(({ C, D }) => {
    for (let k = 0; k < C.columns; k++) {
      const [c, d] = [C.column(k), D.column(k)]
      const share = Math.sqrt(normOf(d) / normOf(c))
      if (!(share > 0 && share < Infinity)) continue
      scaleInPlace(c, share)
      scaleInPlace(d, 1 / share)
    }
    return normOf(C) * normOf(D)
  })
  if (norms.some((norm) => !(norm > 0 && norm < Infinity))) {
    scaleInPlace((factors[0] as HadamardFactor).C, multiple)
    return
  }
  const root = wholeRoot(multiple, 2 * norms.length)
  const rest = multiple / root ** (2 * norms.length)
  // Logarithms: the product of many norms may be out of range.
  const common = (norms.reduce((sum, norm) => sum + Math.log(norm), 0) + Math.log(rest)) / norms.length
  for (const [t, { C, D }] of factors.entries()) {
    const share = Math.exp((common - Math.log(norms[t] as number)) / 2) * root
    scaleInPlace(C, share)
    scaleInPlace(D, share)
  }
}

/** ∘ CₜDₜᵀ (m×n). */
export function* multiplyOut(factors: readonly HadamardFactor[]): Steps<Matrix> {
  let product: Matrix | undefined
  for (const { C, D } of factors) {
    const next = fresh(C.dtype, C.rows, D.rows)
    yield* call('gemm', 1, C, D.transpose, 0, next)
    if (product === undefined) product = next
    else {
      const both = fresh(C.dtype, C.rows, D.rows)
      yield* call('elementwise', 2, product, next, both)
      product = both
    }
  }
  return product as Matrix
}

/** Row i of the result is the Kronecker product of rows i of all factors, for rows [start, end). */
function* splitRows(factors: readonly Matrix[], start: number, end: number): Steps<Matrix> {
  const [first, ...others] = factors.map((factor) => factor.view([start, end])) as [Matrix, ...Matrix[]]
  let product = first
  for (const other of others) {
    const columns = whole(product.columns, other.columns)
    product = yield* cutProduct(product, other, { rows: single(end - start), columns })
  }
  return product
}

// Rows of the face-splitting products that are in memory at a time.
const blockNumbers = 2 ** 18

/** (∘ CₜDₜᵀ)X = H(GᵀX), H and G the face-splitting products of the Cs and of the Ds, a block of rows at a time. */
export function* applyFactors(factors: readonly HadamardFactor[], X: Matrix): Steps<Matrix> {
  const [Cs, Ds] = [factors.map(({ C }) => C), factors.map(({ D }) => D)]
  const { dtype, rows } = Cs[0] as Matrix
  const width = Cs.reduce((product, C) => product * C.columns, 1)
  const step = Math.max(1, Math.floor(blockNumbers / width))
  const inner = new Matrix(zeros(dtype, width * X.columns), width, X.columns)
  for (let j = 0; j < X.rows; j += step) {
    const end = Math.min(X.rows, j + step)
    const G = yield* splitRows(Ds, j, end)
    yield* call('gemm', 1, G.transpose, X.view([j, end]), 1, inner)
  }
  const result = fresh(dtype, rows, X.columns)
  for (let i = 0; i < rows; i += step) {
    const end = Math.min(rows, i + step)
    yield* call('gemm', 1, yield* splitRows(Cs, i, end), inner, 0, result.view([i, end]))
  }
  return result
}
