// Blocks of columns small enough that a kernel keeps them in registers.
#pragma once
#include "../view.hpp"
#include "vector.hpp"

// Before a loop of few, constant turns: arrays of vectors are registers only where every index is a constant.
#if defined(__clang__)
#define LOWRANK_UNROLL _Pragma("unroll")
#else
#define LOWRANK_UNROLL _Pragma("GCC unroll 16")
#endif

namespace lowrank::simd::LOWRANK_ISA {

template <int N>
struct Size {
  static constexpr int value = N;
};

// Half of the vector registers, less what a loop needs besides: AVX-512 and NEON have 32, SSE and AVX2 16.
#if defined(__AVX512F__) || defined(__aarch64__)
inline constexpr int widestChunk = 8;
#else
inline constexpr int widestChunk = 4;
#endif

// Room for a vector of `width` numbers, whole vectors of them.
template <class T>
inline index_t paddedWidth(index_t width) {
  return (width + lanes<T> - 1) / lanes<T> * lanes<T>;
}

// Cuts [begin, end) into pieces of `widest`, then half as wide and so on, and calls body(Size<width>, first index) for
// each.
template <int widest, class Body>
inline void forChunks(index_t begin, index_t end, Body body) {
  for (; begin + widest <= end; begin += widest) body(Size<widest>{}, begin);
  if constexpr (widest > 1) forChunks<widest / 2>(begin, end, body);
}

}  // namespace lowrank::simd::LOWRANK_ISA
