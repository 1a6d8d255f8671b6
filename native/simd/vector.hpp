// SIMD vectors of the instruction set that this file is compiled for, and what every kernel does with them.
//
// The kernels hold one matrix in each lane: a Vec<T> is the same entry of `lanes<T>` different matrices, so all the
// arithmetic is element-wise and a lane never sees its neighbour. Every source under native/simd that includes this
// file is compiled once for each instruction set, with LOWRANK_ISA naming the namespace.
//
// Nothing of std:: may be instantiated here: the linker keeps one copy of an inline function or template for the whole
// program, and that copy may be the AVX-512 one. Builtins only; everything lives in the namespace of its instruction
// set.
#pragma once
#include <cstdint>

#ifndef LOWRANK_ISA
#error "compile native/simd through its CMakeLists.txt, which defines LOWRANK_ISA"
#endif

namespace lowrank::simd::LOWRANK_ISA {

#if defined(__AVX512F__)
#define LOWRANK_VECTOR_BYTES 64
#elif defined(__AVX2__)
#define LOWRANK_VECTOR_BYTES 32
#else
#define LOWRANK_VECTOR_BYTES 16
#endif

template <class T>
struct VectorTypes;
template <>
struct VectorTypes<double> {
  using Integer = std::int64_t;
  using Vec = double __attribute__((vector_size(LOWRANK_VECTOR_BYTES)));
  using Int = std::int64_t __attribute__((vector_size(LOWRANK_VECTOR_BYTES)));
  static constexpr int mantissaBits = 52, exponentBias = 1023;
};
template <>
struct VectorTypes<float> {
  using Integer = std::int32_t;
  using Vec = float __attribute__((vector_size(LOWRANK_VECTOR_BYTES)));
  using Int = std::int32_t __attribute__((vector_size(LOWRANK_VECTOR_BYTES)));
  static constexpr int mantissaBits = 23, exponentBias = 127;
};

template <class T>
using Vec = typename VectorTypes<T>::Vec;
// Integers as wide as T, one a lane. Comparisons give such a vector too: −1 where true, 0 where false (a mask).
template <class T>
using Int = typename VectorTypes<T>::Int;
template <class T>
using Integer = typename VectorTypes<T>::Integer;

template <class T>
inline constexpr int lanes = LOWRANK_VECTOR_BYTES / static_cast<int>(sizeof(T));

// ε: the distance from 1 to the next number.
template <class T>
inline constexpr T epsilon = sizeof(T) == 8 ? T(0x1p-52) : T(0x1p-23);

template <class T>
inline Vec<T> broadcast(T value) {
  return value - Vec<T>{};  // not 0 + value, which would turn −0 into 0
}

template <class T>
inline Vec<T> select(Int<T> mask, Vec<T> yes, Vec<T> no) {
  return mask ? yes : no;
}

template <class T>
inline bool any(Int<T> mask) {
  Integer<T> bits = 0;
  for (int lane = 0; lane < lanes<T>; ++lane) bits |= mask[lane];
  return bits != 0;
}

template <class T>
inline Vec<T> squareRoot(Vec<T> x) {
  Vec<T> root;
  for (int lane = 0; lane < lanes<T>; ++lane) {
    if constexpr (sizeof(T) == 8) root[lane] = __builtin_sqrt(x[lane]);
    else root[lane] = __builtin_sqrtf(x[lane]);
  }
  return root;
}

template <class T>
inline Vec<T> absolute(Vec<T> x) {
  return (Vec<T>)((Int<T>)x & ~((Integer<T>)1 << (8 * sizeof(T) - 1)));
}

// ±1 with the sign of x.
template <class T>
inline Vec<T> signOf(Vec<T> x) {
  return (Vec<T>)(((Int<T>)x & ((Integer<T>)1 << (8 * sizeof(T) - 1))) | (Int<T>)broadcast<T>(1));
}

template <class T>
inline Vec<T> maximum(Vec<T> a, Vec<T> b) {
  return a > b ? a : b;
}

template <class T>
inline Vec<T> minimum(Vec<T> a, Vec<T> b) {
  return a < b ? a : b;
}

// Unaligned, and blind to type-based aliasing: how plain arrays are read and written.
template <class T>
inline Vec<T> load(const T* from) {
  Vec<T> x;
  __builtin_memcpy(&x, from, sizeof x);
  return x;
}

template <class T>
inline void store(T* to, Vec<T> x) {
  __builtin_memcpy(to, &x, sizeof x);
}

}  // namespace lowrank::simd::LOWRANK_ISA
