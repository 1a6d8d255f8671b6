#include "columnScaling.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace lowrank {

template <class T>
int rangeExponent(T largest) {
  using Limits = std::numeric_limits<T>;
  if (!(largest > 0)) return 0;
  // Sums of up to 2³² products with factors of at most one stay finite below the upper bound.
  const int exponent = std::ilogb(largest);
  return exponent > Limits::max_exponent - 40 || exponent < Limits::min_exponent + 2 * Limits::digits ? exponent : 0;
}

template <class T>
void scaleByPower(View<T> A, int exponent) {
  if (exponent == 0) return;
  for (index_t i = 0; i < A.rows; ++i)
    for (index_t j = 0; j < A.columns; ++j) A(i, j) = std::ldexp(A(i, j), exponent);
}

template <class T>
Buffer<int> normalizeColumns(T* A, index_t m, index_t n) {
  Buffer<T> largest(n);
  std::fill(largest.data(), largest.data() + n, T(0));
  for (index_t i = 0; i < m; ++i)
    for (index_t j = 0; j < n; ++j) largest[j] = std::max(largest[j], std::abs(A[i * n + j]));
  Buffer<int> exponents(n);
  for (index_t j = 0; j < n; ++j) exponents[j] = largest[j] > 0 ? std::ilogb(largest[j]) : 0;
  scaleColumns(A, m, n, exponents, -1);
  return exponents;
}

template <class T>
void scaleColumns(T* A, index_t m, index_t n, const Buffer<int>& exponents, int sign) {
  for (index_t i = 0; i < m; ++i)
    for (index_t j = 0; j < n; ++j) A[i * n + j] = std::ldexp(A[i * n + j], sign * exponents[j]);
}

#define INSTANTIATE(T)                                                     \
  template int rangeExponent(T);                                           \
  template void scaleByPower(View<T>, int);                                \
  template Buffer<int> normalizeColumns(T*, index_t, index_t);             \
  template void scaleColumns(T*, index_t, index_t, const Buffer<int>&, int);
INSTANTIATE(float)
INSTANTIATE(double)
#undef INSTANTIATE

}  // namespace lowrank
