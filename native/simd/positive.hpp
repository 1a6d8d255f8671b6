// Cholesky factors of symmetric positive definite matrices, one in each lane.
#pragma once
#include "chunks.hpp"
#include "divisor.hpp"
#include "workspace.hpp"

namespace lowrank::simd::LOWRANK_ISA {

// A = L Lᵀ in place; entries is n×n, row-major, and only its lower triangle is read and written.
template <class T>
struct PositiveFactor {
  const index_t n;
  Vec<T>* const entries;
  Int<T> info;  // after run(): the order of the first leading minor that is not positive definite, else 0

  static std::size_t bytes(index_t n) {
    return static_cast<std::size_t>(n * n) * sizeof(Vec<T>) + static_cast<std::size_t>(n) * sizeof(Divisor<T>);
  }
  PositiveFactor(Workspace& workspace, index_t n)
      : n(n), entries(workspace.take<Vec<T>>(n * n)), diagonal_(workspace.take<Divisor<T>>(n)) {}

  Vec<T>& at(index_t i, index_t j) const { return entries[i * n + j]; }

  void run() {
    info = Int<T>{};
    for (index_t j = 0; j < n; ++j) {
      factorDiagonal(j);
      forChunks<widestChunk>(j + 1, n, [&](auto height, index_t i) { factorColumn<decltype(height)::value>(i, j); });
    }
  }

  // B := A⁻¹ B for n×columns right-hand sides, row-major.
  void solve(Vec<T>* B, index_t columns) const {
    forChunks<widestChunk>(0, columns,
                           [&](auto width, index_t j) { substitute<decltype(width)::value>(B + j, columns); });
  }

 private:
  Divisor<T>* const diagonal_;

  void factorDiagonal(index_t j) {
    Vec<T> d = at(j, j);
    for (index_t k = 0; k < j; ++k) d -= at(j, k) * at(j, k);
    const Int<T> positive = d > T(0);  // false for NaN too
    const Int<T> failed = ~positive & (info == 0);
    info = failed ? Int<T>{} + static_cast<Integer<T>>(j + 1) : info;
    d = squareRoot<T>(select<T>(positive, d, broadcast<T>(1)));
    at(j, j) = d;
    diagonal_[j] = Divisor<T>(d);
  }

  template <int height>
  void factorColumn(index_t i, index_t j) const {
    Vec<T> column[height];
    for (int r = 0; r < height; ++r) column[r] = at(i + r, j);
    for (index_t k = 0; k < j; ++k) {
      const Vec<T> pivot = at(j, k);
      for (int r = 0; r < height; ++r) column[r] -= at(i + r, k) * pivot;
    }
    for (int r = 0; r < height; ++r) at(i + r, j) = diagonal_[j].divide(column[r]);
  }

  template <int width>
  void substitute(Vec<T>* B, index_t stride) const {
    Vec<T> x[width];
    for (index_t i = 0; i < n; ++i) {
      for (int c = 0; c < width; ++c) x[c] = B[i * stride + c];
      for (index_t k = 0; k < i; ++k) {
        for (int c = 0; c < width; ++c) x[c] -= at(i, k) * B[k * stride + c];
      }
      for (int c = 0; c < width; ++c) B[i * stride + c] = diagonal_[i].divide(x[c]);
    }
    for (index_t i = n - 1; i >= 0; --i) {
      for (int c = 0; c < width; ++c) x[c] = B[i * stride + c];
      for (index_t k = i + 1; k < n; ++k) {
        for (int c = 0; c < width; ++c) x[c] -= at(k, i) * B[k * stride + c];
      }
      for (int c = 0; c < width; ++c) B[i * stride + c] = diagonal_[i].divide(x[c]);
    }
  }
};

}  // namespace lowrank::simd::LOWRANK_ISA
