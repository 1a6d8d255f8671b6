// Singular value decomposition A = U diag(s) Vᵀ of a general m×n matrix, k = min(m, n).
// Threads: up to 300×300 two BLAS threads were not faster than one, and up to 1.6 times slower: give it one there.
#pragma once
#include "outcome.hpp"
#include "view.hpp"

namespace lowrank {

enum class SvdMode { thin, full, values };

// Thin: U (m×k), Vt (k×n); full: U (m×m), Vt (n×n); values: both may be null. All row-major. `singularValues` (k)
// descend. The entry of largest magnitude (the first one on ties) is positive in each left vector, and in each right
// vector that mode full adds beyond the pairs. info > 0: neither gesdd nor gesvd converged.
template <class T>
Outcome svd(View<const T> A, SvdMode mode, T* U, T* singularValues, T* Vt);

}  // namespace lowrank
