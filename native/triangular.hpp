// Triangular systems. All results are row-major and contiguous.
#pragma once
#include "outcome.hpp"
#include "triangle.hpp"
#include "view.hpp"

namespace lowrank {

// X (n×p) with A X = B, A the named triangle of a square matrix; the other triangle is not read.
// info = i > 0: the i-th diagonal entry (counted from 1) is exactly zero.
template <class T>
Outcome solveTriangular(View<const T> A, Triangle which, View<const T> B, T* X);

// Whether the diagonal is read, or taken to be ones (the unit factor of an LU).
enum class Diagonal { stored, unit };

// Replaces the row-major X (n×p) by op(A)⁻¹ X, A the named triangle of a row-major n×n matrix with a diagonal free of
// zeros, op the transpose where `transposed`. The building block of every direct solver here.
template <class T>
void solveTriangularInPlace(const T* A, index_t n, Triangle which, bool transposed, Diagonal diagonal, T* X, index_t p);

}  // namespace lowrank
