#include "gemm.hpp"

#include <algorithm>
#include <limits>

#include "buffer.hpp"
#include "lapack.hpp"
#include "pack.hpp"
#include "product.hpp"

namespace lowrank {

namespace {

constexpr index_t blasMaximum = std::numeric_limits<lapack::blasint>::max();

// A row-major matrix is its transpose in column-major order, which is what BLAS sees. `leading` is 0 where BLAS cannot
// take the view in place.
template <class T>
index_t leadingDimension(const View<T>& view) {
  const index_t ld = view.rows > 1 ? view.rowStride : view.columns;
  const bool unit = view.columnStride == 1 || view.columns <= 1;
  return unit && ld >= view.columns && ld <= blasMaximum ? std::max<index_t>(ld, 1) : 0;
}

template <class T>
struct Operand {
  const T* data;
  char trans;  // of the row-major matrix, as BLAS sees it after the whole product is transposed
  index_t ld;
  Buffer<T> packed;

  explicit Operand(const View<const T>& view) : data(view.data), trans('N'), ld(leadingDimension(view)) {
    if (ld != 0) return;
    ld = leadingDimension(view.transposed());
    trans = 'T';
    if (ld != 0) return;
    packed = Buffer<T>(view.rows * view.columns);
    lowrank::copy(view, rowMajor(packed.data(), view.rows, view.columns));
    data = packed.data();
    trans = 'N';
    ld = std::max<index_t>(view.columns, 1);
  }
};

// y ← αAx + βy for x and y of any stride; negative strides are turned round by the caller's copy.
template <class T>
bool multiplyVector(T alpha, View<const T> A, View<const T> x, T beta, View<T> y) {
  const index_t incx = x.rows > 1 ? x.rowStride : 1, incy = y.rows > 1 ? y.rowStride : 1;
  if (incx <= 0 || incy <= 0 || incx > blasMaximum || incy > blasMaximum) return false;
  // Fresh memory may hold NaN, which some versions of OpenBLAS multiply by β = 0 and keep.
  if (beta == 0)
    for (index_t i = 0; i < y.rows; ++i) y(i, 0) = 0;
  const Operand<T> matrix(A);
  if (matrix.trans == 'N')
    lapack::gemv<T>('T', A.columns, A.rows, alpha, matrix.data, matrix.ld, x.data, incx, beta, y.data, incy);
  else
    lapack::gemv<T>('N', A.rows, A.columns, alpha, matrix.data, matrix.ld, x.data, incx, beta, y.data, incy);
  return true;
}

// From here on half a product and its mirror image are faster than a whole one.
constexpr index_t symmetricMinimum = 32;

// A Aᵀ, or Aᵀ A, of one matrix in one place.
template <class T>
bool isSymmetricProduct(const View<const T>& A, const View<const T>& B) {
  return A.data == B.data && A.rows == B.columns && A.columns == B.rows && A.rowStride == B.columnStride &&
         A.columnStride == B.rowStride && A.rows >= symmetricMinimum && A.columns >= symmetricMinimum;
}

// C ← αAAᵀ for a row-major C: the lower triangle, which is BLAS's upper one, then its mirror image by tiles.
template <class T>
void multiplyByTranspose(T alpha, const View<const T>& A, const View<T>& C, index_t ld) {
  const Operand<T> matrix(A);
  const index_t n = A.rows;
  lapack::syrk<T>('U', matrix.trans == 'N' ? 'T' : 'N', n, A.columns, alpha, matrix.data, matrix.ld, T(0), C.data, ld);
  constexpr index_t tile = 32;
  for (index_t i0 = 0; i0 < n; i0 += tile)
    for (index_t j0 = 0; j0 <= i0; j0 += tile)
      for (index_t i = i0; i < std::min(i0 + tile, n); ++i)
        for (index_t j = j0; j < std::min(j0 + tile, i); ++j) C(j, i) = C(i, j);
}

}  // namespace

template <class T>
void multiply(T alpha, View<const T> A, View<const T> B, T beta, View<T> C) {
  const index_t m = A.rows, k = A.columns, n = B.columns;
  if (m == 0 || n == 0) return;
  if (k == 0) {
    for (index_t i = 0; i < m; ++i)
      for (index_t j = 0; j < n; ++j) C(i, j) = beta == 0 ? 0 : beta * C(i, j);
    return;
  }
  if (n == 1 && multiplyVector(alpha, A, B, beta, C)) return;
  if (m == 1 && multiplyVector(alpha, B.transposed(), A.transposed(), beta, C.transposed())) return;
  const index_t ld = leadingDimension(C);
  if (ld != 0 && beta == 0 && isSymmetricProduct(A, B)) {
    multiplyByTranspose(alpha, A, C, ld);
  } else if (C.columnStride == 1 && ownProductPays(m, n, k)) {
    multiplyOwn(alpha, A, B, beta, C);
  } else if (ld != 0) {
    const Operand<T> left(A), right(B);
    // Row-major C = AB is column-major Cᵀ = BᵀAᵀ.
    lapack::gemm<T>(right.trans, left.trans, n, m, k, alpha, right.data, right.ld, left.data, left.ld, beta, C.data,
                    ld);
  } else if (leadingDimension(C.transposed()) != 0) {
    multiply<T>(alpha, B.transposed(), A.transposed(), beta, C.transposed());
  } else {
    Buffer<T> product(m * n);
    multiply<T>(alpha, A, B, T(0), rowMajor(product.data(), m, n));
    for (index_t i = 0; i < m; ++i)
      for (index_t j = 0; j < n; ++j) C(i, j) = product.data()[i * n + j] + (beta == 0 ? 0 : beta * C(i, j));
  }
}

template void multiply<float>(float, View<const float>, View<const float>, float, View<float>);
template void multiply<double>(double, View<const double>, View<const double>, double, View<double>);

}  // namespace lowrank
