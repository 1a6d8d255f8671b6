#include "qrCholesky.hpp"

#include <algorithm>
#include <type_traits>

#include "columnScaling.hpp"
#include "lapack.hpp"
#include "pack.hpp"
#include "qrTree.hpp"

namespace lowrank {
namespace {

// Above this condition the second pass cannot be trusted to repair the first: ε·κ² nears one.
constexpr double worstCondition = 1e7;
// The same with an R from Householder's reflectors, whose error grows with κ and not with κ².
constexpr double worstAdopted = 1e12;
constexpr index_t longRatio = 64, longSize = 1000000;
// A second pass is sooner done than Householder from here on (measured).
constexpr index_t secondPassRatio = 40;
// Up to this condition one pass is as orthogonal as Householder (double), or rounds to it (float).
template <class T>
constexpr double easyCondition = std::is_same_v<T, float> ? 1e4 : 4;
// Up to this condition a product with the inverse may be rounded to T at every step.
constexpr double mildCondition = 4;

// result (rows×n, row-major) = panel·M for a row-major M, whose upper triangular form saves flops where n is large.
template <class T>
void multiplyPanel(const T* panel, index_t panelStride, index_t rows, index_t n, const T* M, bool triangular, T* result,
                   index_t stride) {
  const index_t step = triangular && n > 96 ? 64 : n;
  for (index_t j = 0; j < n; j += step) {
    const index_t width = std::min(step, n - j);
    lapack::gemm<T>("N", "N", int(width), int(rows), int(triangular ? j + width : n), T(1), M + j, int(n), panel,
                    int(panelStride), T(0), result + j, int(stride));
  }
}

// target (row-major; null: not stored) = source·M, panel by panel in double, and the Gram matrix of the product where
// wanted. Source and target may be the same memory. M is column-major.
template <class T>
void multiplyPanels(View<const T> source, const double* M, bool triangular, T* target, double* gram) {
  const index_t m = source.rows, n = source.columns, step = panelRows(n);
  Buffer<double> packed(step * n), product(step * n), rowsOfM(n * n);
  copy(columnMajor(M, n, n), rowMajor(rowsOfM.data(), n, n));  // GEMM without transposes is up to three times as fast
  for (index_t i = 0; i < m; i += step) {
    const index_t rows = std::min(step, m - i);
    const RowPanel panel = rowPanel(source, i, rows, packed.data());
    double* result = product.data();
    if constexpr (std::is_same_v<T, double>)
      if (target && panel.data != target + i * n) result = target + i * n;
    multiplyPanel(panel.data, panel.stride, rows, n, rowsOfM.data(), triangular, result, n);
    if (gram) addGram({result, n}, rows, n, gram, i == 0);
    if (target && static_cast<void*>(result) != target + i * n)
      copy(rowMajor(result, rows, n), rowMajor(target + i * n, rows, n));
  }
}

// The last product in float itself: half the time, and for a well-conditioned factor as accurate.
void multiplyFloat(View<const float> source, const double* M, bool triangular, float* target) {
  const index_t m = source.rows, n = source.columns, step = panelRows(n);
  Buffer<float> packed(step * n), rowsOfM(n * n);
  copy(columnMajor(M, n, n), rowMajor(rowsOfM.data(), n, n));
  for (index_t i = 0; i < m; i += step) {
    const index_t rows = std::min(step, m - i);
    copy(View<const float>{&source(i, 0), rows, n, source.rowStride, source.columnStride},
         rowMajor(packed.data(), rows, n));
    multiplyPanel(packed.data(), n, rows, n, rowsOfM.data(), triangular, target + i * n, n);
  }
}

// R by Householder where the Gram matrix is of no use. A·R⁻¹ is then nearly orthogonal, and the second pass does the
// rest, sooner than reflectors would form Q of a long matrix. In float, a condition beyond worstCondition is a
// deficient rank.
template <class T>
bool adoptHouseholder(View<const T> A, T* Q, GramFactor& first) {
  const index_t m = A.rows, n = A.columns;
  if constexpr (std::is_same_v<T, double>) {
    if (!Q || m < longRatio * n || m * n < longSize || n < 32) return false;
    if (const Scan<T> seen = pack(A, rowMajor(Q, m, n)); !seen.finite || rangeExponent(seen.largest) != 0) return false;
    const TreeQR<T> factors(Q, m, n, n, false);
    Buffer<T> R(n * n), signs(n);
    extractR(rowMajor<const T>(Q, n, n), R.data());
    makeDiagonalPositive(R.data(), n, n, signs.data());
    return first.adopt(R.data(), n) && first.condition < worstAdopted;
  }
  return false;
}

}  // namespace

template <class T>
bool CholeskyQR<T>::factor(View<const T> A, T* Q) {
  const index_t m = A.rows, n = A.columns, step = panelRows(n);
  source_ = A;
  Q_ = Q;
  Buffer<double> gram(n * n);
  {
    Buffer<double> packed(step * n);
    for (index_t i = 0; i < m; i += step) {
      const index_t rows = std::min(step, m - i);
      addGram(rowPanel(A, i, rows, packed.data()), rows, n, gram.data(), i == 0);
    }
  }
  GramFactor first;
  if (!first.factor(gram.data(), n, m >= secondPassRatio * n ? worstCondition : easyCondition<T>)) {
    if (!adoptHouseholder(A, Q, first)) return false;
  } else if (first.condition <= easyCondition<T>) {
    R_ = std::move(first.R);
    inverse_ = std::move(first.inverse);
    mild_ = first.condition <= mildCondition;
    return true;
  }
  multiplyPanels(A, first.inverse.data(), true, Q, gram.data());
  GramFactor second;
  if (!second.factor(gram.data(), n, mildCondition)) return false;
  if (Q) source_ = rowMajor<const T>(Q, m, n);
  mild_ = true;
  R_ = std::move(first.R);
  inverse_ = std::move(second.inverse);
  lapack::trmm<double>("L", "U", "N", "N", int(n), int(n), 1.0, second.R.data(), int(n), R_.data(), int(n));
  return true;
}

template <class T>
void CholeskyQR<T>::multiply(const double* M) const {
  const index_t n = source_.columns;
  const double* factor = inverse_.data();
  Buffer<double> product(M ? n * n : 0);
  if (M) {
    std::copy(M, M + n * n, product.data());
    lapack::trmm<double>("L", "U", "N", "N", int(n), int(n), 1.0, inverse_.data(), int(n), product.data(), int(n));
    factor = product.data();
  }
  if constexpr (std::is_same_v<T, float>)
    if (mild_) return multiplyFloat(source_, factor, !M, Q_);
  multiplyPanels(source_, factor, !M, Q_, nullptr);
}

template class CholeskyQR<float>;
template class CholeskyQR<double>;

}  // namespace lowrank
