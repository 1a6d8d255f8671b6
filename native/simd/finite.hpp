// Members with a NaN or an infinity: found, reported and kept out of the arithmetic.
#pragma once
#include "members.hpp"

namespace lowrank::simd::LOWRANK_ISA {

// What info says about a member that is not finite, in every kernel that refuses such members.
inline constexpr int nonFinite = -1;

// The lanes in which some entry is not finite. x·0 is NaN for NaN and ±∞, else ±0.
template <class T>
inline Int<T> findNonFinite(Interleaved<T> a, index_t rows, index_t columns, Part part = Part::whole) {
  Vec<T> sum{};
  for (index_t i = 0; i < rows; ++i) {
    const index_t end = part == Part::whole ? columns : i + 1;
    for (index_t j = 0; j < end; ++j) sum += a(i, j) * T(0);
  }
  return sum != sum;
}

// Zeros in place of the members in `lanesToClear`: they converge at once, and NaN does not slow the loops that wait for
// all lanes.
template <class T>
inline void clear(Interleaved<T> a, index_t rows, index_t columns, Int<T> lanesToClear) {
  if (!any<T>(lanesToClear)) return;
  for (index_t i = 0; i < rows; ++i) {
    for (index_t j = 0; j < columns; ++j) a(i, j) = select<T>(lanesToClear, Vec<T>{}, a(i, j));
  }
}

}  // namespace lowrank::simd::LOWRANK_ISA
