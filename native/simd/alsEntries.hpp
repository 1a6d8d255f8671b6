// The entries of a row, as many at a time as a vector has lanes: products of their features with a vector, and sums of their features.
#pragma once
#include "../alsRows.hpp"
#include "transpose.hpp"

namespace lowrank::simd::LOWRANK_ISA {

// Some entries of row i, one a lane; the lanes left over at the end repeat the last one and have `real` 0.
template <class T>
struct EntryGroup {
  const T* features[lanes<T>];
  Vec<T> values, real;
  int count;

  EntryGroup(const AlsRows<T>& rows, index_t at, index_t end) : count(end - at < lanes<T> ? static_cast<int>(end - at) : lanes<T>) {
    for (int lane = 0; lane < lanes<T>; ++lane) {
      const index_t entry = at + (lane < count ? lane : count - 1);
      features[lane] = rows.features + rows.A.columnIndices[entry] * rows.stride;
      values[lane] = rows.A.values[entry];
      real[lane] = lane < count ? 1 : 0;
    }
  }

  // fᵀx of each; x is zero from the width up to a multiple of the lanes.
  Vec<T> times(const T* x, index_t width) const {
    Vec<T> sums[lanes<T>]{};
    for (index_t c = 0; c < width; c += lanes<T>) {
      const Vec<T> part = load(x + c);
      for (int lane = 0; lane < lanes<T>; ++lane) sums[lane] += load(features[lane] + c) * part;
    }
    transpose<T>(sums);
    for (int step = 1; step < lanes<T>; step *= 2)
      for (int lane = 0; lane < lanes<T>; lane += 2 * step) sums[lane] += sums[lane + step];
    return sums[0];
  }

  // target += Σ coefficient·f; target has room for whole vectors.
  void add(Vec<T> coefficients, T* target, index_t width) const {
    for (index_t c = 0; c < width; c += lanes<T>) {
      Vec<T> even = load(target + c), odd{};
      for (int lane = 0; lane < lanes<T>; lane += 2) {
        even += coefficients[lane] * load(features[lane] + c);
        odd += coefficients[lane + 1] * load(features[lane + 1] + c);
      }
      store(target + c, even + odd);
    }
  }

  // What is to be fitted: of explicit ratings what mean and offset leave, of implicit ones the preference.
  Vec<T> targets(const AlsRows<T>& rows) const {
    if (rows.implicit) return select<T>(values > T(0), broadcast<T>(1), Vec<T>{}) * real;
    Vec<T> left = values - rows.mean;
    if (rows.offsets)
      for (int lane = 0; lane < lanes<T>; ++lane) left[lane] -= features[lane][rows.width];
    return left * real;
  }

  // Confidence less the 1 that all entries have; 1 for explicit ratings.
  Vec<T> weights(const AlsRows<T>& rows) const { return rows.implicit ? rows.alpha * absolute<T>(values) * real : real; }
};

template <class T>
inline double sumOfLanes(Vec<T> x) {
  double sum = 0;
  for (int lane = 0; lane < lanes<T>; ++lane) sum += static_cast<double>(x[lane]);
  return sum;
}

// Room for a vector of `width` numbers, whole vectors of them.
template <class T>
inline index_t paddedWidth(index_t width) {
  return (width + lanes<T> - 1) / lanes<T> * lanes<T>;
}

template <class T>
inline void copyPadded(const T* from, index_t width, T* to) {
  for (index_t c = 0; c < width; ++c) to[c] = from[c];
  for (index_t c = width; c < paddedWidth<T>(width); ++c) to[c] = 0;
}

}  // namespace lowrank::simd::LOWRANK_ISA
