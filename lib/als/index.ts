/**
 * Alternating least squares: factors of a matrix found by solving for one of them while the others are fixed, in turn.
 * Each half of such a sweep is a linear least-squares problem for every row or column by itself, solved exactly or
 * improved by conjugate gradients, so that no sweep increases the objective.
 *
 * **Factorization.** A is known whole: {@link factorize} minimizes ‖A − WZ‖² + λw‖W‖² + λz‖Z‖², by a truncated SVD or
 * by the iteration, which comes to the same.
 *
 * **Completion.** Of A (m×n) only the entries aᵢⱼ with (i, j) in Ω are known: {@link Ratings}. The model is x̂ᵢⱼ = μ +
 * bᵢ + cⱼ + wᵢᵀzⱼ, with rows wᵢ of W (m×k), columns zⱼ of Z (k×n), biases b and c and the mean μ. Fitting it minimizes
 * Σ_Ω (aᵢⱼ − x̂ᵢⱼ)² + Σᵢ λᵢ(‖wᵢ‖² + bᵢ²) + Σⱼ λⱼ(‖zⱼ‖² + cⱼ²), where λᵢ is λ ('ridge') or λ·nᵢ with the nᵢ ratings of
 * row i ('weighted', which asks the same of rows with many ratings and with few): {@link completeALS}. Take a λ that
 * does well on ratings held out, by its `validation`: on MovieLens 0.1 to 0.15 weighted, 10 to 15 ridge; without biases
 * or centring errors are larger. Whole sweeps are extrapolated by default, which halves their number; 'ncg' is for
 * going to the very end.
 *
 * **Implicit feedback.** Where rᵢⱼ only counts how often something was chosen, all entries are known: preferences pᵢⱼ =
 * [rᵢⱼ > 0], in which one trusts by cᵢⱼ = 1 + α|rᵢⱼ|. Minimized is Σ cᵢⱼ(pᵢⱼ − wᵢᵀzⱼ)² over all i and j, plus λ(‖W‖² +
 * ‖Z‖²), by {@link implicitALS}; what all rows have in common, the Gram matrix ZZᵀ, keeps that proportional to the
 * ratings.
 *
 * **Other products.** A whole matrix, or one with missing entries, in few numbers: `hadamardALS`, (C₁D₁ᵀ) ∘ (C₂D₂ᵀ),
 * where many singular values matter and A is no matrix of low rank; `kroneckerALS`, Σ B ⊗ C, where blocks of A resemble
 * each other; `khatriRaoALS`, B₁ ⊙ B₂ ⊙ …, where each column is nearly a product of vectors.
 *
 * **Data.** `ratings` from arrays, `readRatings` from a file; `split` holds some out to choose and to judge by, which
 * `evaluate` does by errors and by rankings.
 *
 * **Use.** A {@link CompletionModel} predicts, recommends to rows that it knows and to others, finds similar items,
 * takes new rows in, and is saved to a file.
 *
 * @see Lu, Low-Rank Approximation, Adaptation, and Other Tales, arXiv 2408.05883; Zhou, Wilkinson, Schreiber, Pan,
 * Large-scale Parallel Collaborative Filtering for the Netflix Prize, AAIM 2008; Hu, Koren, Volinsky, Collaborative
 * Filtering for Implicit Feedback Datasets, ICDM 2008
 * @module
 */
export type { IterationOptions, IterationReport, IterationResult, StopReason } from '../core/stopping.ts'
export type { Approximation } from './approximation.ts'
export { type CompleteALSOptions, completeALS, completeALSAsync } from './completeALS.ts'
export { type EvaluateOptions, type Evaluation, evaluate, evaluateAsync } from './evaluate.ts'
export { type Factorization, type FactorizeOptions, factorize, factorizeAsync } from './factorize.ts'
export type { InitialFactors, RatingsLike } from './fitInput.ts'
export type { UnseenRow } from './foldIn.ts'
export { type HadamardDecomposition, type HadamardOptions, hadamardALS, hadamardALSAsync } from './hadamardALS.ts'
export type { HadamardFactor } from './hadamardFactors.ts'
export { type Id, Ids } from './ids.ts'
export { type ImplicitALSOptions, implicitALS, implicitALSAsync } from './implicitALS.ts'
export {
  type KhatriRaoDecomposition,
  type KhatriRaoOptions,
  khatriRaoALS,
  khatriRaoALSAsync,
} from './khatriRaoALS.ts'
export {
  type KroneckerDecomposition,
  type KroneckerOptions,
  type KroneckerTerm,
  kroneckerALS,
  kroneckerALSAsync,
} from './kroneckerALS.ts'
export { CompletionModel, type ModelFit, type ModelSettings, type SweepReport } from './model.ts'
export type { Mask } from './observed.ts'
export type { PredictOptions } from './predict.ts'
export { Ratings, type RatingsOptions, ratings } from './ratings.ts'
export { type ReadRatingsOptions, readRatings } from './readRatings.ts'
export type { RecommendOptions } from './recommend.ts'
export type { Regularization } from './regularization.ts'
export type { SimilarItemsOptions } from './similarItems.ts'
export { type SplitOptions, type SplitResult, split } from './split.ts'
export type { Recommendations } from './topItems.ts'
