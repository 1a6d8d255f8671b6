#include "qrPivoted.hpp"

#include <algorithm>
#include <numeric>

#include "buffer.hpp"
#include "lapack.hpp"
#include "pack.hpp"
#include "qrHouseholder.hpp"

namespace lowrank {

template <class T>
void qrPivoted(T* C, index_t k, index_t n, T* Q, std::int32_t* permutation) {
  if (k == 0) return std::iota(permutation, permutation + n, 0);
  const int m = int(k), N = int(n);
  Buffer<T> a(k * n), tau(k), signs(k);
  Buffer<T> work(2 * n + (std::max(k, n) + 1) * 64);  // what both routines ask for, with blocks of up to 64 columns
  copy(rowMajor(C, k, n), columnMajor(a.data(), k, n));
  std::fill(permutation, permutation + n, 0);
  int info = 0;
  lapack::geqp3<T>(m, N, a.data(), m, permutation, tau.data(), work.data(), int(work.size()), &info);
  for (index_t j = 0; j < n; ++j) --permutation[j];
  copy(columnMajor(a.data(), k, n), rowMajor(C, k, n));
  extractR(rowMajor<const T>(C, k, n), C);
  makeDiagonalPositive(C, k, n, signs.data());
  if (!Q) return;
  lapack::orgqr<T>(m, m, m, a.data(), m, tau.data(), work.data(), int(work.size()), &info);
  for (index_t j = 0; j < k; ++j)
    for (index_t i = 0; i < k; ++i) a[j * k + i] *= signs[j];
  copy(columnMajor(a.data(), k, k), rowMajor(Q, k, k));
}

template void qrPivoted(float*, index_t, index_t, float*, std::int32_t*);
template void qrPivoted(double*, index_t, index_t, double*, std::int32_t*);

}  // namespace lowrank
