// Hadamard decomposition A ≈ (C₁D₁ᵀ) ∘ (C₂D₂ᵀ) ∘ … by alternating least squares.
#pragma once
#include <vector>

#include "csr.hpp"
#include "view.hpp"

namespace lowrank {

// A (m×n): dense, where NaN may stand for what is missing, or sparse, with its transpose, where everything is known.
template <class T>
struct HadamardOperand {
  index_t rows = 0, columns = 0;
  bool sparse = false, masked = false;
  View<const T> dense;
  Csr<T> byRows, byColumns;
};

// How many numbers all factors have: for each rank r in turn C (m×r), then D (n×r), row-major.
inline index_t hadamardLength(index_t rows, index_t columns, const std::vector<index_t>& ranks) {
  index_t sum = 0;
  for (const index_t r : ranks) sum += (rows + columns) * r;
  return sum;
}

// Solves D₁, C₁, D₂, C₂ … in turn, each by least squares with everything else fixed, from `factors` into `result`, and
// returns the squared error of the result over what is known. A row whose system is singular to rounding moves as
// little as it can. Sparse A is computed with in double and never takes m·n numbers; its squared error is a difference,
// good to ε‖A‖². The same bits for any number of threads. BLAS is called from our own pool: give it one thread.
template <class T>
double hadamardSweep(const HadamardOperand<T>& A, const std::vector<index_t>& ranks, const T* factors, T* result);

}  // namespace lowrank
