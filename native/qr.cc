#include "qr.hpp"

#include <algorithm>
#include <type_traits>

#include "columnScaling.hpp"
#include "lapack.hpp"
#include "pack.hpp"
#include "qrCholesky.hpp"
#include "qrHouseholder.hpp"
#include "qrPivoted.hpp"
#include "qrTree.hpp"

namespace lowrank {
namespace {

// Where Cholesky-QR is worth a try (measured). In float Householder is nearly as fast,
// because the Gram matrix is summed in double.
template <class T>
bool isTall(index_t m, index_t n) {
  return m >= (std::is_same_v<T, float> ? 40 : 4) * n;
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

// The first k columns of the row-major m×columns matrix Q are multiplied by the row-major k×k matrix M.
template <class T>
void multiplyRight(T* Q, index_t m, index_t columns, const T* M, index_t k) {
  constexpr index_t step = 128;
  Buffer<T> panel(step * k);
  for (index_t i = 0; i < m; i += step) {
    const index_t rows = std::min(step, m - i);
    copy(View<const T>{Q + i * columns, rows, k, columns, 1}, rowMajor(panel.data(), rows, k));
    lapack::gemm<T>("N", "N", int(k), int(rows), int(k), T(1), M, int(k), panel.data(), int(k), T(0), Q + i * columns,
                    int(columns));
  }
}

// A·P = Q·R. Of a tall A the pivots are chosen in its R: R·P = Q₂·R₂ turns A = Q₁·R into A·P = (Q₁·Q₂)·R₂.
template <class T>
Outcome pivoted(View<const T> A, QrMode mode, T* Q, T* R, std::int32_t* permutation) {
  const index_t m = A.rows, n = A.columns, k = std::min(m, n);
  if (m > n) {
    if (const Outcome unpivoted = qr(A, mode, Q, R); !unpivoted) return unpivoted;
  }
  const Scan<T> seen = m > n ? scan(rowMajor(R, k, n)) : pack(A, rowMajor(R, k, n));
  if (!seen.finite) return {false};
  const int exponent = rangeExponent(seen.largest);
  scaleByPower(rowMajor(R, k, n), -exponent);
  if (m <= n) {
    qrPivoted(R, k, n, mode == QrMode::r ? nullptr : Q, permutation);
  } else {
    Buffer<T> turn(mode == QrMode::r ? 0 : k * k);
    qrPivoted(R, k, n, turn.data(), permutation);
    if (mode != QrMode::r) multiplyRight(Q, m, mode == QrMode::full ? m : k, turn.data(), k);
  }
  scaleByPower(rowMajor(R, k, n), exponent);
  return {true, exponent == 0 || scan(rowMajor(R, k, n)).finite ? 0 : 1};
}

}  // namespace

template <class T>
Outcome qr(View<const T> A, QrMode mode, T* Q, T* R, std::int32_t* permutation) {
  if (permutation) return pivoted(A, mode, Q, R, permutation);
  const index_t m = A.rows, n = A.columns, k = std::min(m, n);
  if (mode != QrMode::full && n > 0 && isTall<T>(m, n) && tall(A, mode, Q, R)) return {};
  // Q's memory holds the matrix while it is being factored; R's does where that is as large, and has no use of its own.
  Buffer<T> own(m > n && mode == QrMode::r ? m * n : 0);
  T* work = m <= n ? R : mode == QrMode::r ? own.data() : Q;
  const Scan<T> seen = pack(A, rowMajor(work, m, n));
  if (!seen.finite) return {false};
  const bool scaled = rangeExponent(seen.largest) != 0;
  const Buffer<int> exponents = scaled ? normalizeColumns(work, m, n) : Buffer<int>();
  Buffer<T> signs(k);
  const TreeQR<T> factors(work, m, n, k, mode != QrMode::r);
  extractR(rowMajor<const T>(work, k, n), R);
  if (mode == QrMode::full) std::fill(R + k * n, R + m * n, T(0));
  makeDiagonalPositive(R, k, n, signs.data());
  if (mode != QrMode::r) factors.form(Q, mode == QrMode::full ? m : k, signs.data());
  if (!scaled) return {};
  scaleColumns(R, k, n, exponents);
  return {true, scan(rowMajor(R, k, n)).finite ? 0 : 1};
}

template Outcome qr(View<const float>, QrMode, float*, float*, std::int32_t*);
template Outcome qr(View<const double>, QrMode, double*, double*, std::int32_t*);

}  // namespace lowrank
