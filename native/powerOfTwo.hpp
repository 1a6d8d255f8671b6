// Scaling by a power of two, which is exact: keeps the squares of huge and tiny numbers within range.
#pragma once
#include <cmath>
#include <cstdlib>
#include <limits>

#include "view.hpp"

namespace lowrank {

// The exponent of the power of two that brings numbers of magnitude up to `largest` to about 1; 0 where their squares
// are far from overflow and underflow as they are.
template <class T>
int scalingExponent(T largest) {
  if (largest == 0) return 0;
  constexpr int safe = std::numeric_limits<T>::max_exponent / 4;
  const int exponent = std::ilogb(largest);
  return std::abs(exponent) < safe ? 0 : -exponent;
}

// In two steps, because 2^exponent may itself overflow where x is subnormal.
template <class T>
void scaleByPowerOfTwo(T* x, index_t count, int exponent) {
  if (exponent == 0) return;
  const T first = std::ldexp(T(1), exponent / 2), second = std::ldexp(T(1), exponent - exponent / 2);
  for (index_t i = 0; i < count; ++i) x[i] = x[i] * first * second;
}

}  // namespace lowrank
