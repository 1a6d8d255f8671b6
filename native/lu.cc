#include "lu.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "buffer.hpp"
#include "columnScaling.hpp"
#include "gemm.hpp"
#include "lapack.hpp"
#include "pack.hpp"
#include "triangular.hpp"

namespace lowrank {
namespace {

// Columns eliminated at a time: wide enough for GEMM to run at full speed, narrow enough for getrf and TRSM, which are
// slower, to have little to do (measured: 32 is best up to 300, 64 about 500, 128 from 1000 on).
index_t panelWidth(index_t steps) { return std::clamp<index_t>(steps / 8 / 32 * 32, 32, 128); }

// Right-looking elimination of a row-major matrix. getrf would need A transposed, moves rows by strided swaps, and its
// TRSM runs from the left, at half the speed; here rows are contiguous, TRSM runs from the right, and only the panel is
// turned into column-major, where getrf finds its pivots.
template <class T>
class Elimination {
  T* A_;
  index_t m_, n_, steps_, widest_;
  std::int32_t* permutation_;
  Buffer<T> panel_;
  Buffer<int> pivots_;

 public:
  Elimination(T* A, index_t m, index_t n, std::int32_t* permutation)
      : A_(A),
        m_(m),
        n_(n),
        steps_(std::min(m, n)),
        widest_(std::min(panelWidth(steps_), steps_)),
        permutation_(permutation),
        panel_(m * widest_),
        pivots_(widest_) {}

  int run() {
    std::iota(permutation_, permutation_ + m_, 0);
    int firstZero = 0;
    for (index_t j = 0; j < steps_; j += widest_) {
      const index_t width = std::min(widest_, steps_ - j);
      const int info = factorPanel(j, width);
      if (info > 0 && firstZero == 0) firstZero = static_cast<int>(j) + info;
      swapRows(j, width);
      updateTrailing(j, width);
    }
    return firstZero;
  }

 private:
  T* at(index_t i, index_t j) { return A_ + i * n_ + j; }

  int factorPanel(index_t j, index_t width) {
    const View<T> source{at(j, j), m_ - j, width, n_, 1}, turned = columnMajor(panel_.data(), m_ - j, width);
    int info = 0;
    copy(source, turned);
    lapack::getrf<T>(m_ - j, width, panel_.data(), m_ - j, pivots_.data(), &info);
    copy(turned, source);
    return info;
  }

  // The panel itself has been permuted by getrf; the columns on both sides follow.
  void swapRows(index_t j, index_t width) {
    for (index_t i = j; i < j + width; ++i) {
      const index_t other = j + pivots_[i - j] - 1;
      if (other == i) continue;
      std::swap_ranges(at(i, 0), at(i, j), at(other, 0));
      std::swap_ranges(at(i, j + width), at(i, n_), at(other, j + width));
      std::swap(permutation_[i], permutation_[other]);
    }
  }

  void updateTrailing(index_t j, index_t width) {
    const index_t next = j + width, below = m_ - next, right = n_ - next;
    if (right == 0) return;
    lapack::trsm<T>('R', 'U', 'N', 'U', right, width, 1, at(j, j), n_, at(j, next), n_);
    if (below == 0) return;
    multiply<T>(-1, {at(next, j), below, width, n_, 1}, {at(j, next), width, right, n_, 1}, 1,
                {at(next, next), below, right, n_, 1});
  }
};

int signOf(const std::int32_t* permutation, index_t n) {
  Buffer<bool> seen(n);
  std::fill(seen.data(), seen.data() + n, false);
  int sign = 1;
  for (index_t i = 0; i < n; ++i) {
    // A cycle of even length is an odd permutation.
    for (index_t k = i; !seen[k]; k = permutation[k]) {
      seen[k] = true;
      if (permutation[k] != i) sign = -sign;
    }
  }
  return sign;
}

// Factors A·2^−exponent, where exponent is 0 for nearly all: OpenBLAS divides by reciprocals, which overflow for the
// smallest pivots, and sums overflow for the largest.
template <class T>
Outcome factorInRange(View<const T> A, T* packed, std::int32_t* permutation, int& exponent) {
  const View<T> work = rowMajor(packed, A.rows, A.columns);
  const Scan<T> seen = pack(A, work);
  if (!seen.finite) return {false};
  exponent = rangeExponent(seen.largest);
  scaleByPower(work, -exponent);
  return {true, Elimination<T>(packed, A.rows, A.columns, permutation).run()};
}

// L U X = P B, for factors of a magnitude that LAPACK can work with.
template <class T>
Outcome solveInRange(const T* L, const T* U, const std::int32_t* permutation, index_t n, View<const T> B, T* X,
                     int exponent) {
  const index_t p = B.columns;
  Buffer<T> rows(n * p);
  const Scan<T> seen = pack(B, rowMajor(rows.data(), n, p));
  if (!seen.finite) return {false};
  const int exponentB = rangeExponent(seen.largest);
  scaleByPower(rowMajor(rows.data(), n, p), -exponentB);
  for (index_t i = 0; i < n; ++i) std::copy_n(rows.data() + permutation[i] * p, p, X + i * p);
  solveTriangularInPlace(L, n, Triangle::lower, false, Diagonal::unit, X, p);
  solveTriangularInPlace(U, n, Triangle::upper, false, Diagonal::stored, X, p);
  scaleByPower(rowMajor(X, n, p), exponentB - exponent);
  return {};
}

}  // namespace

template <class T>
Outcome lu(View<const T> A, T* packed, std::int32_t* permutation) {
  const index_t n = A.columns;
  int exponent = 0;
  const Outcome outcome = factorInRange(A, packed, permutation, exponent);
  for (index_t i = 0; i < std::min(A.rows, n); ++i) scaleByPower(View<T>{packed + i * n + i, 1, n - i, n, 1}, exponent);
  return outcome;
}

template <class T>
void luFactors(const T* packed, index_t m, index_t n, T* L, T* U) {
  const index_t k = std::min(m, n);
  for (index_t i = 0; i < m; ++i) {
    const T* row = packed + i * n;
    const index_t below = std::min(i, k);
    std::copy_n(row, below, L + i * k);
    std::fill(L + i * k + below, L + (i + 1) * k, T(0));
    if (i >= k) continue;
    L[i * k + i] = 1;
    std::fill(U + i * n, U + i * n + i, T(0));
    std::copy(row + i, row + n, U + i * n + i);
  }
}

template <class T>
Outcome luSolve(const T* L, const T* U, const std::int32_t* permutation, index_t n, View<const T> B, T* X) {
  T largest = 0;
  for (index_t i = 0; i < n; ++i) largest = std::max(largest, std::abs(U[i * n + i]));
  const int exponent = rangeExponent(largest);
  if (exponent == 0) return solveInRange(L, U, permutation, n, B, X, 0);
  Buffer<T> scaled(n * n);
  copy(rowMajor(U, n, n), rowMajor(scaled.data(), n, n));
  scaleByPower(rowMajor(scaled.data(), n, n), -exponent);
  return solveInRange<T>(L, scaled.data(), permutation, n, B, X, exponent);
}

template <class T>
Outcome solve(View<const T> A, View<const T> B, T* X) {
  const index_t n = A.rows;
  Buffer<T> packed(n * n);
  Buffer<std::int32_t> permutation(n);
  int exponent = 0;
  const Outcome outcome = factorInRange(A, packed.data(), permutation.data(), exponent);
  return outcome ? solveInRange<T>(packed.data(), packed.data(), permutation.data(), n, B, X, exponent) : outcome;
}

template <class T>
Outcome inverse(View<const T> A, T* result) {
  const index_t n = A.rows;
  Buffer<T> packed(n * n);
  Buffer<std::int32_t> permutation(n);
  int exponent = 0;
  const Outcome outcome = factorInRange(A, packed.data(), permutation.data(), exponent);
  if (!outcome) return outcome;
  std::fill(result, result + n * n, T(0));
  for (index_t i = 0; i < n; ++i) result[i * n + permutation[i]] = 1;
  solveTriangularInPlace(packed.data(), n, Triangle::lower, false, Diagonal::unit, result, n);
  solveTriangularInPlace(packed.data(), n, Triangle::upper, false, Diagonal::stored, result, n);
  scaleByPower(rowMajor(result, n, n), -exponent);
  return outcome;
}

template <class T>
Determinant luDeterminant(const T* packed, const std::int32_t* permutation, index_t n) {
  Determinant result;
  result.sign = signOf(permutation, n);
  double mantissa = 1;
  std::int64_t exponent = 0;
  for (index_t i = 0; i < n; ++i) {
    const double pivot = packed[i * n + i];
    int shift = 0;
    mantissa = std::frexp(mantissa * pivot, &shift);
    exponent += shift;
    result.sign *= (pivot > 0) - (pivot < 0);
    result.logAbs += std::log(std::abs(pivot));
    if (pivot == 0) return {0, 0, result.logAbs};
  }
  const int bounded = static_cast<int>(std::clamp<std::int64_t>(exponent, -5000, 5000));
  result.value = signOf(permutation, n) * std::ldexp(mantissa, bounded);
  return result;
}

template <class T>
T luReciprocalCondition(const T* packed, index_t n, T norm1) {
  if (n == 0) return 1;
  if (norm1 == 0) return 0;
  for (index_t i = 0; i < n; ++i)
    if (packed[i * n + i] == 0) return 0;
  Buffer<T> v(n), x(n);
  Buffer<int> signs(n);
  int state[3] = {}, kase = 0;
  T estimate = 0;
  // ‖A⁻¹‖₁ is ‖(L U)⁻¹‖₁: a permutation of columns does not change it.
  for (;;) {
    lapack::lacn2<T>(n, v.data(), x.data(), signs.data(), &estimate, &kase, state);
    if (kase == 0) break;
    if (kase == 1) {
      solveTriangularInPlace(packed, n, Triangle::lower, false, Diagonal::unit, x.data(), 1);
      solveTriangularInPlace(packed, n, Triangle::upper, false, Diagonal::stored, x.data(), 1);
    } else {
      solveTriangularInPlace(packed, n, Triangle::upper, true, Diagonal::stored, x.data(), 1);
      solveTriangularInPlace(packed, n, Triangle::lower, true, Diagonal::unit, x.data(), 1);
    }
  }
  return std::isfinite(estimate) ? 1 / estimate / norm1 : 0;
}

#define INSTANTIATE(T)                                                                           \
  template Outcome lu(View<const T>, T*, std::int32_t*);                                         \
  template void luFactors(const T*, index_t, index_t, T*, T*);                                   \
  template Outcome luSolve(const T*, const T*, const std::int32_t*, index_t, View<const T>, T*); \
  template Outcome solve(View<const T>, View<const T>, T*);                                      \
  template Outcome inverse(View<const T>, T*);                                                   \
  template Determinant luDeterminant(const T*, const std::int32_t*, index_t);                    \
  template T luReciprocalCondition(const T*, index_t, T);
INSTANTIATE(float)
INSTANTIATE(double)
#undef INSTANTIATE

}  // namespace lowrank
