// LU factorization with partial pivoting, and what follows from it: solve, inverse, determinant, condition estimate.
// All results are row-major and contiguous.
// Threads: up to 300×300 two BLAS threads were not faster than one, and 10 % slower: give it one there.
#pragma once
#include <cstdint>

#include "outcome.hpp"
#include "view.hpp"

namespace lowrank {

// P A = L U of A (m×n). `packed` (m×n) holds U on and above the diagonal and L, whose unit diagonal is not stored,
// below. Row i of P A is row permutation[i] of A (m entries). info = i > 0: the i-th pivot (counted from 1) is exactly
// zero, so U is singular; the factorization is complete all the same.
template <class T>
Outcome lu(View<const T> A, T* packed, std::int32_t* permutation);

// The factors apart: L (m×k) with its unit diagonal and U (k×n), zeros in the other triangles, k = min(m, n).
template <class T>
void luFactors(const T* packed, index_t m, index_t n, T* L, T* U);

// X (n×p) with A X = B, from the factors of a square A whose info was 0: L and U apart, or `packed` for both. info
// stays 0.
template <class T>
Outcome luSolve(const T* L, const T* U, const std::int32_t* permutation, index_t n, View<const T> B, T* X);

// X (n×p) with A X = B. info as in `lu`; X is undefined where it is not 0.
template <class T>
Outcome solve(View<const T> A, View<const T> B, T* X);

// A⁻¹ (n×n). info as in `lu`; the result is undefined where it is not 0.
template <class T>
Outcome inverse(View<const T> A, T* result);

// det A = sign · exp(logAbs); a singular A has sign 0 and logAbs −Infinity. `value` is det A itself, multiplied out
// without overflow or underflow on the way. In double for float too.
struct Determinant {
  double value = 1, sign = 1, logAbs = 0;
};
// Only the diagonal of `packed` is read, so U does as well.
template <class T>
Determinant luDeterminant(const T* packed, const std::int32_t* permutation, index_t n);

// An estimate of 1 / (‖A‖₁ ‖A⁻¹‖₁), as gecon makes it, for `norm1` = ‖A‖₁. Costs about five solves with one right-hand
// side.
template <class T>
T luReciprocalCondition(const T* packed, index_t n, T norm1);

}  // namespace lowrank
