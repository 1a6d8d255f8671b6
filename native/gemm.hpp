// C ← αAB + βC. A (m×k), B (k×n), C (m×n), any strides; BLAS reads and writes them in place where one stride is 1.
// β = 0 never reads C. NaN and infinities are carried on.
#pragma once
#include "view.hpp"

namespace lowrank {

template <class T>
void multiply(T alpha, View<const T> A, View<const T> B, T beta, View<T> C);

}  // namespace lowrank
