#include "cholesky.hpp"

#include <algorithm>

#include "buffer.hpp"
#include "lapack.hpp"
#include "triangle.hpp"
#include "triangular.hpp"

namespace lowrank {
namespace {

// Columns eliminated at a time: wide enough for SYRK to run at full speed, narrow enough for a panel to stay in cache.
constexpr index_t panelWidth = 64;

// Overwrites the lower triangle of the row-major A by L; the upper one is neither read nor written.
// Right-looking, because potrf on a row-major matrix loses a third of its time in TRSM from the left. The panel below
// each diagonal block is turned into a column-major buffer, where TRSM runs from the right, at twice the speed.
template <class T>
int factorInPlace(T* A, index_t n) {
  if (n == 0) return 0;
  const index_t width = std::min(panelWidth, n);
  Buffer<T> panel(n * width);
  for (index_t j = 0; j < n; j += width) {
    const index_t jb = std::min(width, n - j), below = n - j - jb;
    T* diagonal = A + j * n + j;
    int info = 0;
    // Column-major 'U' is row-major lower.
    lapack::potrf<T>('U', jb, diagonal, n, &info);
    if (info != 0) return static_cast<int>(j) + info;
    if (below == 0) break;
    const View<T> source{A + (j + jb) * n + j, below, jb, n, 1}, turned = columnMajor(panel.data(), below, jb);
    copy(source, turned);
    lapack::trsm<T>('R', 'U', 'N', 'N', below, jb, 1, diagonal, n, panel.data(), below);
    copy(turned, source);
    lapack::syrk<T>('U', 'N', below, jb, -1, panel.data(), below, 1, A + (j + jb) * n + j + jb, n);
  }
  return 0;
}

}  // namespace

template <class T>
Outcome cholesky(View<const T> A, T* L) {
  Outcome outcome;
  outcome.finite = packTriangle(A, Triangle::lower, L).finite;
  if (outcome.finite) outcome.info = factorInPlace(L, A.rows);
  return outcome;
}

template <class T>
Outcome choleskySolve(const T* L, index_t n, View<const T> B, T* X) {
  Outcome outcome;
  outcome.finite = pack(B, rowMajor(X, n, B.columns)).finite;
  if (!outcome.finite) return outcome;
  solveTriangularInPlace(L, n, Triangle::lower, false, Diagonal::stored, X, B.columns);
  solveTriangularInPlace(L, n, Triangle::lower, true, Diagonal::stored, X, B.columns);
  return outcome;
}

template <class T>
Outcome solvePositiveDefinite(View<const T> A, View<const T> B, T* X) {
  Buffer<T> L(A.rows * A.rows);
  const Outcome outcome = cholesky(A, L.data());
  return outcome ? choleskySolve(L.data(), A.rows, B, X) : outcome;
}

#define INSTANTIATE(T)                                                       \
  template Outcome cholesky(View<const T>, T*);                              \
  template Outcome choleskySolve(const T*, index_t, View<const T>, T*);      \
  template Outcome solvePositiveDefinite(View<const T>, View<const T>, T*);
INSTANTIATE(float)
INSTANTIATE(double)
#undef INSTANTIATE

}  // namespace lowrank
