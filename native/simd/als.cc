// The exact half-sweep of alternating least squares: normal equations row by row, solved for a vector of rows at once.
#include "alsEntries.hpp"
#include "alsFactor.hpp"
#include "alsGram.hpp"
#include "declare.hpp"
#include "transpose.hpp"

namespace lowrank::simd::LOWRANK_ISA {

namespace {

// The next rows with entries, one a lane; lanes left over repeat the last one.
template <class T>
struct RowGroup {
  index_t rows[lanes<T>];
  int real = 0;

  // Fills the group with rows from `next` on, and moves that on; rows without entries are solved by zero.
  bool fill(const AlsRows<T>& all, index_t& next, index_t end) {
    for (real = 0; real < lanes<T> && next < end; ++next) {
      if (all.A.rowPointers[next] < all.A.rowPointers[next + 1]) {
        rows[real++] = next;
        continue;
      }
      setEmpty(all, next);
    }
    for (int lane = real; real > 0 && lane < lanes<T>; ++lane) rows[lane] = rows[real - 1];
    return real > 0;
  }
};

// Columns from `first` of row r of every lane's equations, as the vectors put(column, entries of the lanes).
template <class T, class Put>
inline void spread(const Normal<T>* normals, index_t r, index_t first, Put put) {
  const index_t width = normals[0].width, at = r * normals[0].stride();
  for (index_t column = first; column < width; column += lanes<T>) {
    Vec<T> square[lanes<T>];
    LOWRANK_UNROLL
    for (int lane = 0; lane < lanes<T>; ++lane) square[lane] = load(normals[lane].sums + at + column);
    transpose<T>(square);
    if (column + lanes<T> <= width) {
      LOWRANK_UNROLL
      for (int c = 0; c < lanes<T>; ++c) put(column + c, square[c]);
    } else {
      for (int c = 0; column + c < width; ++c) put(column + c, square[c]);
    }
  }
}

template <class T>
inline void interleave(const AlsRows<T>& rows, const Normal<T>* normals, Vec<T> penalty, NormalFactor<T>& factor) {
  const index_t n = rows.width;
  for (index_t r = 0; r < n; ++r) {
    spread<T>(normals, r, r, [&](index_t column, Vec<T> sums) { factor.at(column, r) = sums; });
    if (rows.gram)
      for (index_t column = r; column < n; ++column) factor.at(column, r) += rows.gram[r * rows.gramStride + column];
    factor.at(r, r) += penalty;
  }
  spread<T>(normals, n, 0, [&](index_t column, Vec<T> sums) { factor.at(n, column) = sums; });
}

}  // namespace

template <class T>
void alsExact(const AlsRows<T>& rows, T smallest, index_t begin, index_t end) {
  const index_t n = rows.width, each = Normal<T>::entries(n);
  const auto numbers = static_cast<std::size_t>(lanes<T> * each + 2 * paddedWidth<T>(n));
  Workspace workspace(NormalFactor<T>::bytes(n) + numbers * sizeof(T));
  NormalFactor<T> factor(workspace, n);
  Normal<T> normals[lanes<T>];
  for (Normal<T>& normal : normals) normal = {n, workspace.take<T>(each), 0};
  T* const x = workspace.take<T>(2 * paddedWidth<T>(n));
  Panel<T> panel;
  panel.features = rows.features;
  panel.stride = rows.stride;
  RowGroup<T> group;
  for (index_t next = begin; group.fill(rows, next, end);) {
    Vec<T> penalty, squares;
    Normal<T> lanesOf[lanes<T>];
    for (int lane = 0; lane < lanes<T>; ++lane) {
      if (lane < group.real) formNormal(rows, group.rows[lane], panel, normals[lane]);
      lanesOf[lane] = normals[lane < group.real ? lane : group.real - 1];
      penalty[lane] = rows.regularizationOf(group.rows[lane]);
      squares[lane] = lanesOf[lane].squares;
    }
    interleave<T>(rows, lanesOf, penalty, factor);
    factor.run(smallest);
    const Vec<T> explained = factor.squares();
    factor.substitute();
    for (int lane = 0; lane < group.real; ++lane) {
      const index_t i = group.rows[lane];
      for (index_t k = 0; k < n; ++k) rows.solutions[i * rows.solutionStride + k] = factor.x[k][lane];
      rows.objectives[i] = static_cast<double>(squares[lane]) - static_cast<double>(explained[lane]);
      if (!(rows.objectives[i] > leastFree<T> * static_cast<double>(squares[lane]))) {
        copyPadded(rows.solutions + i * rows.solutionStride, n, x);
        rows.objectives[i] = objectiveOfRow(rows, i, x, x + paddedWidth<T>(n));
      }
      rows.hard[i] = factor.hard[lane] != 0;
    }
  }
}

LOWRANK_SIMD_INSTANTIATE(alsExact)

}  // namespace lowrank::simd::LOWRANK_ISA
