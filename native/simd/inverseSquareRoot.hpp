// 1/√x without the divider, where the processor can: the one place with intrinsics, because the compilers do not make
// these instructions from plain code. Square roots and divisions bound a Jacobi turn: without this, SVDs of 8×8
// matrices take a quarter longer.
#pragma once
#include "vector.hpp"

#if defined(__AVX512F__)
#include <immintrin.h>
#endif

namespace lowrank::simd::LOWRANK_ISA {

#if defined(__AVX512F__)

// maskz: the plain forms make GCC 12 warn about a variable of its own header.
inline Vec<double> estimate(Vec<double> x) { return _mm512_maskz_rsqrt14_pd(0xff, x); }
inline Vec<float> estimate(Vec<float> x) { return _mm512_maskz_rsqrt14_ps(0xffff, x); }

// Within 1.5 ulp for normal x: the estimate y has 14 bits, and e = 1 − x y² gives the rest, 1/√x = y (1 − e)^(−½).
template <class T>
inline Vec<T> inverseSquareRoot(Vec<T> x) {
  const Vec<T> y = estimate(x), e = 1 - x * y * y;
  if constexpr (sizeof(T) == 8) return y + y * e * (T(0.5) + e * (T(0.375) + e * T(0.3125)));
  else return y + y * e * (T(0.5) + e * T(0.375));
}

#else

template <class T>
inline Vec<T> inverseSquareRoot(Vec<T> x) {
  return 1 / squareRoot<T>(x);
}

#endif

}  // namespace lowrank::simd::LOWRANK_ISA
