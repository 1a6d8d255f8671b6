// Powers of two: multiplying by one is exact, so a kernel can bring a member near 1, where nothing overflows, and back.
#pragma once
#include "members.hpp"

namespace lowrank::simd::LOWRANK_ISA {

template <class T>
struct PowerOfTwo {
  Vec<T> value, inverse;  // both normal numbers

  // value·largest lies in [1, 2), or as near as normal numbers allow; largest ≥ 0 and finite.
  static PowerOfTwo normalizing(Vec<T> largest) {
    constexpr int bits = VectorTypes<T>::mantissaBits;
    constexpr Integer<T> sumOfExponents = 2 * VectorTypes<T>::exponentBias;
    const Int<T> exponent = exponentOf(largest);
    return {(Vec<T>)((sumOfExponents - exponent) << bits), (Vec<T>)(exponent << bits)};
  }

  // The exponent field of inverse: the exponent of `largest`, biased.
  static Int<T> exponentOf(Vec<T> largest) {
    constexpr Integer<T> last = 2 * VectorTypes<T>::exponentBias - 1;
    Int<T> exponent = (Int<T>)largest >> VectorTypes<T>::mantissaBits;
    exponent = exponent < 1 ? Int<T>{} + 1 : exponent;
    return exponent > last ? Int<T>{} + last : exponent;
  }
};

template <class T>
inline Vec<T> largestMagnitude(Interleaved<T> a, index_t rows, index_t columns, Part part = Part::whole) {
  Vec<T> largest{};
  for (index_t i = 0; i < rows; ++i) {
    const index_t end = part == Part::whole ? columns : i + 1;
    for (index_t j = 0; j < end; ++j) largest = maximum<T>(largest, absolute<T>(a(i, j)));
  }
  return largest;
}

template <class T>
inline void multiply(Interleaved<T> a, index_t rows, index_t columns, Vec<T> factor) {
  for (index_t i = 0; i < rows; ++i) {
    for (index_t j = 0; j < columns; ++j) a(i, j) *= factor;
  }
}

}  // namespace lowrank::simd::LOWRANK_ISA
