#include "symmetricSolve.hpp"

#include "buffer.hpp"
#include "columnScaling.hpp"
#include "lapack.hpp"
#include "pack.hpp"
#include "triangle.hpp"

namespace lowrank {

template <class T>
Outcome solveSymmetric(View<const T> A, View<const T> B, T* X) {
  const index_t n = A.rows, p = B.columns;
  Buffer<T> factor(n * n), rightHandSides(n * p);
  const View<T> turned = columnMajor(rightHandSides.data(), n, p);
  Outcome outcome;
  const Scan<T> seenA = packTriangle(A, Triangle::lower, factor.data()), seenB = pack(B, turned);
  outcome.finite = seenA.finite && seenB.finite;
  if (!outcome.finite || n == 0) return outcome;
  const int exponentA = rangeExponent(seenA.largest), exponentB = rangeExponent(seenB.largest);
  scaleByPower(rowMajor(factor.data(), n, n), -exponentA);
  scaleByPower(turned, -exponentB);
  Buffer<int> pivots(n);
  T size = 0;
  // Column-major 'U' is row-major lower.
  lapack::sytrf<T>('U', n, factor.data(), n, pivots.data(), &size, -1, &outcome.info);
  Buffer<T> work(lapack::workspaceSize(size));
  lapack::sytrf<T>('U', n, factor.data(), n, pivots.data(), work.data(), work.size(), &outcome.info);
  if (outcome.info != 0 || p == 0) return outcome;
  lapack::sytrs<T>('U', n, p, factor.data(), n, pivots.data(), rightHandSides.data(), n, &outcome.info);
  copy(turned, rowMajor(X, n, p));
  scaleByPower(rowMajor(X, n, p), exponentB - exponentA);
  return outcome;
}

template Outcome solveSymmetric(View<const float>, View<const float>, float*);
template Outcome solveSymmetric(View<const double>, View<const double>, double*);

}  // namespace lowrank
