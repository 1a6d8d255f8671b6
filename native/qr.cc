#include "qr.hpp"

#include <algorithm>
#include <numeric>

#include "columnScaling.hpp"
#include "lapack.hpp"
#include "pack.hpp"
#include "qrCholesky.hpp"
#include "qrHouseholder.hpp"

namespace lowrank {
namespace {

// From here on Cholesky-QR is the faster way even where it needs its second pass (measured).
bool isTall(index_t m, index_t n) { return m >= 4 * n; }

// R (k×n of the `rows` rows) := the upper trapezoid of `work`, zeros elsewhere.
template <class T>
void extractR(const T* work, index_t k, index_t rows, index_t n, T* R) {
  for (index_t i = 0; i < rows; ++i) {
    const index_t zeros = i < k ? std::min(i, n) : n;
    std::fill(R + i * n, R + i * n + zeros, T(0));
    if (work != R) std::copy(work + i * n + zeros, work + i * n + n, R + i * n + zeros);
  }
}

template <class T>
bool tall(View<const T> A, QrMode mode, T* Q, T* R) {
  const index_t n = A.columns;
  CholeskyQR<T> factors;
  if (!factors.factor(A, mode == QrMode::r ? nullptr : Q)) return false;
  copy(columnMajor(factors.R(), n, n), rowMajor(R, n, n));
  if (mode != QrMode::r) factors.multiply(nullptr);
  return true;
}

// A k×n matrix C, row-major: C·P = Q·R by geqp3. Q is k×k row-major, R overwrites C.
template <class T>
void pivoted(T* C, index_t k, index_t n, T* Q, std::int32_t* permutation) {
  if (k == 0) return std::iota(permutation, permutation + n, 0);
  const int m = int(k), N = int(n);
  Buffer<T> a(k * n), tau(k), signs(k);
  copy(rowMajor(C, k, n), columnMajor(a.data(), k, n));
  std::fill(permutation, permutation + n, 0);
  int info = 0;
  Buffer<T> work(2 * n + (std::max(k, n) + 1) * 64);  // what both ask for, with blocks of up to 64 columns
  lapack::geqp3<T>(m, N, a.data(), m, permutation, tau.data(), work.data(), int(work.size()), &info);
  for (index_t j = 0; j < n; ++j) --permutation[j];
  copy(columnMajor(a.data(), k, n), rowMajor(C, k, n));
  extractR(C, k, k, n, C);
  makeDiagonalPositive(C, k, n, signs.data());
  if (!Q) return;
  lapack::orgqr<T>(m, m, m, a.data(), m, tau.data(), work.data(), int(work.size()), &info);
  for (index_t j = 0; j < k; ++j)
    for (index_t i = 0; i < k; ++i) a[j * k + i] *= signs[j];
  copy(columnMajor(a.data(), k, k), rowMajor(Q, k, k));
}

}  // namespace

template <class T>
Outcome qr(View<const T> A, QrMode mode, T* Q, T* R, std::int32_t* permutation) {
  const index_t m = A.rows, n = A.columns, k = std::min(m, n);
  const index_t rows = mode == QrMode::full ? m : k, columns = mode == QrMode::full ? m : k;  // of R, and of Q
  if (!permutation && mode != QrMode::full && n > 0 && isTall(m, n) && tall(A, mode, Q, R)) return {};
  // Q's memory holds the matrix while it is being factored; R's does where that is as large, and has no use of its own.
  Buffer<T> own(m > n && mode == QrMode::r ? m * n : 0);
  T* work = m <= n ? R : mode == QrMode::r ? own.data() : Q;
  const Scan<T> seen = pack(A, rowMajor(work, m, n));
  if (!seen.finite) return {false};
  const int exponent = rangeExponent(seen.largest);
  Buffer<int> exponents;
  if (exponent != 0) {
    if (permutation) scaleByPower(work, m * n, -exponent);  // all alike: pivots are chosen by size
    else exponents = normalizeColumns(work, m, n);
  }

  Buffer<T> signs(k), core(permutation ? k * k : 0);
  if (permutation && m <= n) {
    pivoted(R, k, n, mode == QrMode::r ? nullptr : Q, permutation);
  } else {
    const HouseholderQR<T> factors(work, m, n, k, mode != QrMode::r);
    extractR(work, k, rows, n, R);
    if (permutation) {  // R·P = Q₂·R₂ turns A = Q₁·R into A·P = (Q₁·Q₂)·R₂
      pivoted(R, k, n, mode == QrMode::r ? nullptr : core.data(), permutation);
      if (mode != QrMode::r) {
        setIdentity(Q, m, columns);
        copy(rowMajor(core.data(), k, k), View<T>{Q, k, k, columns, 1});
        factors.multiply(Q, columns);
      }
    } else {
      makeDiagonalPositive(R, k, n, signs.data());
      if (mode != QrMode::r) factors.form(Q, columns, signs.data());
    }
  }
  if (permutation) scaleByPower(R, k * n, exponent);
  else if (exponent != 0) scaleColumns(R, k, n, exponents);
  return {};
}

template Outcome qr(View<const float>, QrMode, float*, float*, std::int32_t*);
template Outcome qr(View<const double>, QrMode, double*, double*, std::int32_t*);

}  // namespace lowrank
