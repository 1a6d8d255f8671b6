// Cholesky factorization A = L Lᵀ of a symmetric positive definite matrix, and solving with it.
// Only the lower triangle of A is read. All results are row-major and contiguous.
// Threads: up to 500×500 two BLAS threads were not faster than one: give it one there.
#pragma once
#include "outcome.hpp"
#include "view.hpp"

namespace lowrank {

// L (n×n), zero above the diagonal. info > 0: the leading minor of that order is not positive; L is then undefined.
template <class T>
Outcome cholesky(View<const T> A, T* L);

// X (n×p) with L Lᵀ X = B, for an L that `cholesky` returned. info stays 0.
template <class T>
Outcome choleskySolve(const T* L, index_t n, View<const T> B, T* X);

// X (n×p) with A X = B. info as in `cholesky`.
template <class T>
Outcome solvePositiveDefinite(View<const T> A, View<const T> B, T* X);

}  // namespace lowrank
