// From a basis of approximate right singular vectors of B (m×n) to singular triplets.
#pragma once
#include "largeOperand.hpp"
#include "outcome.hpp"

namespace lowrank {

// V (n×p, row-major, p ≤ min(m, n)) spans the space; `refinements` times B's image of it is multiplied by Bᵀ and B
// again, which makes good what the squares of singular values hide. Results: U (m×k), Vt (k×n), row-major, k ≤ p
// values, descending. U and Vt are orthonormal to rounding whatever the rank of B.
Outcome tripletsFrom(const LargeOperand& B, const double* V, index_t p, int refinements, index_t k, double* U,
                     double* values, double* Vt);

// Σ (s(B − U diag(values) Vt))².
double residualSquares(const LargeOperand& B, double s, const double* U, const double* values, const double* Vt,
                       index_t k);

}  // namespace lowrank
