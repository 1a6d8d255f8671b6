#include "eigh.hpp"

#include "buffer.hpp"
#include "lapack.hpp"
#include "pack.hpp"
#include "signs.hpp"
#include "triangle.hpp"

namespace lowrank {

template <class T>
Outcome eigh(View<const T> A, T* eigenvalues, T* eigenvectors) {
  const index_t n = A.rows;
  Buffer<T> vectors(n * n);
  Outcome outcome;
  outcome.finite = packTriangle(A, Triangle::lower, vectors.data()).finite;
  if (!outcome.finite || n == 0) return outcome;
  const char job = eigenvectors ? 'V' : 'N';
  T size = 0;
  int integerSize = 0;
  // Column-major 'U' is row-major lower.
  lapack::syevd<T>(job, 'U', n, vectors.data(), n, eigenvalues, &size, -1, &integerSize, -1, &outcome.info);
  Buffer<T> work(static_cast<index_t>(size));
  Buffer<int> integers(integerSize);
  lapack::syevd<T>(job, 'U', n, vectors.data(), n, eigenvalues, work.data(), work.size(), integers.data(), integerSize, &outcome.info);
  if (outcome.info != 0 || !eigenvectors) return outcome;
  // LAPACK's columns are our rows until they are transposed.
  Buffer<T> signs(n);
  signsOfRows(vectors.data(), n, n, signs.data());
  scaleRows(vectors.data(), n, n, signs.data());
  copy(columnMajor(vectors.data(), n, n), rowMajor(eigenvectors, n, n));
  return outcome;
}

template Outcome eigh(View<const float>, float*, float*);
template Outcome eigh(View<const double>, double*, double*);

}  // namespace lowrank
