// Reduction to bidiagonal form, A = Q B Pᵀ: the first half of an SVD.
#pragma once
#include "view.hpp"

namespace lowrank {

// Overwrites the column-major m×n matrix A (m ≥ n) as gebrd does: B is upper bidiagonal with diagonal d (n) and
// superdiagonal e (n−1); the vectors of Q stand below the diagonal with their factors in tauQ (n), those of P, as rows,
// right of the superdiagonal with their factors in tauP (n).
//
// gebrd reads the remaining matrix twice for each column (Aᵀv, then A u), which is what its time goes into once the
// matrix has outgrown the cache. Here both products come from one pass (Howell, Demmel et al., "Cache efficient
// bidiagonalization using BLAS 2.5 operators", 2008).
template <class T>
void bidiagonalize(T* A, index_t m, index_t n, T* d, T* e, T* tauQ, T* tauP);

}  // namespace lowrank
