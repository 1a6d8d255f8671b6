#include "pack.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace lowrank {
namespace {

// Independent lanes let the compiler keep the reduction in vector registers without reordering floating point.
constexpr index_t lanes = 8;

template <class T>
class Scanner {
  T largest_[lanes] = {}, poison_[lanes] = {};  // poison: 0·x summed, which is NaN exactly when some x was not finite

 public:
  void row(const T* x, index_t count) {
    Scanner local = *this;  // x may alias the members as far as the compiler knows: a copy stays in registers
    index_t i = 0;
    for (; i + lanes <= count; i += lanes)
      for (index_t l = 0; l < lanes; ++l) local.add(l, x[i + l]);
    for (; i < count; ++i) local.add(0, x[i]);
    *this = local;
  }
  void add(index_t lane, T x) {
    const T magnitude = std::abs(x);
    largest_[lane] = magnitude > largest_[lane] ? magnitude : largest_[lane];
    poison_[lane] += x * T(0);
  }
  Scan<T> result() const {
    Scan<T> all;
    for (index_t l = 0; l < lanes; ++l) {
      all.finite = all.finite && poison_[l] == T(0);
      all.largest = std::max(all.largest, largest_[l]);
    }
    return all;
  }
};

// The same interface, for copies that need not look.
template <class T>
struct NoScanner {
  void row(const T*, index_t) {}
  void add(index_t, T) {}
};

// One cache line of doubles: a tile's every line is then used whole before it is left.
constexpr index_t tile = 8;

// source's rows are contiguous, target's columns are.
template <class From, class To, class Look>
void transposeTiles(View<const From> source, View<To> target, Look& look) {
  const index_t m = source.rows, n = source.columns;
  index_t i = 0;
  for (; i + tile <= m; i += tile) {
    for (index_t r = 0; r < tile; ++r) look.row(&source(i + r, 0), n);
    index_t j = 0;
    for (; j + tile <= n; j += tile) {
      const From* from = &source(i, j);
      To* to = &target(i, j);
      for (index_t c = 0; c < tile; ++c)
        for (index_t r = 0; r < tile; ++r) to[c * target.columnStride + r] = To(from[r * source.rowStride + c]);
    }
    for (; j < n; ++j)
      for (index_t r = 0; r < tile; ++r) target(i + r, j) = To(source(i + r, j));
  }
  for (; i < m; ++i) {
    look.row(&source(i, 0), n);
    for (index_t j = 0; j < n; ++j) target(i, j) = To(source(i, j));
  }
}

// Any strides; tiles keep both sides in cache whichever way they run.
template <class From, class To, class Look>
void copyTiles(View<const From> source, View<To> target, Look& look) {
  constexpr index_t side = 4 * tile;
  for (index_t i0 = 0; i0 < source.rows; i0 += side)
    for (index_t j0 = 0; j0 < source.columns; j0 += side)
      for (index_t i = i0; i < std::min(source.rows, i0 + side); ++i)
        for (index_t j = j0; j < std::min(source.columns, j0 + side); ++j) {
          look.add(j % lanes, source(i, j));
          target(i, j) = To(source(i, j));
        }
}

template <class From, class To, class Look>
void run(View<const From> source, View<To> target, Look& look) {
  if (source.rows == 0 || source.columns == 0) return;
  // Transposing both changes nothing, so the target's rows may be taken to be the contiguous ones.
  if (std::abs(target.columnStride) > std::abs(target.rowStride) || target.columns == 1) {
    source = source.transposed();
    target = target.transposed();
  }
  if (source.columnStride == 1 && target.columnStride == 1) {
    for (index_t i = 0; i < source.rows; ++i) {
      const From* from = &source(i, 0);
      look.row(from, source.columns);
      std::copy(from, from + source.columns, &target(i, 0));
    }
  } else if (source.rowStride == 1 && target.columnStride == 1) {
    transposeTiles(source.transposed(), target.transposed(), look);
  } else {
    copyTiles(source, target, look);
  }
}

}  // namespace

template <class From, class To>
Scan<std::remove_const_t<From>> pack(View<From> source, View<To> target) {
  using S = std::remove_const_t<From>;
  Scanner<S> look;
  run(View<const S>(source), target, look);
  return look.result();
}

template <class From, class To>
void copy(View<From> source, View<To> target) {
  using S = std::remove_const_t<From>;
  NoScanner<S> look;
  run(View<const S>(source), target, look);
}

template <class T>
Scan<std::remove_const_t<T>> scan(View<T> source) {
  using S = std::remove_const_t<T>;
  if (std::abs(source.columnStride) > std::abs(source.rowStride) || source.columns == 1) source = source.transposed();
  Scanner<S> look;
  for (index_t i = 0; i < source.rows; ++i) {
    if (source.columnStride == 1) look.row(source.data + i * source.rowStride, source.columns);
    else
      for (index_t j = 0; j < source.columns; ++j) look.add(j % lanes, source(i, j));
  }
  return look.result();
}

#define INSTANTIATE(From, To)                          \
  template Scan<From> pack(View<const From>, View<To>); \
  template Scan<From> pack(View<From>, View<To>);       \
  template void copy(View<const From>, View<To>);       \
  template void copy(View<From>, View<To>);
INSTANTIATE(float, float)
INSTANTIATE(float, double)
INSTANTIATE(double, float)
INSTANTIATE(double, double)
#undef INSTANTIATE
template Scan<float> scan(View<float>);
template Scan<float> scan(View<const float>);
template Scan<double> scan(View<double>);
template Scan<double> scan(View<const double>);

}  // namespace lowrank
