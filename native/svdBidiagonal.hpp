// The SVD of a matrix that is about square: reduction to bidiagonal form, divide and conquer, back transformation.
// gesdd's way, with the first and the last step replaced by faster ones.
#pragma once
#include "view.hpp"

namespace lowrank {

// The column-major m×n matrix A (m ≥ n ≥ 1) is destroyed; `largest` is the magnitude of its largest entry.
// U (m×n, or m×m for all left vectors) and Vt (n×n) are row-major or column-major, with a null U for the values only.
// Returns info: 0, or positive if divide and conquer failed.
template <class T>
int svdBidiagonal(T* A, index_t m, index_t n, T largest, View<T> U, T* singularValues, View<T> Vt);

}  // namespace lowrank
