// Many small right-hand sides of one factored matrix: the lanes hold different right-hand sides.
#include "declare.hpp"

namespace lowrank::simd::LOWRANK_ISA {

namespace {

// `count` vectors of each row of X.
template <class T, int count>
inline void solveColumns(const T* L, index_t n, T* X, index_t width) {
  const auto eliminate = [&](index_t row, index_t from, index_t to, index_t alongRow, index_t alongOther) {
    Vec<T> sums[count];
    for (int c = 0; c < count; ++c) sums[c] = load(X + row * width + c * lanes<T>);
    for (index_t other = from; other < to; ++other) {
      const T factor = L[row * alongRow + other * alongOther];
      for (int c = 0; c < count; ++c) sums[c] -= factor * load(X + other * width + c * lanes<T>);
    }
    for (int c = 0; c < count; ++c) store(X + row * width + c * lanes<T>, sums[c] / L[row * n + row]);
  };
  for (index_t row = 0; row < n; ++row) eliminate(row, 0, row, n, 1);
  for (index_t row = n - 1; row >= 0; --row) eliminate(row, row + 1, n, 1, n);
}

}  // namespace

template <class T>
void factoredSolve(const T* L, index_t n, T* X, index_t width) {
  index_t begin = 0;
  for (; begin + 4 * lanes<T> <= width; begin += 4 * lanes<T>) solveColumns<T, 4>(L, n, X + begin, width);
  for (; begin < width; begin += lanes<T>) solveColumns<T, 1>(L, n, X + begin, width);
}

LOWRANK_SIMD_INSTANTIATE(factoredSolve)

}  // namespace lowrank::simd::LOWRANK_ISA
