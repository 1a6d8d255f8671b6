// SVD of a tall matrix through its QR factorization: A = Q·R, R = U_R·S·Vᵀ, U = Q·U_R.
#pragma once
#include "outcome.hpp"
#include "view.hpp"

namespace lowrank {

// Whose largest entry (in magnitude, the first one on ties) is made positive in each pair of singular vectors.
enum class PositiveVectors { left, right };

// A is m×n, m ≥ n: U m×n and Vt n×n, row-major; n singular values, which descend. U and Vt null: the values only.
// A wide matrix is given as its transpose, with PositiveVectors::right: then Vtᵀ and Uᵀ are its U and Vt.
// info > 0: the SVD of R did not converge.
// Threads: give it one BLAS thread below 4e8 flops (2·m·n²; 1000×450), and whenever m ≥ 40·n, where the products are
// panels too small to share. A cautious guess: the crossover has not been measured on an idle machine.
template <class T>
Outcome svdTall(View<const T> A, T* U, T* singularValues, T* Vt, PositiveVectors positive = PositiveVectors::left);

}  // namespace lowrank
