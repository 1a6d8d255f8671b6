#include "qrHouseholder.hpp"

#include <algorithm>

#include "lapack.hpp"
#include "pack.hpp"

namespace lowrank {
namespace {

// Long panels stream from memory at every level of geqrt3's recursion, so they are narrow; short ones are wide to feed
// GEMM (measured, see bench).
index_t panelWidth(index_t rows, index_t pivots) {
  const index_t width = rows >= 32 * pivots || pivots <= 64 ? 16 : pivots < 512 ? 32 : 64;
  return std::min(width, pivots);
}

}  // namespace

template <class T>
HouseholderQR<T>::HouseholderQR(T* A, index_t rows, index_t columns, index_t pivots, bool keep) : rows_(rows) {
  if (pivots == 0) return;
  const index_t width = panelWidth(rows, pivots);
  const index_t count = (pivots + width - 1) / width;
  const index_t factors = width * width * (keep ? count : 1);
  index_t reflectors = rows * width;
  if (keep)
    for (index_t first = width; first < pivots; first += width)
      reflectors += (rows - first) * std::min(width, pivots - first);
  storage_ = Buffer<T>(factors + reflectors);
  Buffer<T> work(columns * width);
  T* factor = storage_.data();
  T* V = factor + factors;
  for (index_t first = 0; first < pivots; first += width) {
    const Panel panel{first, std::min(width, pivots - first), V, factor};
    const index_t m = rows - first, b = panel.width, rest = columns - first - b;
    T* corner = A + first * columns + first;
    copy(View<const T>{corner, m, b, columns, 1}, columnMajor(V, m, b));
    int info = 0;
    lapack::geqrt3<T>(int(m), int(b), V, int(m), factor, int(b), &info);
    for (index_t j = 0; j < b; ++j) {
      for (index_t i = 0; i <= j; ++i) corner[i * columns + j] = V[j * m + i];
      std::fill(V + j * m, V + j * m + j, T(0));
      V[j * m + j] = 1;
    }
    if (rest > 0) {  // the columns to the right: A −= V·Tᵀ·(VᵀA), all transposed because A is row-major
      T *right = corner + b, *W = work.data();
      lapack::gemm<T>("N", "N", int(rest), int(b), int(m), T(1), right, int(columns), V, int(m), T(0), W, int(rest));
      lapack::trmm<T>("R", "U", "N", "N", int(rest), int(b), T(1), factor, int(b), W, int(rest));
      lapack::gemm<T>("N", "T", int(rest), int(m), int(b), T(-1), W, int(rest), V, int(m), T(1), right, int(columns));
    }
    if (!keep) continue;
    panels_.push_back(panel);
    V += m * b;
    factor += b * b;
  }
}

template <class T>
void HouseholderQR<T>::multiply(T* C, index_t columns) const {
  if (columns == 0 || panels_.empty()) return;
  Buffer<T> work(columns * panels_.front().width);
  T* W = work.data();
  for (auto panel = panels_.rbegin(); panel != panels_.rend(); ++panel) {
    const auto [first, b, V, factor] = *panel;
    const index_t m = rows_ - first;
    T* low = C + first * columns;
    const int n = int(columns), k = int(b);
    lapack::gemm<T>("N", "N", n, k, int(m), T(1), low, n, V, int(m), T(0), W, n);
    lapack::trmm<T>("R", "U", "T", "N", n, k, T(1), factor, k, W, n);
    lapack::gemm<T>("N", "T", n, int(m), k, T(-1), W, n, V, int(m), T(1), low, n);
  }
}

template <class T>
void HouseholderQR<T>::form(T* Q, index_t columns, const T* signs) const {
  setIdentity(Q, rows_, columns);
  if (panels_.empty()) return;
  Buffer<T> work(columns * panels_.front().width);
  T* W = work.data();
  // From the last panel to the first, only the block that starts at the panel's corner is not yet the identity; the
  // panel's own columns there are (signed) unit vectors, so their product with V is V's own top.
  for (auto panel = panels_.rbegin(); panel != panels_.rend(); ++panel) {
    const auto [first, b, V, factor] = *panel;
    const index_t m = rows_ - first, n = columns - first, below = m - b, rest = n - b;
    T* corner = Q + first * columns + first;
    for (index_t j = 0; j < b; ++j) corner[j * columns + j] = signs[first + j];
    for (index_t j = 0; j < b; ++j)
      for (index_t i = 0; i < b; ++i) W[j * n + i] = signs[first + i] * V[j * m + i];
    if (rest > 0 && below > 0)
      lapack::gemm<T>("N", "N", int(rest), int(b), int(below), T(1), corner + b * columns + b, int(columns), V + b,
                      int(m), T(0), W + b, int(n));
    lapack::trmm<T>("R", "U", "T", "N", int(n), int(b), T(1), factor, int(b), W, int(n));
    lapack::gemm<T>("N", "T", int(n), int(m), int(b), T(-1), W, int(n), V, int(m), T(1), corner, int(columns));
  }
}

template <class T>
void setIdentity(T* A, index_t rows, index_t columns) {
  std::fill(A, A + rows * columns, T(0));
  for (index_t j = 0; j < std::min(rows, columns); ++j) A[j * columns + j] = 1;
}

template <class T>
void extractR(View<const T> factored, T* R) {
  const index_t n = factored.columns;
  for (index_t i = 0; i < factored.rows; ++i) {
    const T* row = factored.data + i * factored.rowStride;
    const index_t zeros = std::min(i, n);
    if (row != R + i * n) std::copy(row + zeros, row + n, R + i * n + zeros);
    std::fill(R + i * n, R + i * n + zeros, T(0));
  }
}

template <class T>
void makeDiagonalPositive(T* R, index_t k, index_t columns, T* signs) {
  for (index_t i = 0; i < k; ++i) {
    T* row = R + i * columns;
    signs[i] = row[i] < 0 ? T(-1) : T(1);
    if (signs[i] > 0) continue;
    for (index_t j = i; j < columns; ++j) row[j] = -row[j];
  }
}

template class HouseholderQR<float>;
template class HouseholderQR<double>;
template void setIdentity(float*, index_t, index_t);
template void extractR(View<const float>, float*);
template void makeDiagonalPositive(float*, index_t, index_t, float*);
template void setIdentity(double*, index_t, index_t);
template void extractR(View<const double>, double*);
template void makeDiagonalPositive(double*, index_t, index_t, double*);

}  // namespace lowrank
