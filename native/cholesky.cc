#include "cholesky.hpp"

#include <algorithm>

#include "buffer.hpp"
#include "lapack.hpp"
#include "triangle.hpp"
#include "triangular.hpp"

namespace lowrank {
namespace {

// Columns eliminated at a time. Outer: wide enough for SYRK to run at full speed on what remains, narrow enough for a
// panel to stay in cache. Inner: potrf and TRSM are slow for their flops, so they get little to do.
constexpr index_t outerWidth = 96, innerWidth = 32;

// Right-looking factorization of the leading square of a column-major panel, `rows` by `width`, and of what is below
// it. The upper triangle of the square is overwritten by rubbish.
template <class T>
int factorPanel(T* panel, index_t rows, index_t width) {
  for (index_t j = 0; j < width; j += innerWidth) {
    const index_t jb = std::min(innerWidth, width - j), next = j + jb, below = rows - next;
    T *diagonal = panel + j * rows + j, *column = diagonal + jb;
    int info = 0;
    lapack::potrf<T>('L', jb, diagonal, rows, &info);
    if (info != 0) return static_cast<int>(j) + info;
    if (below == 0) break;
    lapack::trsm<T>('R', 'L', 'T', 'N', below, jb, 1, diagonal, rows, column, rows);
    if (next < width)
      lapack::gemm<T>('N', 'T', below, width - next, jb, -1, column, rows, column, rows, 1, panel + next * rows + next,
                      rows);
  }
  return 0;
}

// Overwrites the lower triangle of the row-major A by L, the upper one by zeros.
// potrf on a row-major matrix loses a third of its time in TRSM from the left. Here each panel is turned into a
// column-major buffer, where TRSM runs from the right, at twice the speed.
template <class T>
int factorInPlace(T* A, index_t n) {
  const index_t widest = std::min(outerWidth, n);
  Buffer<T> panel(n * widest);
  for (index_t j = 0; j < n; j += widest) {
    const index_t width = std::min(widest, n - j), rows = n - j, below = rows - width;
    const View<T> source{A + j * n + j, rows, width, n, 1}, turned = columnMajor(panel.data(), rows, width);
    copy(source, turned);
    const int info = factorPanel(panel.data(), rows, width);
    if (info != 0) return static_cast<int>(j) + info;
    copy(turned, source);
    for (index_t i = 0; i < width; ++i) std::fill(&source(i, i) + 1, &source(i, 0) + width, T(0));
    // Column-major 'U' is row-major lower.
    if (below > 0)
      lapack::syrk<T>('U', 'N', below, width, -1, panel.data() + width, rows, 1, A + (j + width) * n + j + width, n);
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

#define INSTANTIATE(T)                                                  \
  template Outcome cholesky(View<const T>, T*);                         \
  template Outcome choleskySolve(const T*, index_t, View<const T>, T*); \
  template Outcome solvePositiveDefinite(View<const T>, View<const T>, T*);
INSTANTIATE(float)
INSTANTIATE(double)
#undef INSTANTIATE

}  // namespace lowrank
