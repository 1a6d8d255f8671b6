#include "eigh.hpp"

#include <algorithm>

#include "buffer.hpp"
#include "lapack.hpp"
#include "pack.hpp"
#include "powerOfTwo.hpp"
#include "reflectors.hpp"
#include "signs.hpp"
#include "triangle.hpp"

namespace lowrank {
namespace {

// A = Q T Qᵀ of the column-major lower triangle at A, T tridiagonal with diagonal d (n) and subdiagonal e (n−1). As
// sytrd leaves them, the reflectors of Q stand below the subdiagonal.
template <class T>
void tridiagonalize(T* A, index_t n, T* d, T* e, T* tau) {
  int info = 0;
  T size = 0;
  lapack::sytrd<T>('L', n, A, n, d, e, tau, &size, -1, &info);
  Buffer<T> work(lapack::workspaceSize(size));
  lapack::sytrd<T>('L', n, A, n, d, e, tau, work.data(), work.size(), &info);
}

// Replaces d by the eigenvalues of the tridiagonal matrix; `vectors` (n×n, column-major) are its eigenvectors.
template <class T>
int divideAndConquer(index_t n, T* d, T* e, T* vectors) {
  int info = 0, integerSize = 0;
  T size = 0;
  lapack::stedc<T>('I', n, d, e, vectors, n, &size, -1, &integerSize, -1, &info);
  Buffer<T> work(lapack::workspaceSize(size));
  Buffer<int> integers(integerSize);
  lapack::stedc<T>('I', n, d, e, vectors, n, work.data(), work.size(), integers.data(), integerSize, &info);
  return info;
}

}  // namespace

template <class T>
Outcome eigh(View<const T> A, T* eigenvalues, T* eigenvectors) {
  const index_t n = A.rows;
  Buffer<T> reduced(n * n), subdiagonal(n), tau(n);
  Outcome outcome;
  // The upper triangle of a row-major Aᵀ is the column-major lower triangle of A.
  const Scan<T> scanned = packTriangle(A.transposed(), Triangle::upper, reduced.data());
  outcome.finite = scanned.finite;
  if (!outcome.finite || n == 0) return outcome;

  const int exponent = scalingExponent(scanned.largest);
  scaleByPowerOfTwo(reduced.data(), n * n, exponent);
  tridiagonalize(reduced.data(), n, eigenvalues, subdiagonal.data(), tau.data());
  if (!eigenvectors) {
    lapack::sterf<T>(n, eigenvalues, subdiagonal.data(), &outcome.info);
  } else {
    Buffer<T> vectors(n * n);
    outcome.info = divideAndConquer(n, eigenvalues, subdiagonal.data(), vectors.data());
    if (outcome.info != 0) return outcome;
    copy(columnMajor(vectors.data(), n, n), rowMajor(eigenvectors, n, n));
    // The first reflector begins in the second row.
    if (n > 1)
      applyReflectors(View<const T>{reduced.data() + 1, n - 1, n - 1, 1, n}, tau.data(),
                      rowMajor(eigenvectors + n, n - 1, n));
    T* signs = tau.data();
    signsOfColumns(eigenvectors, n, n, signs);
    scaleColumns(eigenvectors, n, n, signs);
  }
  scaleByPowerOfTwo(eigenvalues, n, -exponent);
  return outcome;
}

template Outcome eigh(View<const float>, float*, float*);
template Outcome eigh(View<const double>, double*, double*);

}  // namespace lowrank
