// Least squares by the normal equations with iterative correction: the fast way for a tall, reasonably conditioned A.
#pragma once
#include "view.hpp"

namespace lowrank {

// False: A is not certainly of full rank at rtol, too ill conditioned, or something is not finite or out of range. The
// outputs are rubbish then, and an orthogonal factorization must decide. A is m×n with m ≥ n > 0.
template <class T>
bool lstsqNormal(View<const T> A, View<const T> B, double rtol, T* X, T* residuals);

}  // namespace lowrank
