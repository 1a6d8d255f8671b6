// Cholesky factors of normal equations, one in each lane, in blocks of columns; the right-hand side is one more row.
#pragma once
#include "chunks.hpp"
#include "workspace.hpp"

namespace lowrank::simd::LOWRANK_ISA {

// (A; bᵀ) → (L; yᵀ) with A = L Lᵀ, L y = b, then Lᵀx = y. (n+1)×n, row-major; only the lower triangle and the last row count.
template <class T>
struct NormalFactor {
  const index_t n;
  Vec<T>* const entries;
  Int<T> hard;  // after run(): the lanes of a matrix that is not safely positive definite

  static std::size_t bytes(index_t n) { return static_cast<std::size_t>(n * (n + 2)) * sizeof(Vec<T>); }
  NormalFactor(Workspace& workspace, index_t n)
      : n(n), entries(workspace.take<Vec<T>>(n * (n + 1))), reciprocals_(workspace.take<Vec<T>>(n)) {}

  Vec<T>& at(index_t i, index_t j) const { return entries[i * n + j]; }

  // A pivot that has lost all but a fraction `smallest` of its diagonal entry makes a matrix hard.
  void run(T smallest) {
    hard = Int<T>{};
    forChunks<block>(0, n, [&](auto size, index_t j) {
      constexpr int width = decltype(size)::value;
      Vec<T> triangle[width][width];
      factorBlock<width>(j, smallest, triangle);
      forChunks<block>(j + width, n + 1, [&](auto height, index_t i) { factorRows<decltype(height)::value, width>(i, j, triangle); });
    });
  }

  // ‖y‖² = bᵀA⁻¹b.
  Vec<T> squares() const {
    Vec<T> sum{};
    for (index_t j = 0; j < n; ++j) sum += at(n, j) * at(n, j);
    return sum;
  }

  // x in place of y.
  void substitute() const {
    Vec<T>* const x = entries + n * n;
    for (index_t i = n - 1; i >= 0; --i) {
      const Vec<T> solved = x[i] = x[i] * reciprocals_[i];
      for (index_t k = 0; k < i; ++k) x[k] -= at(i, k) * solved;
    }
  }

 private:
#if defined(__AVX512F__) || defined(__aarch64__)
  static constexpr int block = 4;
#else
  static constexpr int block = 2;
#endif
  Vec<T>* const reciprocals_;

  // What columns before j leave of rows i … and columns j ….
  template <int height, int width>
  inline void reduce(index_t i, index_t j, Vec<T> (&tile)[height][width]) const {
    for (int r = 0; r < height; ++r)
      for (int c = 0; c < width; ++c) tile[r][c] = at(i + r, j + c);
    for (index_t k = 0; k < j; ++k) {
      Vec<T> pivot[width];
      for (int c = 0; c < width; ++c) pivot[c] = at(j + c, k);
      for (int r = 0; r < height; ++r) {
        const Vec<T> entry = at(i + r, k);
        for (int c = 0; c < width; ++c) tile[r][c] -= entry * pivot[c];
      }
    }
  }

  template <int width>
  void factorBlock(index_t j, T smallest, Vec<T> (&triangle)[width][width]) {
    for (int c = 0; c < width; ++c)
      for (int r = 0; r < c; ++r) at(j + r, j + c) = Vec<T>{};
    Vec<T> diagonal[width];
    for (int c = 0; c < width; ++c) diagonal[c] = at(j + c, j + c);
    reduce<width, width>(j, j, triangle);
    for (int c = 0; c < width; ++c) {
      for (int q = 0; q < c; ++q) triangle[c][c] -= triangle[c][q] * triangle[c][q];
      const Int<T> safe = triangle[c][c] > smallest * diagonal[c];  // false for NaN too
      hard |= ~safe;
      triangle[c][c] = squareRoot<T>(select<T>(safe, triangle[c][c], broadcast<T>(1)));
      reciprocals_[j + c] = 1 / triangle[c][c];
      for (int r = c + 1; r < width; ++r) {
        for (int q = 0; q < c; ++q) triangle[r][c] -= triangle[r][q] * triangle[c][q];
        triangle[r][c] *= reciprocals_[j + c];
      }
    }
    for (int r = 0; r < width; ++r)
      for (int c = 0; c <= r; ++c) at(j + r, j + c) = triangle[r][c];
  }

  template <int height, int width>
  void factorRows(index_t i, index_t j, const Vec<T> (&triangle)[width][width]) const {
    Vec<T> tile[height][width];
    reduce<height, width>(i, j, tile);
    for (int c = 0; c < width; ++c) {
      for (int r = 0; r < height; ++r) {
        for (int q = 0; q < c; ++q) tile[r][c] -= tile[r][q] * triangle[c][q];
        tile[r][c] *= reciprocals_[j + c];
        at(i + r, j + c) = tile[r][c];
      }
    }
  }
};

}  // namespace lowrank::simd::LOWRANK_ISA
