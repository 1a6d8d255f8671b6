#include "qrCholesky.hpp"

#include <algorithm>
#include <type_traits>

#include "lapack.hpp"
#include "pack.hpp"

namespace lowrank {
namespace {

// Above this condition the second pass cannot be trusted to repair the first: ε·κ² nears one.
constexpr double worstCondition = 1e7;
// Up to this condition one pass is as orthogonal as Householder (double), or rounds to it (float).
template <class T>
constexpr double easyCondition = std::is_same_v<T, float> ? 1e4 : 4;

// result (rows×n, row-major) = panel · M for a column-major M, whose upper triangular form saves flops where n is large.
void multiplyPanel(RowPanel panel, index_t rows, index_t n, const double* M, bool triangular, double* result,
                   index_t stride) {
  const index_t step = triangular && n > 96 ? 64 : n;
  for (index_t j = 0; j < n; j += step) {
    const index_t width = std::min(step, n - j);
    lapack::gemm<double>("T", "N", int(width), int(rows), int(triangular ? j + width : n), 1.0, M + j * n, int(n),
                         panel.data, int(panel.stride), 0.0, result + j, int(stride));
  }
}

// target (row-major; null: not stored) = source · M, panel by panel, and the Gram matrix of the product where wanted.
// Source and target may be the same memory.
template <class T>
void multiplyPanels(View<const T> source, const double* M, bool triangular, T* target, double* gram) {
  const index_t m = source.rows, n = source.columns, step = panelRows(n);
  Buffer<double> packed(step * n), product(step * n);
  for (index_t i = 0; i < m; i += step) {
    const index_t rows = std::min(step, m - i);
    const RowPanel panel = rowPanel(source, i, rows, packed.data());
    double* result = product.data();
    if constexpr (std::is_same_v<T, double>)
      if (target && panel.data != target + i * n) result = target + i * n;
    multiplyPanel(panel, rows, n, M, triangular, result, n);
    if (gram) addGram({result, n}, rows, n, gram, i == 0);
    if (target && static_cast<void*>(result) != target + i * n)
      copy(rowMajor(result, rows, n), rowMajor(target + i * n, rows, n));
  }
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
  if (!first.factor(gram.data(), n) || !(first.condition < worstCondition)) return false;
  if (first.condition <= easyCondition<T>) {
    R_ = std::move(first.R);
    inverse_ = std::move(first.inverse);
    return true;
  }
  multiplyPanels(A, first.inverse.data(), true, Q, gram.data());
  GramFactor second;
  if (!second.factor(gram.data(), n) || !(second.condition < 4)) return false;
  if (Q) source_ = rowMajor<const T>(Q, m, n);
  R_ = std::move(first.R);
  inverse_ = std::move(second.inverse);
  lapack::trmm<double>("L", "U", "N", "N", int(n), int(n), 1.0, second.R.data(), int(n), R_.data(), int(n));
  return true;
}

template <class T>
void CholeskyQR<T>::multiply(const double* M) const {
  const index_t n = source_.columns;
  if (!M) return multiplyPanels(source_, inverse_.data(), true, Q_, nullptr);
  Buffer<double> product(n * n);
  std::copy(M, M + n * n, product.data());
  lapack::trmm<double>("L", "U", "N", "N", int(n), int(n), 1.0, inverse_.data(), int(n), product.data(), int(n));
  multiplyPanels(source_, product.data(), false, Q_, nullptr);
}

template class CholeskyQR<float>;
template class CholeskyQR<double>;

}  // namespace lowrank
