// Cholesky factors of normal equations, one in each lane, in blocks of columns; the right-hand side is one more row.
#pragma once
#include "chunks.hpp"
#include "workspace.hpp"

namespace lowrank::simd::LOWRANK_ISA {

// (A; bᵀ) → (L; yᵀ) with A = L Lᵀ, L y = b, then Lᵀx = y. (n+1)×n; only the lower triangle and the last row count.
// Columns are contiguous, an odd number of vectors apart: at a power of two they would compete for the same places in
// the cache.
template <class T>
struct NormalFactor {
  const index_t n;
  Vec<T>*const entries, *const x;  // x: after substitute()
  Int<T> hard;  // after run(): the lanes of a matrix that is not safely positive definite

  static index_t strideOf(index_t n) { return (n + 1) | 1; }
  static std::size_t bytes(index_t n) { return static_cast<std::size_t>(n * (strideOf(n) + 2)) * sizeof(Vec<T>); }
  NormalFactor(Workspace& workspace, index_t n)
      : n(n),
        entries(workspace.take<Vec<T>>(n * strideOf(n))),
        x(workspace.take<Vec<T>>(n)),
        stride_(strideOf(n)),
        reciprocals_(workspace.take<Vec<T>>(n)) {}

  Vec<T>& at(index_t i, index_t j) const { return entries[j * stride_ + i]; }

  // A pivot that has lost all but a fraction `smallest` of its diagonal entry makes a matrix hard.
  void run(T smallest) {
    hard = Int<T>{};
    forChunks<block>(0, n, [&](auto size, index_t j) {
      constexpr int width = decltype(size)::value;
      Vec<T> triangle[width][width];
      factorBlock<width>(j, smallest, triangle);
      forChunks<block>(j + width, n + 1, [&](auto height, index_t i) {
        factorRows<decltype(height)::value, width>(i, j, triangle);
      });
    });
  }

  // ‖y‖² = bᵀA⁻¹b.
  Vec<T> squares() const {
    Vec<T> sum{};
    for (index_t j = 0; j < n; ++j) sum += at(n, j) * at(n, j);
    return sum;
  }

  void substitute() const {
    for (index_t i = n - 1; i >= 0; --i) {
      const Vec<T>* const column = entries + i * stride_;
      Vec<T> sums[4]{};
      index_t j = i + 1;
      for (; j + 4 <= n; j += 4)
        LOWRANK_UNROLL
        for (int c = 0; c < 4; ++c) sums[c] += column[j + c] * x[j + c];
      for (; j < n; ++j) sums[0] += column[j] * x[j];
      x[i] = (column[n] - ((sums[0] + sums[1]) + (sums[2] + sums[3]))) * reciprocals_[i];
    }
  }

 private:
#if defined(__AVX512F__) || defined(__aarch64__)
  static constexpr int block = 4;
#else
  static constexpr int block = 2;
#endif
  const index_t stride_;
  Vec<T>* const reciprocals_;

  // What columns before j leave of rows i … and columns j ….
  template <int height, int width>
  inline void reduce(index_t i, index_t j, Vec<T> (&tile)[height][width]) const {
    LOWRANK_UNROLL
    for (int r = 0; r < height; ++r)
      LOWRANK_UNROLL
      for (int c = 0; c < width; ++c) tile[r][c] = at(i + r, j + c);
    const Vec<T>* const last = entries + j * stride_;
    for (const Vec<T>* column = entries; column != last; column += stride_) {
      Vec<T> pivot[width];
      LOWRANK_UNROLL
      for (int c = 0; c < width; ++c) pivot[c] = column[j + c];
      LOWRANK_UNROLL
      for (int r = 0; r < height; ++r) {
        const Vec<T> entry = column[i + r];
        LOWRANK_UNROLL
        for (int c = 0; c < width; ++c) tile[r][c] -= entry * pivot[c];
      }
    }
  }

  template <int width>
  void factorBlock(index_t j, T smallest, Vec<T> (&triangle)[width][width]) {
    LOWRANK_UNROLL
    for (int c = 0; c < width; ++c)
      LOWRANK_UNROLL
      for (int r = 0; r < c; ++r) at(j + r, j + c) = Vec<T>{};
    Vec<T> diagonal[width];
    LOWRANK_UNROLL
    for (int c = 0; c < width; ++c) diagonal[c] = at(j + c, j + c);
    reduce<width, width>(j, j, triangle);
    LOWRANK_UNROLL
    for (int c = 0; c < width; ++c) {
      LOWRANK_UNROLL
      for (int q = 0; q < c; ++q) triangle[c][c] -= triangle[c][q] * triangle[c][q];
      const Int<T> safe = triangle[c][c] > smallest * diagonal[c];  // false for NaN too
      hard |= ~safe;
      triangle[c][c] = squareRoot<T>(select<T>(safe, triangle[c][c], broadcast<T>(1)));
      reciprocals_[j + c] = 1 / triangle[c][c];
      LOWRANK_UNROLL
      for (int r = c + 1; r < width; ++r) {
        LOWRANK_UNROLL
        for (int q = 0; q < c; ++q) triangle[r][c] -= triangle[r][q] * triangle[c][q];
        triangle[r][c] *= reciprocals_[j + c];
      }
    }
    LOWRANK_UNROLL
    for (int r = 0; r < width; ++r)
      LOWRANK_UNROLL
      for (int c = 0; c <= r; ++c) at(j + r, j + c) = triangle[r][c];
  }

  template <int height, int width>
  void factorRows(index_t i, index_t j, const Vec<T> (&triangle)[width][width]) const {
    Vec<T> tile[height][width];
    reduce<height, width>(i, j, tile);
    LOWRANK_UNROLL
    for (int c = 0; c < width; ++c) {
      LOWRANK_UNROLL
      for (int r = 0; r < height; ++r) {
        LOWRANK_UNROLL
        for (int q = 0; q < c; ++q) tile[r][c] -= tile[r][q] * triangle[c][q];
        tile[r][c] *= reciprocals_[j + c];
        at(i + r, j + c) = tile[r][c];
      }
    }
  }
};

}  // namespace lowrank::simd::LOWRANK_ISA
