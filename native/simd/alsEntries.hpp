// The entries of a row, as many at a time as a vector has lanes: products of their features with a vector, and sums of
// their features.
#pragma once
#include "../alsRows.hpp"
#include "chunks.hpp"
#include "transpose.hpp"

namespace lowrank::simd::LOWRANK_ISA {

// A row without entries is solved by zero.
template <class T>
inline void setEmpty(const AlsRows<T>& rows, index_t i) {
  for (index_t c = 0; c < rows.width; ++c) rows.solutions[i * rows.solutionStride + c] = 0;
  rows.objectives[i] = 0;
}

// Some entries of row i, one a lane; the lanes left over at the end repeat the last one and have `real` 0.
template <class T>
struct EntryGroup {
  const T* features[lanes<T>];
  Vec<T> values, real;
  int count;

  EntryGroup(const AlsRows<T>& rows, index_t at, index_t end)
      : count(end - at < lanes<T> ? static_cast<int>(end - at) : lanes<T>) {
    LOWRANK_UNROLL
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
      LOWRANK_UNROLL
      for (int lane = 0; lane < lanes<T>; ++lane) sums[lane] += load(features[lane] + c) * part;
    }
    transpose<T>(sums);
    LOWRANK_UNROLL
    for (int step = 1; step < lanes<T>; step *= 2)
      LOWRANK_UNROLL
      for (int lane = 0; lane < lanes<T>; lane += 2 * step) sums[lane] += sums[lane + step];
    return sums[0];
  }

  // target += Σ coefficient·f; target has room for whole vectors.
  void add(Vec<T> coefficients, T* target, index_t width) const {
    for (index_t c = 0; c < width; c += lanes<T>) {
      Vec<T> even = load(target + c), odd{};
      LOWRANK_UNROLL
      for (int lane = 0; lane < lanes<T>; lane += 2) {
        even += coefficients[lane] * load(features[lane] + c);
        odd += coefficients[lane + 1] * load(features[lane + 1] + c);
      }
      store(target + c, even + odd);
    }
  }

  // target += Σ weight·f∘f.
  void addSquares(Vec<T> weights, T* target, index_t width) const {
    for (index_t c = 0; c < width; c += lanes<T>) {
      Vec<T> sum = load(target + c);
      LOWRANK_UNROLL
      for (int lane = 0; lane < lanes<T>; ++lane) {
        const Vec<T> part = load(features[lane] + c);
        sum += weights[lane] * part * part;
      }
      store(target + c, sum);
    }
  }

  // What is to be fitted: of explicit ratings what mean and offset leave, of implicit ones the preference.
  Vec<T> targets(const AlsRows<T>& rows) const {
    if (rows.implicit) return select<T>(values > T(0), broadcast<T>(1), Vec<T>{}) * real;
    Vec<T> left = values - rows.mean;
    if (rows.offsets)
      LOWRANK_UNROLL
      for (int lane = 0; lane < lanes<T>; ++lane) left[lane] -= features[lane][rows.width];
    return left * real;
  }

  // Confidence less the 1 that all entries have; 1 for explicit ratings.
  Vec<T> weights(const AlsRows<T>& rows) const {
    return rows.implicit ? rows.alpha * absolute<T>(values) * real : real;
  }
};

template <class T>
inline double sumOfLanes(Vec<T> x) {
  double sum = 0;
  for (int lane = 0; lane < lanes<T>; ++lane) sum += static_cast<double>(x[lane]);
  return sum;
}

template <class T>
inline void copyPadded(const T* from, index_t width, T* to) {
  for (index_t c = 0; c < width; ++c) to[c] = from[c];
  for (index_t c = width; c < paddedWidth<T>(width); ++c) to[c] = 0;
}

// Calls use(group, sums) for the entries of row i; the sums go to double after every few, which keeps them accurate in
// float.
template <class T, int count, class Use>
inline void sumEntries(const AlsRows<T>& rows, index_t i, double (&sums)[count], Use use) {
  constexpr index_t several = 16 * lanes<T>;
  const index_t end = rows.A.rowPointers[i + 1];
  for (double& sum : sums) sum = 0;
  for (index_t at = rows.A.rowPointers[i]; at < end;) {
    const index_t pause = end - at < several ? end : at + several;
    Vec<T> parts[count]{};
    for (; at < pause; at += lanes<T>) use(EntryGroup<T>(rows, at, end), parts);
    for (int c = 0; c < count; ++c) sums[c] += sumOfLanes<T>(parts[c]);
  }
}

// The squared errors of some entries; of implicit ones c(p − d)² − d², because all columns together leave Σ d² for zero
// preferences.
template <class T>
inline Vec<T> squaredErrors(const AlsRows<T>& rows, const EntryGroup<T>& group, Vec<T> products) {
  const Vec<T> errors = group.targets(rows) - products;
  if (!rows.implicit) return errors * errors;
  return group.weights(rows) * errors * errors + errors * errors - products * products;
}

// The squared errors of row i with x, padded.
template <class T>
inline double errorsOfRow(const AlsRows<T>& rows, index_t i, const T* x) {
  double sums[1];
  sumEntries<T>(rows, i, sums, [&](const EntryGroup<T>& group, Vec<T>* parts) {
    parts[0] += squaredErrors<T>(rows, group, group.times(x, rows.width) * group.real);
  });
  return sums[0];
}

// xᵀy, both padded.
template <class T>
inline double dot(const T* x, const T* y, index_t width) {
  Vec<T> sum{};
  for (index_t c = 0; c < width; c += lanes<T>) sum += load(x + c) * load(y + c);
  return sumOfLanes<T>(sum);
}

// target += factor·x, both padded.
template <class T>
inline void addMultiple(T factor, const T* x, T* target, index_t width) {
  for (index_t c = 0; c < width; c += lanes<T>) store(target + c, load(target + c) + factor * load(x + c));
}

// target += factor·Gx with the Gram matrix that all rows have in common.
template <class T>
inline void addGramProduct(const AlsRows<T>& rows, T factor, const T* x, T* target) {
  for (index_t c = 0; c < rows.width; ++c)
    addMultiple<T>(factor * x[c], rows.gram + c * rows.gramStride, target, rows.width);
}

// The objective of row i with x, entry by entry: where little is left of Σ t², its difference from bᵀx has no digits.
// `product`: room for one more vector.
template <class T>
inline double objectiveOfRow(const AlsRows<T>& rows, index_t i, const T* x, T* product) {
  double objective = errorsOfRow(rows, i, x) + static_cast<double>(rows.regularizationOf(i)) * dot<T>(x, x, rows.width);
  if (rows.gram) {
    for (index_t c = 0; c < paddedWidth<T>(rows.width); ++c) product[c] = 0;
    addGramProduct<T>(rows, 1, x, product);
    objective += dot<T>(x, product, rows.width);
  }
  return objective;
}

// Of Σ t²: where a row's objective is less, it is computed entry by entry.
template <class T>
inline constexpr double leastFree = sizeof(T) == 8 ? 1e-7 : 0.05;

}  // namespace lowrank::simd::LOWRANK_ISA
