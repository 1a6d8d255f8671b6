// One half of a sweep of alternating least squares: every row of A fitted by the features of its entries' columns.
#pragma once
#include "alsRows.hpp"
#include "buffer.hpp"

namespace lowrank {

enum class AlsMethod {
  exact,      // normal equations by Cholesky
  conjugate,  // some steps of conjugate gradients from the present solutions
  nonnegative
};

struct AlsOptions {
  double mean = 0, regularization = 0;
  bool weighted = false, implicit = false;
  double alpha = 0;
  AlsMethod method = AlsMethod::exact;
  int steps = 3;  // of conjugate gradients
};

struct AlsOutcome {
  double objective = 0;  // Σ over the rows of their minima: squared errors and the rows' own penalty
  index_t hard = 0;      // rows that Cholesky could not solve safely
};

// Features as the SIMD kernels read them: one row a column of A, aligned and padded.
template <class T>
struct AlsFeatures {
  Buffer<T> data;
  index_t count = 0, stride = 0, width = 0;
  bool offsets = false;

  // Rows of `factors` (count×k); where `biased`, a feature `constant` behind them; then the offset, where there are
  // any. Memory of the same size is used again.
  void pack(const View<const T>& factors, bool biased, T constant, const View<const T>* offsets);
};

// Σ fⱼfⱼᵀ, width×width, row-major; the same bits for any number of threads.
template <class T>
Buffer<T> gramOf(const AlsFeatures<T>& features);

// `solutions`: A.rows rows of `features.width` numbers, `solutionStride` apart.
// All of it is computed in T, sums over many entries panel by panel: the solutions meet the normal equations to some
// tens of ε of their terms, in float as in double. Rows whose pivots cancel to 2¹⁰ε of the diagonal are solved once
// more in double (alsHard.hpp).
template <class T>
AlsOutcome solveRows(const Csr<T>& A, const AlsFeatures<T>& features, const AlsOptions& options, T* solutions,
                     index_t solutionStride);

// Σ of the squared errors of A's entries, explicit ratings.
template <class T>
double squaredErrors(const Csr<T>& A, const AlsFeatures<T>& features, const AlsOptions& options, const T* solutions,
                     index_t solutionStride);

// Coefficients of 1 … t⁴ of the squared errors at solutions + t·directions and features + t·directionFeatures; explicit
// ratings.
template <class T>
void quarticErrors(const Csr<T>& A, const AlsFeatures<T>& features, const AlsOptions& options, const T* solutions,
                   const AlsFeatures<T>& directionFeatures, const T* directions, index_t solutionStride,
                   double* coefficients);

}  // namespace lowrank
