// One triangle of a square matrix: which one, and its copy.
#pragma once
#include "pack.hpp"

namespace lowrank {

enum class Triangle { lower, upper };

// Copies the named triangle of A, diagonal included, into the row-major n×n `out` and zeroes the other one, which is
// never read: it may hold anything.
template <class T>
Scan<T> packTriangle(View<const T> A, Triangle which, T* out);

}  // namespace lowrank
