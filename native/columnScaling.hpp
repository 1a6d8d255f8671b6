// Exact rescaling by powers of two of matrices so large or so small that the sums inside a factorization would
// overflow or lose digits to underflow. Everything in between is left alone, and costs nothing.
#pragma once
#include "buffer.hpp"

namespace lowrank {

// The exponent by which a matrix whose largest magnitude is `largest` must be divided, 0 for nearly all.
template <class T>
int rangeExponent(T largest);

// Multiplies every entry by 2^exponent.
template <class T>
void scaleByPower(View<T> A, int exponent);

// Brings each column of the row-major m×n matrix by itself to a largest magnitude near one, so that columns of very
// different sizes all keep their digits. Returns the exponents that restore them.
template <class T>
Buffer<int> normalizeColumns(T* A, index_t m, index_t n);

// Multiplies column j of the row-major m×n matrix by 2^exponents[j].
template <class T>
void scaleColumns(T* A, index_t m, index_t n, const Buffer<int>& exponents, int sign = 1);

}  // namespace lowrank
