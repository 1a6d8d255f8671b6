// The symmetric eigenproblem A = V diag(w) Vᵀ.
// Threads: up to 300×300 two BLAS threads were not faster than one, and up to 2.4 times slower: give it one there.
#pragma once
#include "outcome.hpp"
#include "view.hpp"

namespace lowrank {

// `eigenvalues` (n) ascend; the columns of the row-major `eigenvectors` (n×n) are orthonormal, each with its entry of
// largest magnitude positive (the first one on ties). A null `eigenvectors` asks for the values only, at a third of the
// cost. Only the lower triangle of A is read. info > 0: the iteration did not converge.
template <class T>
Outcome eigh(View<const T> A, T* eigenvalues, T* eigenvectors);

}  // namespace lowrank
