#include "svdBidiagonal.hpp"

#include <algorithm>

#include "bidiagonalize.hpp"
#include "buffer.hpp"
#include "lapack.hpp"
#include "pack.hpp"
#include "powerOfTwo.hpp"
#include "reflectors.hpp"

namespace lowrank {
namespace {

// A column-major target takes the n×n result where it stands; a row-major one takes a copy.
template <class T>
class Square {
  View<T> target_;
  Buffer<T> copy_;

 public:
  Square(View<T> target, index_t n)
      : target_{target.data, n, n, target.rowStride, target.columnStride}, copy_(target.rowStride == 1 ? 0 : n * n) {}
  bool direct() const { return copy_.size() == 0; }
  T* data() const { return direct() ? target_.data : copy_.data(); }
  index_t leadingDimension() const { return direct() ? target_.columnStride : target_.rows; }
  void deliver() const {
    if (!direct()) copy(columnMajor(copy_.data(), target_.rows, target_.rows), target_);
  }
};

// [B 0; 0 I] around the n×n block B that is there already.
template <class T>
void borderByIdentity(View<T> U, index_t n) {
  if (U.rowStride != 1) U = U.transposed();  // the same, as a column-major matrix
  for (index_t j = 0; j < U.columns; ++j) {
    T* column = &U(0, j);
    std::fill(column + (j < n ? std::min(n, U.rows) : 0), column + U.rows, T(0));
    if (j >= n && j < U.rows) column[j] = 1;
  }
}

}  // namespace

template <class T>
int svdBidiagonal(T* A, index_t m, index_t n, T largest, View<T> U, T* singularValues, View<T> Vt) {
  const int exponent = scalingExponent(largest);
  scaleByPowerOfTwo(A, m * n, exponent);

  const bool vectors = U.data != nullptr;
  Buffer<T> superdiagonal(n), tauQ(n), tauP(n), work(vectors ? 3 * n * n + 4 * n : 4 * n);
  Buffer<int> integers(8 * n);
  bidiagonalize(A, m, n, singularValues, superdiagonal.data(), tauQ.data(), tauP.data());

  int info = 0;
  if (!vectors) {
    lapack::bdsdc<T>('U', 'N', n, singularValues, superdiagonal.data(), nullptr, 1, nullptr, 1, nullptr, nullptr,
                     work.data(), integers.data(), &info);
  } else {
    Square<T> left(U, n), right(Vt, n);
    lapack::bdsdc<T>('U', 'I', n, singularValues, superdiagonal.data(), left.data(), left.leadingDimension(),
                     right.data(), right.leadingDimension(), nullptr, nullptr, work.data(), integers.data(), &info);
    if (info != 0) return info;
    left.deliver();
    right.deliver();
    borderByIdentity(U, n);
    applyReflectors(View<const T>(columnMajor(A, m, n)), tauQ.data(), U);
    // Vt := Vt Pᵀ is V := P V; the first reflector of P begins in the second row.
    const View<T> V = Vt.transposed();
    if (n > 1)
      applyReflectors(View<const T>{A + m, n - 1, n - 1, m, 1}, tauP.data(),
                      View<T>{&V(1, 0), n - 1, n, V.rowStride, V.columnStride});
  }
  scaleByPowerOfTwo(singularValues, n, -exponent);
  return info;
}

template int svdBidiagonal(float*, index_t, index_t, float, View<float>, float*, View<float>);
template int svdBidiagonal(double*, index_t, index_t, double, View<double>, double*, View<double>);

}  // namespace lowrank
