/**
 * Dense linear algebra: products, factorizations, and what is made from them.
 *
 * **Products.** `matmul` is αAB + βC. Of the products of all pairs of entries, `kron` A ⊗ B has the blocks aᵢⱼB,
 * `khatriRao` A ⊙ B the columns aⱼ ⊗ bⱼ, `faceSplitting` the same of the rows, and `partitionedKhatriRao` takes blocks
 * where these take entries; `hadamard` A ∘ B multiplies entry by entry. They grow fast, and two identities often avoid
 * them: (C ⊙ D)ᵀ(C ⊙ D) = CᵀC ∘ DᵀD and (B ⊗ C)·vec(X) = vec(C·X·Bᵀ).
 *
 * **Systems.** Square: `solve`, told by `assume` what is known of A; `lu` or `cholesky` to factor once and solve often.
 * `inv` only where the inverse itself is wanted. More equations than unknowns, fewer, or dependent ones: `lstsq`, which
 * takes the fast way where it can and finds the rank where it must; `qr` for the factors, with `pivoting` to rank
 * columns.
 *
 * **Spectra.** A = U·diag(s)·Vᵀ by `svd`, or `singularValues` at a fraction of its cost; `truncatedSVD` for the leading
 * k of a large or sparse matrix, `pca` for those of centred data; `eigh` for a symmetric A = V·diag(w)·Vᵀ.
 *
 * **Made from singular values.** `polar` A = U·P, whose U is the nearest matrix with orthonormal columns; `pinv` A⁺,
 * where the matrix itself is wanted (`lstsq` solves better); `orth` and `nullSpace`, bases of range and kernel;
 * `matrixRank`, and `stableRank` ‖A‖²_F/‖A‖²₂, which small perturbations do not move; `cond`, by which errors of a
 * solution may grow. A singular value counts as zero up to `rtol` (ε·max(m, n) by default) times the largest.
 *
 * **Sizes.** `norm` in nine kinds; `det`, and `slogdet` where that would overflow. `add`, `subtract`, `scale`, `sum`,
 * `mean`.
 *
 * Each function but the entry-wise ones has an `…Async` twin, which works off the JavaScript thread. Many small
 * matrices of one shape go in one call as a `MatrixBatch`. float32 in, float32 out; mixed dtypes are refused.
 *
 * @see Golub, Van Loan, Matrix Computations, 4th edition
 * @module
 */
export { add } from './add.ts'
export { type CholeskyResult, cholesky, choleskyAsync } from './cholesky.ts'
export { cond, condAsync } from './cond.ts'
export { det, detAsync } from './det.ts'
export { type EighResult, eigh, eighAsync } from './eigh.ts'
export { faceSplitting, faceSplittingAsync } from './faceSplitting.ts'
export { hadamard } from './hadamard.ts'
export { inv, invAsync } from './inv.ts'
export { khatriRao, khatriRaoAsync } from './khatriRao.ts'
export { kron, kronAsync } from './kron.ts'
export { type LstsqOptions, type LstsqResult, lstsq, lstsqAsync } from './lstsq.ts'
export { type LuResult, lu, luAsync } from './lu.ts'
export { type MatmulOptions, matmul, matmulAsync } from './matmul.ts'
export { matrixRank, matrixRankAsync } from './matrixRank.ts'
export { mean } from './mean.ts'
export { norm, normAsync } from './norm.ts'
export { nullSpace, nullSpaceAsync } from './nullSpace.ts'
export { orth, orthAsync } from './orth.ts'
export {
  type Blocks,
  type PartitionedKhatriRaoOptions,
  partitionedKhatriRao,
  partitionedKhatriRaoAsync,
} from './partitionedKhatriRao.ts'
export { type PcaOptions, type PcaResult, pca, pcaAsync } from './pca.ts'
export { pinv, pinvAsync } from './pinv.ts'
export { type PolarResult, polar, polarAsync } from './polar.ts'
export { type QrFactorR, type QrOptions, type QrResult, qr, qrAsync } from './qr.ts'
export { scale } from './scale.ts'
export { singularValues, singularValuesAsync } from './singularValues.ts'
export { type SlogdetResult, slogdet, slogdetAsync } from './slogdet.ts'
export { type SolveOptions, solve, solveAsync } from './solve.ts'
export { stableRank, stableRankAsync } from './stableRank.ts'
export { subtract } from './subtract.ts'
export { sum } from './sum.ts'
export { type SvdBatchResult, type SvdOptions, type SvdResult, svd, svdAsync } from './svd.ts'
export {
  type TruncatedSVDOptions,
  type TruncatedSVDResult,
  truncatedSVD,
  truncatedSVDAsync,
} from './truncatedSVD.ts'
