#include "alsSolve.hpp"

#include <algorithm>
#include <limits>

#include "alsHard.hpp"
#include "gemm.hpp"
#include "pack.hpp"
#include "pool.hpp"
#include "reduce.hpp"
#include "simd/dispatch.hpp"
#include "threads.hpp"

namespace lowrank {

namespace {

// Rows are shared out so that each piece has as much to do: a row costs its entries and, for its small system, some
// more.
template <class Body>
void forRows(const std::int32_t* rowPointers, index_t rows, index_t perRow, Body body) {
  const auto costBefore = [&](index_t i) { return rowPointers[i] + perRow * i; };
  const index_t cost = costBefore(rows), pieces = std::clamp<index_t>(cost / 4096, 1, 64);
  const auto rowOf = [&](index_t piece) {
    index_t low = 0, high = rows;
    for (const index_t goal = cost / pieces * piece; low < high;) {
      const index_t middle = (low + high) / 2;
      costBefore(middle) < goal ? low = middle + 1 : high = middle;
    }
    return piece == pieces ? rows : low;
  };
  parallelFor(pieces, 1, [&](index_t begin, index_t end) { body(rowOf(begin), rowOf(end)); });
}

// Without Gram matrix and places for results.
template <class T>
AlsRows<T> describeRows(const Csr<T>& A, const AlsFeatures<T>& features, const AlsOptions& options) {
  AlsRows<T> rows;
  rows.A = A;
  rows.features = features.data.data();
  rows.stride = features.stride;
  rows.width = features.width;
  rows.offsets = features.offsets;
  rows.mean = static_cast<T>(options.mean);
  rows.regularization = static_cast<T>(options.regularization);
  rows.weighted = options.weighted;
  rows.implicit = options.implicit;
  rows.alpha = static_cast<T>(options.alpha);
  return rows;
}

}  // namespace

template <class T>
void AlsFeatures<T>::pack(const View<const T>& factors, bool biased, T constant, const View<const T>* given) {
  constexpr index_t line = 64 / sizeof(T);
  const index_t k = factors.columns;
  count = factors.rows;
  width = k + biased;
  offsets = given != nullptr;
  stride = (width + offsets + line - 1) / line * line;
  const index_t size = count * stride;
  if (data.size() != size) data = Buffer<T>(size);
  parallelFor(count, 4096, [&](index_t begin, index_t end) {
    for (index_t j = begin; j < end; ++j) {
      T* const row = data.data() + j * stride;
      const T* const from = factors.data + j * factors.rowStride;
      if (factors.columnStride == 1) std::copy_n(from, k, row);
      else
        for (index_t c = 0; c < k; ++c) row[c] = from[c * factors.columnStride];
      std::fill(row + k, row + stride, T(0));
      if (biased) row[k] = constant;
      if (offsets) row[width] = (*given)(j, 0);
    }
  });
}

template <class T>
Buffer<T> gramOf(const AlsFeatures<T>& features) {
  constexpr index_t block = 4096;
  const index_t n = features.width, blocks = std::max<index_t>(1, (features.count + block - 1) / block);
  Buffer<T> parts(blocks * n * n);
  const BlasThreads governed(1);
  parallelFor(blocks, 1, [&](index_t begin, index_t end) {
    for (index_t b = begin; b < end; ++b) {
      const index_t first = b * block, count = std::min(block, features.count - first);
      const View<const T> rows{features.data.data() + first * features.stride, count, n, features.stride, 1};
      multiply<T>(1, rows.transposed(), rows, 0, rowMajor(parts.data() + b * n * n, n, n));
    }
  });
  for (index_t b = 1; b < blocks; ++b)
    for (index_t e = 0; e < n * n; ++e) parts[e] += parts[b * n * n + e];
  return parts;
}

template <class T>
AlsOutcome solveRows(const Csr<T>& A, const AlsFeatures<T>& features, const AlsOptions& options, T* solutions,
                     index_t solutionStride) {
  Buffer<double> objectives(A.rows);
  Buffer<bool> hard(A.rows);
  std::fill_n(hard.data(), A.rows, false);
  AlsRows<T> rows = describeRows(A, features, options);
  Buffer<T> gram;
  if (options.implicit) {
    const index_t n = features.width;
    rows.gramStride = features.stride;
    gram = Buffer<T>(n * rows.gramStride);
    std::fill_n(gram.data(), gram.size(), T(0));
    copy<const T, T>(rowMajor<const T>(gramOf(features).data(), n, n), {gram.data(), n, n, rows.gramStride, 1});
    rows.gram = gram.data();
  }
  rows.solutions = solutions;
  rows.solutionStride = solutionStride;
  rows.objectives = objectives.data();
  rows.hard = hard.data();

  const auto& kernels = simd::kernels<T>();
  const T smallest = 1024 * std::numeric_limits<T>::epsilon();
  forRows(A.rowPointers, A.rows, features.width, [&](index_t begin, index_t end) {
    switch (options.method) {
      case AlsMethod::exact:
        kernels.alsExact(rows, smallest, begin, end);
        break;
      case AlsMethod::conjugate:
        kernels.alsConjugate(rows, options.steps, begin, end);
        break;
      case AlsMethod::nonnegative:
        kernels.alsNonnegative(rows, begin, end);
    }
    for (index_t i = begin; i < end; ++i)
      if (hard[i]) solveHardRow(rows, i);
  });
  AlsOutcome outcome;
  outcome.objective = reduce::along(objectives.data(), A.rows, 1, [](double x) { return x; });
  for (index_t i = 0; i < A.rows; ++i) outcome.hard += hard[i];
  return outcome;
}

template <class T>
double squaredErrors(const Csr<T>& A, const AlsFeatures<T>& features, const AlsOptions& options, const T* solutions,
                     index_t solutionStride) {
  Buffer<double> objectives(A.rows);
  AlsRows<T> rows = describeRows(A, features, options);
  rows.solutions = const_cast<T*>(solutions);  // only read
  rows.solutionStride = solutionStride;
  rows.objectives = objectives.data();
  const auto& kernels = simd::kernels<T>();
  forRows(A.rowPointers, A.rows, 1, [&](index_t begin, index_t end) { kernels.alsErrors(rows, begin, end); });
  return reduce::along(objectives.data(), A.rows, 1, [](double x) { return x; });
}

template <class T>
void quarticErrors(const Csr<T>& A, const AlsFeatures<T>& features, const AlsOptions& options, const T* solutions,
                   const AlsFeatures<T>& directionFeatures, const T* directions, index_t solutionStride,
                   double* coefficients) {
  Buffer<double> ofRows(5 * A.rows);
  AlsRows<T> rows = describeRows(A, features, options);
  rows.solutions = const_cast<T*>(solutions);  // only read
  rows.solutionStride = solutionStride;
  const AlsDirection<T> direction{directionFeatures.data.data(), directions, ofRows.data()};
  const auto& kernels = simd::kernels<T>();
  forRows(A.rowPointers, A.rows, 1,
          [&](index_t begin, index_t end) { kernels.alsQuartic(rows, direction, begin, end); });
  for (int c = 0; c < 5; ++c) coefficients[c] = reduce::along(ofRows.data() + c, A.rows, 5, [](double x) { return x; });
}

#define LOWRANK_INSTANTIATE(T)                                                                                        \
  template struct AlsFeatures<T>;                                                                                     \
  template Buffer<T> gramOf(const AlsFeatures<T>&);                                                                   \
  template AlsOutcome solveRows(const Csr<T>&, const AlsFeatures<T>&, const AlsOptions&, T*, index_t);                \
  template double squaredErrors(const Csr<T>&, const AlsFeatures<T>&, const AlsOptions&, const T*, index_t);          \
  template void quarticErrors(const Csr<T>&, const AlsFeatures<T>&, const AlsOptions&, const T*, const AlsFeatures<T>&,\
                              const T*, index_t, double*);
LOWRANK_INSTANTIATE(float)
LOWRANK_INSTANTIATE(double)
#undef LOWRANK_INSTANTIATE

}  // namespace lowrank
