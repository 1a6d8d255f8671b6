#include "triangular.hpp"

#include "buffer.hpp"
#include "columnScaling.hpp"
#include "lapack.hpp"

namespace lowrank {

template <class T>
void solveTriangularInPlace(const T* A, index_t n, Triangle which, bool transposed, Diagonal diagonal, T* X,
                            index_t p) {
  if (n == 0 || p == 0) return;
  // A row-major triangle is the opposite triangle of a column-major Aᵀ, and a row-major X a column-major Xᵀ.
  const char side = which == Triangle::lower ? 'U' : 'L', unit = diagonal == Diagonal::unit ? 'U' : 'N';
  if (p == 1) lapack::trsv<T>(side, transposed ? 'N' : 'T', unit, n, A, n, X, 1);
  // Xᵀ op(A)ᵀ = Bᵀ
  else
    lapack::trsm<T>('R', side, transposed ? 'T' : 'N', unit, p, n, 1, A, n, X, p);
}

template <class T>
Outcome solveTriangular(View<const T> A, Triangle which, View<const T> B, T* X) {
  const index_t n = A.rows;
  Buffer<T> packed(n * n);
  Outcome outcome;
  const View<T> work = rowMajor(packed.data(), n, n), result = rowMajor(X, n, B.columns);
  const Scan<T> seenA = packTriangle(A, which, packed.data()), seenB = pack(B, result);
  outcome.finite = seenA.finite && seenB.finite;
  if (!outcome.finite) return outcome;
  for (index_t i = 0; i < n; ++i) {
    if (packed[i * n + i] == 0) {
      outcome.info = static_cast<int>(i) + 1;
      return outcome;
    }
  }
  const int exponentA = rangeExponent(seenA.largest), exponentB = rangeExponent(seenB.largest);
  scaleByPower(work, -exponentA);
  scaleByPower(result, -exponentB);
  solveTriangularInPlace(packed.data(), n, which, false, Diagonal::stored, X, B.columns);
  scaleByPower(result, exponentB - exponentA);
  return outcome;
}

#define INSTANTIATE(T)                                                          \
  template Outcome solveTriangular(View<const T>, Triangle, View<const T>, T*); \
  template void solveTriangularInPlace(const T*, index_t, Triangle, bool, Diagonal, T*, index_t);
INSTANTIATE(float)
INSTANTIATE(double)
#undef INSTANTIATE

}  // namespace lowrank
