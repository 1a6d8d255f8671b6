// What makes singular vectors and eigenvectors unique: their order and their signs.
#pragma once
#include "members.hpp"

namespace lowrank::simd::LOWRANK_ISA {

// x and y change places in the lanes of the mask.
template <class T>
inline void exchange(Vec<T>* x, Vec<T>* y, index_t length, Int<T> mask) {
  for (index_t i = 0; i < length; ++i) {
    const Vec<T> u = x[i], v = y[i];
    x[i] = select<T>(mask, v, u);
    y[i] = select<T>(mask, u, v);
  }
}

// Orders the values of each lane: neighbours for which wrong(first, second) holds change places, and exchangeColumns(j,
// lanes) does the same for what belongs to them.
template <class T, class Wrong, class Exchange>
inline void sortColumns(Vec<T>* values, index_t n, Wrong wrong, Exchange exchangeColumns) {
  Int<T> exchanged = ~Int<T>{};
  for (index_t last = n - 1; last > 0 && any<T>(exchanged); --last) {
    exchanged = Int<T>{};
    for (index_t j = 0; j < last; ++j) {
      const Int<T> here = wrong(values[j], values[j + 1]);
      if (!any<T>(here)) continue;
      exchanged |= here;
      exchange<T>(values + j, values + j + 1, 1, here);
      exchangeColumns(j, here);
    }
  }
}

// ±1: the sign of the entry of largest magnitude, the first one of several.
template <class T>
inline Vec<T> signOfLargest(const Vec<T>* x, index_t length) {
  Vec<T> largest{}, sign = broadcast<T>(1);
  for (index_t i = 0; i < length; ++i) {
    const Vec<T> size = absolute<T>(x[i]);
    const Int<T> larger = size > largest;
    largest = select<T>(larger, size, largest);
    sign = select<T>(larger, signOf<T>(x[i]), sign);
  }
  return sign;
}

}  // namespace lowrank::simd::LOWRANK_ISA
