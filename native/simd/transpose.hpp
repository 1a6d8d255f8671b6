// A square of numbers held in `lanes<T>` vectors, transposed in registers: rows of members become lanes, and back.
#pragma once
#include "vector.hpp"

namespace lowrank::simd::LOWRANK_ISA {

template <int... I>
struct Indices {};
template <int N, int... I>
struct CountTo : CountTo<N - 1, N - 1, I...> {};
template <int... I>
struct CountTo<0, I...> {
  using type = Indices<I...>;
};

// One stage exchanges, between two vectors `distance` rows apart, the off-diagonal blocks of `distance` lanes.
template <class T, int distance, int... lane>
inline void exchangeBlocks(Vec<T>& upper, Vec<T>& lower, Indices<lane...>) {
  constexpr int width = lanes<T>;
  const Vec<T> a = upper, b = lower;
  upper = __builtin_shufflevector(a, b, (lane & distance ? width + lane - distance : lane)...);
  lower = __builtin_shufflevector(a, b, (lane & distance ? width + lane : lane + distance)...);
}

template <class T, int distance = lanes<T> / 2>
inline void transpose(Vec<T>* square) {
  for (int row = 0; row < lanes<T>; ++row) {
    if (row & distance) continue;
    exchangeBlocks<T, distance>(square[row], square[row + distance], typename CountTo<lanes<T>>::type{});
  }
  if constexpr (distance > 1) transpose<T, distance / 2>(square);
}

}  // namespace lowrank::simd::LOWRANK_ISA
