// Products of Householder reflectors Q = H₀ H₁ … H_{k−1}, H_j = I − τ_j v_j v_jᵀ, as LAPACK's factorizations leave
// them.
#pragma once
#include "view.hpp"

namespace lowrank {

// C := Q C. `vectors` (r×k): column j holds v_j below its diagonal; v_j is 0 above it and 1 on it, whatever stands
// there. C (r×p) is row-major or column-major (one of its strides is 1). What ormqr, ormbr and ormtr do, up to twice as
// fast: blocks as wide as suits the size, and GEMM throughout where they use TRMM.
template <class T>
void applyReflectors(View<const T> vectors, const T* tau, View<T> C);

}  // namespace lowrank
