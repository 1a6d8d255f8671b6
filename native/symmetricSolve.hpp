// A X = B for a symmetric, possibly indefinite A, by Bunch–Kaufman pivoting (A = L D Lᵀ, D of 1×1 and 2×2 blocks).
#pragma once
#include "outcome.hpp"
#include "view.hpp"

namespace lowrank {

// X (n×p, row-major). Only the lower triangle of A is read.
// info = i > 0: the i-th block of D is exactly singular (counted from 1); X is then undefined.
template <class T>
Outcome solveSymmetric(View<const T> A, View<const T> B, T* X);

}  // namespace lowrank
