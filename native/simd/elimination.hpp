// Gaussian elimination with partial pivoting, one system in each lane.
#pragma once
#include "chunks.hpp"
#include "divisor.hpp"
#include "workspace.hpp"

namespace lowrank::simd::LOWRANK_ISA {

// Works on [A | B], n×columns, row-major: eliminates A and carries B along, so L is never stored. Each lane has its own
// row order; the exchange of two rows is a blend on the way through the registers.
template <class T>
struct Elimination {
  const index_t n, columns;
  Vec<T>* const entries;
  Int<T> info;       // after run(): 1 + the index of the first zero pivot, else 0
  Int<T> exchanges;  // after run(): how many times two rows changed places

  static std::size_t bytes(index_t n, index_t columns) {
    return static_cast<std::size_t>(n * columns + n) * sizeof(Vec<T>) +
           static_cast<std::size_t>(n) * sizeof(Divisor<T>);
  }
  Elimination(Workspace& workspace, index_t n, index_t columns)
      : n(n),
        columns(columns),
        entries(workspace.take<Vec<T>>(n * columns)),
        multipliers_(workspace.take<Vec<T>>(n)),
        pivots_(workspace.take<Divisor<T>>(n)) {}

  Vec<T>& at(index_t i, index_t j) const { return entries[i * columns + j]; }

  void run() {
    info = exchanges = Int<T>{};
    for (index_t k = 0; k < n; ++k) {
      const Vec<T> pivotRow = findPivot(k);
      computeMultipliers(k, pivotRow);
      forChunks<widestChunk>(k + 1, columns,
                             [&](auto width, index_t j) { eliminate<decltype(width)::value>(k, j, pivotRow); });
    }
  }

  // B := U⁻¹ B, after run().
  void substituteBack() const {
    forChunks<widestChunk>(n, columns, [&](auto width, index_t j) { substitute<decltype(width)::value>(j); });
  }

 private:
  Vec<T>* const multipliers_;
  Divisor<T>* const pivots_;

  // The row's index as a number of type T: SSE2 compares those in one instruction, 64-bit integers in several.
  Vec<T> findPivot(index_t k) {
    Vec<T> largest = absolute<T>(at(k, k)), row = broadcast<T>(static_cast<T>(k));
    for (index_t i = k + 1; i < n; ++i) {
      const Vec<T> candidate = absolute<T>(at(i, k));
      const Int<T> larger = candidate > largest;
      largest = select<T>(larger, candidate, largest);
      row = select<T>(larger, broadcast<T>(static_cast<T>(i)), row);
    }
    const Int<T> failed = (largest == T(0)) & (info == 0);
    info = failed ? Int<T>{} + static_cast<Integer<T>>(k + 1) : info;
    exchanges -= row != static_cast<T>(k);
    return row;
  }

  // Of column k only the pivot is needed from here on.
  void computeMultipliers(index_t k, Vec<T> pivotRow) {
    const Vec<T> displaced = at(k, k);
    Vec<T> pivot = displaced;
    for (index_t i = k + 1; i < n; ++i) pivot = select<T>(pivotRow == static_cast<T>(i), at(i, k), pivot);
    at(k, k) = pivot;
    pivots_[k] = Divisor<T>(pivot);
    for (index_t i = k + 1; i < n; ++i) {
      multipliers_[i] = pivots_[k].divide(select<T>(pivotRow == static_cast<T>(i), displaced, at(i, k)));
    }
  }

  // Exchanges row k with the pivot row and subtracts its multiples from the rows below, for `width` columns from j.
  template <int width>
  void eliminate(index_t k, index_t j, Vec<T> pivotRow) const {
    Vec<T> displaced[width], pivot[width];
    for (int c = 0; c < width; ++c) displaced[c] = pivot[c] = at(k, j + c);
    for (index_t i = k + 1; i < n; ++i) {
      const Int<T> isPivot = pivotRow == static_cast<T>(i);
      for (int c = 0; c < width; ++c) pivot[c] = select<T>(isPivot, at(i, j + c), pivot[c]);
    }
    for (int c = 0; c < width; ++c) at(k, j + c) = pivot[c];
    for (index_t i = k + 1; i < n; ++i) {
      const Int<T> isPivot = pivotRow == static_cast<T>(i);
      const Vec<T> multiplier = multipliers_[i];
      for (int c = 0; c < width; ++c)
        at(i, j + c) = select<T>(isPivot, displaced[c], at(i, j + c)) - multiplier * pivot[c];
    }
  }

  template <int width>
  void substitute(index_t j) const {
    for (index_t k = n - 1; k >= 0; --k) {
      Vec<T> x[width];
      for (int c = 0; c < width; ++c) x[c] = at(k, j + c);
      for (index_t i = k + 1; i < n; ++i) {
        const Vec<T> u = at(k, i);
        for (int c = 0; c < width; ++c) x[c] -= u * at(i, j + c);
      }
      for (int c = 0; c < width; ++c) at(k, j + c) = pivots_[k].divide(x[c]);
    }
  }
};

}  // namespace lowrank::simd::LOWRANK_ISA
