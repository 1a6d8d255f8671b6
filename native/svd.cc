#include "svd.hpp"

#include <algorithm>

#include "buffer.hpp"
#include "lapack.hpp"
#include "pack.hpp"
#include "signs.hpp"

namespace lowrank {
namespace {

// The SVD of the column-major m×n matrix at `A`, which is destroyed; U, s, Vt column-major as LAPACK gives them.
template <class T>
int gesdd(SvdMode mode, index_t m, index_t n, T* A, T* U, T* s, T* Vt) {
  const index_t k = std::min(m, n);
  const char job = mode == SvdMode::values ? 'N' : mode == SvdMode::thin ? 'S' : 'A';
  const index_t rowsOfVt = mode == SvdMode::full ? n : k;
  Buffer<int> integers(8 * k);
  T size = 0;
  int info = 0;
  lapack::gesdd<T>(job, m, n, A, m, s, U, m, Vt, rowsOfVt, &size, -1, integers.data(), &info);
  Buffer<T> work(static_cast<index_t>(size));
  lapack::gesdd<T>(job, m, n, A, m, s, U, m, Vt, rowsOfVt, work.data(), work.size(), integers.data(), &info);
  return info;
}

// The same by QR iteration, which is slower and converges where divide and conquer does not.
template <class T>
int gesvd(SvdMode mode, index_t m, index_t n, T* A, T* U, T* s, T* Vt) {
  const index_t k = std::min(m, n);
  const char job = mode == SvdMode::values ? 'N' : mode == SvdMode::thin ? 'S' : 'A';
  const index_t rowsOfVt = mode == SvdMode::full ? n : k;
  T size = 0;
  int info = 0;
  lapack::gesvd<T>(job, job, m, n, A, m, s, U, m, Vt, rowsOfVt, &size, -1, &info);
  Buffer<T> work(static_cast<index_t>(size));
  lapack::gesvd<T>(job, job, m, n, A, m, s, U, m, Vt, rowsOfVt, work.data(), work.size(), &info);
  return info;
}

// The sign convention. Extra vectors of mode full have a sign of their own.
template <class T>
void fixSigns(index_t m, index_t n, index_t columnsOfU, index_t rowsOfVt, T* U, T* Vt) {
  const index_t k = std::min(m, n);
  Buffer<T> signs(std::max(columnsOfU, rowsOfVt));
  signsOfColumns(U, m, columnsOfU, signs.data());
  scaleColumns(U, m, columnsOfU, signs.data());
  signsOfRows(Vt + k * n, rowsOfVt - k, n, signs.data() + k);
  scaleRows(Vt, rowsOfVt, n, signs.data());
}

}  // namespace

template <class T>
Outcome svd(View<const T> A, SvdMode mode, T* U, T* singularValues, T* Vt) {
  const index_t m = A.rows, n = A.columns, k = std::min(m, n);
  const bool vectors = mode != SvdMode::values, tall = m > n;
  const index_t columnsOfU = mode == SvdMode::full ? m : k, rowsOfVt = mode == SvdMode::full ? n : k;
  Buffer<T> copyOfA(m * n);
  // A row-major A is a column-major Aᵀ = V S Uᵀ, whose factors LAPACK writes just as our caller wants them. A tall A is
  // turned instead, because LAPACK is faster on tall matrices than on wide ones.
  const View<T> packed = tall ? columnMajor(copyOfA.data(), m, n) : rowMajor(copyOfA.data(), m, n);
  Outcome outcome;
  outcome.finite = pack(A, packed).finite;
  if (!outcome.finite) return outcome;
  if (k == 0) {
    for (auto [square, order] : {std::pair{U, columnsOfU}, std::pair{Vt, rowsOfVt}}) {
      if (mode != SvdMode::full) break;
      std::fill(square, square + order * order, T(0));
      for (index_t i = 0; i < order; ++i) square[i * order + i] = 1;
    }
    return outcome;
  }
  Buffer<T> turnedU(vectors && tall ? m * columnsOfU : 0), turnedVt(vectors && tall ? rowsOfVt * n : 0);
  const auto factor = [&](auto routine) {
    return tall ? routine(mode, m, n, copyOfA.data(), turnedU.data(), singularValues, turnedVt.data())
                : routine(mode, n, m, copyOfA.data(), Vt, singularValues, U);
  };
  outcome.info = factor(gesdd<T>);
  if (outcome.info > 0) {
    pack(A, packed);
    outcome.info = factor(gesvd<T>);
  }
  if (outcome.info != 0 || !vectors) return outcome;
  if (tall) {
    copy(columnMajor(turnedU.data(), m, columnsOfU), rowMajor(U, m, columnsOfU));
    copy(columnMajor(turnedVt.data(), rowsOfVt, n), rowMajor(Vt, rowsOfVt, n));
  }
  fixSigns(m, n, columnsOfU, rowsOfVt, U, Vt);
  return outcome;
}

template Outcome svd(View<const float>, SvdMode, float*, float*, float*);
template Outcome svd(View<const double>, SvdMode, double*, double*, double*);

}  // namespace lowrank
