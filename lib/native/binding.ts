/**
 * The one declaration of the addon: what each kernel takes, in order, and what the number that it returns means.
 * `core/run.ts` turns a call of these into the addon's own convention (numbers through the frame, arrays as arguments).
 */
import type { FloatArray } from '../core/dtype.ts'
import type { Layout } from '../core/layout.ts'

/** A matrix or a batch of matrices, by extents and strides. */
type M = Layout
/** A whole typed array. */
type V = FloatArray | Int32Array
/** Native data that lives over many calls. */
export type Handle = { readonly __handle: never }

export type Operand = M | V | number | boolean | Handle

/**
 * How kernels take the operand B of an iteration: A or Aᵀ (`transposed`), less its means. kind: 0 dense, 1 a dense
 * handle, 2 a sparse handle and that of its transpose (given the right way round); centre: 0 no, 1 the means are those
 * of B's columns, 2 of its rows.
 */
export type LargeOperand =
  | [kind: number, transposed: boolean, centre: number, operand: M | Handle, like: FloatArray, means: Float64Array]
  | [
      kind: number,
      transposed: boolean,
      centre: number,
      operand: Handle,
      transpose: Handle,
      like: FloatArray,
      means: Float64Array,
    ]

/**
 * How a half-sweep of alternating least squares solves its rows: a rating less the mean, less the fixed side's bias, is
 * fitted; λ, or λ·(ratings of the row) where weighted; implicit: confidence 1 + α|a|, preference [a > 0], and neither
 * mean nor biases. method: 0 Cholesky, 1 conjugate gradients (as many steps, from the present factors), 2 non-negative
 * (from the present factors).
 */
export type AlsOptions = [
  mean: number,
  regularization: number,
  weighted: boolean,
  implicit: boolean,
  alpha: number,
  method: number,
  steps: number,
]

export interface Kernels {
  /** C ← αAB + βC; batches of one count, or one member for all. */
  gemm(alpha: number, A: M, B: M, beta: number, C: M): number
  /**
   * X ← F Aᵀ where F is not empty, then X ← (L Lᵀ)⁻¹X where L is not; G ← X A where G is not; → ⟨F Aᵀ, X⟩. A is a
   * matrix, or a denseHandle where `copied`.
   */
  denseSweep(copied: boolean, A: M | Handle, F: M, L: M, X: M, G: M): number
  /**
   * A X = B; assume: 0 general, 1 symmetric, 2 positive definite, 3 upper, 4 lower triangular; info a member: 0, the
   * failing pivot from 1, −1 not finite.
   */
  solve(A: M, B: M, assume: number, X: M, info: Int32Array): number
  /**
   * P A = L U (row i of P A is row permutation[i] of A); determinant: 1 number for a square A, else none; info: the
   * first zero pivot from 1, −1 not finite.
   */
  lu(A: M, L: M, U: M, permutation: Int32Array, determinant: V, info: Int32Array): number
  /** A X = B from the factors of a square A; info a member of B: 0, −1 not finite. */
  luSolve(L: M, U: M, permutation: Int32Array, B: M, X: M, info: Int32Array): number
  /** X = A⁻¹; info as in solve. */
  inverse(A: M, X: M, info: Int32Array): number
  /** det A, a number a member; info: 0, −1 not finite. */
  determinant(A: M, determinants: V, info: Int32Array): number
  /** det A = sign · exp(logAbs), two numbers a member; info: 0, −1 not finite. */
  logDeterminant(A: M, sign: V, logAbs: V, info: Int32Array): number
  /**
   * A = L Lᵀ from the lower triangle of A; info: 0, the order of the first minor that is not positive, −1 not finite.
   */
  cholesky(A: M, L: M, info: Int32Array): number
  /** L Lᵀ X = B; batches of one count, or one member for all; info: 0, −1 not finite. */
  choleskySolve(L: M, B: M, X: M, info: Int32Array): number
  /**
   * min ‖A X − B‖ of least norm; rtol < 0: the default; method: 0 auto, 1 qr, 2 svd (singular values for this one
   * only); residuals and singular values have a row a member; info: 0, >0 no convergence, −1 not finite.
   */
  lstsq(
    A: M,
    B: M,
    rtol: number,
    method: number,
    X: M,
    residuals: M,
    ranks: Int32Array,
    singularValues: M,
    info: Int32Array,
  ): number
  /**
   * A = Q R, A P = Q R where permutations has n numbers a member; mode: 0 thin, 1 full, 2 R only (Q empty); info: 0, −1
   * not finite.
   */
  qr(A: M, mode: number, Q: M, R: M, permutations: Int32Array, info: Int32Array): number
  /** A = V diag(w) Vᵀ from the lower triangle of A; w has a row a member; info: 0, >0 no convergence, −1 not finite. */
  eigh(A: M, eigenvalues: M, eigenvectors: M, info: Int32Array): number
  /** C ← αAB + βC, A sparse. */
  sparseTimesDense(alpha: number, A: Handle, B: M, beta: number, C: M): number
  /**
   * The row pointers of AB, both sparse, into `rowPointers`; returns the number of entries, or −1 for more than 2³¹ −
   * 1.
   */
  sparsePattern(A: Handle, B: Handle, rowPointers: Int32Array, like: FloatArray): number
  /** The entries of αAB for those row pointers. */
  sparseTimesSparse(
    alpha: number,
    A: Handle,
    B: Handle,
    rowPointers: Int32Array,
    columnIndices: Int32Array,
    values: FloatArray,
  ): number
  /**
   * A = U diag(s) Vt; mode: 0 thin, 1 full, 2 values only (U and Vt empty); s has a row a member; info: 0, >0 no
   * convergence, −1 not finite.
   */
  svd(A: M, mode: number, U: M, s: M, Vt: M, info: Int32Array): number
  /** C = A + B (operation 0), A − B (1) or A ∘ B (2). */
  elementwise(operation: number, A: M, B: M, C: M): number
  /** C = factor·A. */
  scale(factor: number, A: M, C: M): number
  /** Pairwise sums over a divisor; axis: −1 of all entries, returned (sums empty), 0 of each column, 1 of each row. */
  sum(A: M, axis: number, divisor: number, sums: V): number
  /**
   * Returns a norm; kind: 0 Frobenius, 1 largest magnitude, largest and smallest sum of magnitudes of a column (2, 3),
   * of a row (4, 5).
   */
  norm(kind: number, A: M): number
  /** Block (I, J) of C is A_IJ ⊗ B_IJ; the sizes of the row blocks of A and of B, then of the column blocks. */
  kron(
    A: M,
    B: M,
    rowsOfA: Int32Array,
    rowsOfB: Int32Array,
    columnsOfA: Int32Array,
    columnsOfB: Int32Array,
    C: M,
  ): number
  /** Σ (scale·bᵢⱼ)² of B; `largest`: its largest magnitude (NaN: not finite) where that sum is out of range, else 0. */
  truncatedScan(...args: [...B: LargeOperand, scale: number, largest: Float64Array]): number
  /** The means of B's columns, or rows, before centring. */
  truncatedMeans(...args: [...B: LargeOperand, ofRows: boolean, means: Float64Array]): number
  /**
   * One block step with scale²·BᵀB, in single precision where B is large, dense and float32 and `single` allows it;
   * returns the columns of the basis that are closed.
   */
  krylovStep(...args: [...B: LargeOperand, scale: number, single: boolean, state: Handle]): number
  /** The Ritz values, descending, and the norms of their residuals; returns 1 where the eigenvalue iteration failed. */
  krylovRitz(state: Handle, values: Float64Array, residuals: Float64Array): number
  /** Keeps `count` Ritz vectors, a multiple of the width. */
  krylovRestart(state: Handle, count: number, like: FloatArray): number
  /**
   * Triplets of A from p Ritz vectors: U, as many singular values as asked for, Vt; returns 0, >0 no convergence, −1
   * not finite.
   */
  truncatedFinish(
    ...args: [
      ...B: LargeOperand,
      transposed: boolean,
      state: Handle,
      p: number,
      refinements: number,
      U: M,
      values: Float64Array,
      Vt: M,
    ]
  ): number
  /** Σ (scale·(B − U·diag(values)·Vt))²; U and Vt of A. */
  truncatedResidual(
    ...args: [...B: LargeOperand, transposed: boolean, scale: number, U: M, values: Float64Array, Vt: M]
  ): number
  /**
   * Factors (rows×k) of one side (false: W, of A's rows; true: Zᵀ, of its columns) of a slot of an alsHandle, and that
   * side's biases; empty: zeros.
   */
  alsWrite(state: Handle, slot: number, ofColumns: boolean, factors: M, biases: FloatArray): number
  /** The same, read; biases may be empty. */
  alsRead(state: Handle, slot: number, ofColumns: boolean, factors: M, biases: FloatArray): number
  /**
   * Solves one side of slot 0 for the other (false: W and the row biases; true: Z and the column biases). Returns the
   * objective, both penalties included. `hard`: how many rows Cholesky left to more careful methods.
   */
  alsSolve(
    ...args: [
      state: Handle,
      ofColumns: boolean,
      ...options: AlsOptions,
      fixedRegularization: number,
      hard: Int32Array,
      like: FloatArray,
    ]
  ): number
  /** Returns Σ of the squared errors of a slot's predictions of other ratings (m×n, explicit). */
  alsErrors(state: Handle, slot: number, ratings: Handle, mean: number, like: FloatArray): number
  /**
   * The objective (explicit) at slot 0 + t·slot `direction`: five coefficients, of 1, t, t², t³, t⁴. `like` comes
   * first.
   */
  alsQuartic(
    ...args: [
      like: FloatArray,
      state: Handle,
      direction: number,
      ...options: AlsOptions,
      columnRegularization: number,
      coefficients: Float64Array,
    ]
  ): number
  /** Slot `target` ← a·first + b·second, factors and biases of both sides; a slot that was never written is zero. */
  alsCombine(
    state: Handle,
    target: number,
    a: number,
    first: number,
    b: number,
    second: number,
    like: FloatArray,
  ): number
  /** The inner product of two slots: of their factors and biases, both sides. */
  alsDot(state: Handle, first: number, second: number, like: FloatArray): number
  /**
   * Rows for given columns, without a state: F (n×k) and its biases (n, or empty) are fixed; writes the factors (r×k)
   * and the rows' biases, which are part of the model where that array is not empty. Returns the rows' objective, with
   * their own penalty only.
   */
  alsRows(
    ...args: [
      A: Handle,
      F: M,
      fixedBiases: FloatArray,
      ...options: AlsOptions,
      factors: M,
      biases: FloatArray,
      hard: Int32Array,
    ]
  ): number
  /**
   * The best items for each row w of `factors`, best first, `count` a row in `indices` (−1 where there are no more) and
   * `scores`: base + bias + wᵀz, or wᵀz/‖z‖ (`cosine`). Not those of excluded[ranges[2r], ranges[2r + 1]), ascending.
   * Equal scores: the lower item.
   */
  topItems(
    items: Handle,
    factors: M,
    bases: V,
    cosine: boolean,
    ranges: Int32Array,
    excluded: Int32Array,
    indices: Int32Array,
    scores: V,
  ): number
  /**
   * One sweep of the Hadamard decomposition, each factor's D, then its C; returns the squared error of the result.
   * kind: 0 dense, 1 dense with NaN where an entry is missing, 2 sparse; `transpose` is A itself where it is dense.
   * Factors lie one after the other, C (m×r) before D (n×r).
   */
  hadamardSweep(kind: number, A: Handle, transpose: Handle, ranks: Int32Array, factors: V, result: V): number
  /**
   * One sweep of the Khatri-Rao decomposition of a denseHandle (∏p×n, NaN where an entry is missing): factors p×n, one
   * after the other; returns the squared error.
   */
  khatriRaoSweep(A: Handle, extents: Int32Array, factors: V, result: V): number
}

/** What makes native data that lives over many calls. */
export interface Handles {
  /** A sparse matrix: checked and copied. */
  sparseHandle(
    rows: number,
    columns: number,
    rowPointers: Int32Array,
    columnIndices: Int32Array,
    values: FloatArray,
  ): Handle
  /** A copy of a dense matrix, for asynchronous calls of many kernels. */
  denseHandle(A: M): Handle
  /**
   * The state of a block Lanczos iteration over n rows; width: 8 or 16, capacity: a multiple of it; workspaceRows: B's
   * where it is sparse.
   */
  krylovHandle(n: number, width: number, capacity: number, seed: number, workspaceRows: number): Handle
  /** The same state with more room. */
  krylovGrown(capacity: number, state: Handle): Handle
  /**
   * The state of a factorization of A ≈ WZ of rank k, with biases of rows and columns or without: eight slots of factor
   * pairs, 0 … 7.
   */
  alsHandle(A: Handle, transpose: Handle, rank: number, biases: boolean, like: FloatArray): Handle
  /** A copy of the factors of items (rank×items), laid out for scoring, with a bias each or an empty array. */
  itemsHandle(Z: M, biases: V): Handle
}

/** The addon's functions outside the convention of kernels. */
export interface Addon {
  /** The first one given in an environment stays, and is returned to whoever comes later. */
  setFrame(frame: Float64Array): Float64Array
  cancel(ticket: number): boolean
  setThreads(count: number): void
  backend(): { library: string; version: string; core: string; threads: number; simd: string }
}
