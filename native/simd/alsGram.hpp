// The normal equations of one row of alternating least squares, Σ w f fᵀ and Σ t f over its entries: tiles of the upper
// triangle stay in registers while a panel of the entries' features stays in the nearest cache.
#pragma once
#include "../alsRows.hpp"
#include "chunks.hpp"
#include "workspace.hpp"

namespace lowrank::simd::LOWRANK_ISA {

// Tiles of `tallest` rows and `widestTile` vectors, and one row of right-hand sides, fill the registers.
#if defined(__AVX512F__) || defined(__aarch64__)
inline constexpr int tallest = 8, widestTile = 3;
#else
inline constexpr int tallest = 4, widestTile = 2;
#endif

// Some entries of a row: their columns, and for each a weight and a target.
template <class T>
struct Panel {
  static constexpr index_t most = 128;
  const T* features;
  index_t stride;
  const std::int32_t* columns;
  index_t count;
  // While these features are used, those of the entries a whole panel further on are asked for, of one entry after
  // every `cost` products of vectors: asked for all at once, they would keep the processor waiting.
  const std::int32_t *next, *last;
  index_t credit, cost;
  alignas(64) T weights[most], targets[most];

  const T* row(index_t s) const { return features + columns[s] * stride; }

  void ask(index_t products) {
    constexpr index_t line = 64 / sizeof(T);
    credit += products;
    if (credit < cost || next == last) return;
    credit -= cost;
    const T* const wanted = features + *next * stride;
    for (index_t c = 0; c < stride; c += line) __builtin_prefetch(wanted + c);
    ++next;
  }
};

// Upper triangle: row r of `sums` holds columns from r on; the right-hand side is row `width`. Entries left of the
// diagonal and beyond the width mean nothing.
template <class T>
struct Normal {
  index_t width;
  T* sums;
  T squares;  // Σ of weight-free targets squared: what the objective is for x = 0

  index_t stride() const { return strideOf(width); }
  static index_t strideOf(index_t width) { return paddedWidth<T>(width + lanes<T> - 1); }  // read from any column on
  static index_t entries(index_t width) { return (width + 1) * strideOf(width); }
};

// sums[r][c] (+)= Σ over the panel of weight·f[row + r]·f[column + c]; with `rhs` one more row for the targets.
template <class T, int height, int count, bool weighted, bool rhs>
__attribute__((noinline)) void gramTile(Panel<T>& panel, const Normal<T>& normal, index_t row, index_t column,
                                        bool add) {
  constexpr int tile = height * count;
  constexpr int unroll = tile >= 8 ? 1 : tile >= 4 ? 2 : 4;  // sums enough that additions need not wait for each other
  constexpr int sets = height + (rhs ? 1 : 0);
  Vec<T> sums[unroll][sets][count];
  LOWRANK_UNROLL
  for (int u = 0; u < unroll; ++u)
    LOWRANK_UNROLL
    for (int r = 0; r < sets; ++r)
      LOWRANK_UNROLL
      for (int c = 0; c < count; ++c) sums[u][r][c] = Vec<T>{};
  const T *const ofRows = panel.features + row, *const ofColumns = panel.features + column;
  const auto accumulate = [&](index_t s, int u) __attribute__((always_inline)) {
    const index_t at = panel.columns[s] * panel.stride;
    panel.ask(tile);
    const T *const left = ofRows + at, *const above = ofColumns + at;
    Vec<T> v[count];
    LOWRANK_UNROLL
    for (int c = 0; c < count; ++c) v[c] = load(above + c * lanes<T>);
    if constexpr (rhs) {
      LOWRANK_UNROLL
      for (int c = 0; c < count; ++c) sums[u][height][c] += panel.targets[s] * v[c];
    }
    if constexpr (weighted) {
      LOWRANK_UNROLL
      for (int c = 0; c < count; ++c) v[c] *= panel.weights[s];
    }
    LOWRANK_UNROLL
    for (int r = 0; r < height; ++r)
      LOWRANK_UNROLL
      for (int c = 0; c < count; ++c) sums[u][r][c] += left[r] * v[c];
  };
  index_t s = 0;
  for (; s + unroll <= panel.count; s += unroll)
    LOWRANK_UNROLL
    for (int u = 0; u < unroll; ++u) accumulate(s + u, u);
  for (; s < panel.count; ++s) accumulate(s, 0);
  const auto put = [&](T* to, int r) __attribute__((always_inline)) {
    LOWRANK_UNROLL
    for (int c = 0; c < count; ++c) {
      Vec<T> sum = sums[0][r][c];
      LOWRANK_UNROLL
      for (int u = 1; u < unroll; ++u) sum += sums[u][r][c];
      store(to + c * lanes<T>, add ? load(to + c * lanes<T>) + sum : sum);
    }
  };
  LOWRANK_UNROLL
  for (int r = 0; r < height; ++r) put(normal.sums + (row + r) * normal.stride() + column, r);
  if constexpr (rhs) put(normal.sums + normal.width * normal.stride() + column, height);
}

// `height` rows of the triangle, all columns from the first of them on, or from further left where the last vector
// would end beyond a row of features: it would wait for the next row, which nothing has asked for.
template <class T, int height, bool weighted, bool rhs>
inline void gramRows(Panel<T>& panel, const Normal<T>& normal, index_t row, bool add) {
  index_t left = paddedWidth<T>(normal.width - row) / lanes<T>;
  const index_t last = paddedWidth<T>(normal.width) - left * lanes<T>;
  index_t column = row < last ? row : last;
  for (; left >= widestTile; left -= widestTile, column += widestTile * lanes<T>)
    gramTile<T, height, widestTile, weighted, rhs>(panel, normal, row, column, add);
  if constexpr (widestTile > 2)
    if (left == 2) gramTile<T, height, 2, weighted, rhs>(panel, normal, row, column, add);
  if (left == 1) gramTile<T, height, 1, weighted, rhs>(panel, normal, row, column, add);
}

// The rows from `row` on that are fewer than `height`·2, in ever lower tiles.
template <class T, int height, bool weighted>
inline void gramRest(Panel<T>& panel, const Normal<T>& normal, index_t row, bool add) {
  if (row + height <= normal.width) {
    if (row == 0) gramRows<T, height, weighted, true>(panel, normal, row, add);
    else gramRows<T, height, weighted, false>(panel, normal, row, add);
    row += height;
  }
  if constexpr (height > 1) gramRest<T, height / 2, weighted>(panel, normal, row, add);
}

template <class T, bool weighted>
inline void gramPanel(Panel<T>& panel, const Normal<T>& normal, bool add) {
  index_t row = 0;
  if (normal.width >= tallest) {
    gramRows<T, tallest, weighted, true>(panel, normal, 0, add);
    for (row = tallest; row + tallest <= normal.width; row += tallest)
      gramRows<T, tallest, weighted, false>(panel, normal, row, add);
  }
  gramRest<T, tallest / 2, weighted>(panel, normal, row, add);
}

// The entries of a row that fit the nearest cache together.
template <class T>
inline index_t panelLength(index_t stride) {
  const index_t fitting = 32768 / (stride * static_cast<index_t>(sizeof(T)));
  return fitting > Panel<T>::most ? index_t(Panel<T>::most) : fitting < 16 ? 16 : fitting;
}

// Weights and targets of the panel's entries; returns Σ of the objective at x = 0.
template <class T>
inline T readPanel(const AlsRows<T>& rows, const T* values, Panel<T>& panel) {
  T* const targets = panel.targets;
  if (rows.implicit) {
    for (index_t s = 0; s < panel.count; ++s) {
      const T size = values[s] < 0 ? -values[s] : values[s];
      panel.weights[s] = rows.alpha * size;
      targets[s] = values[s] > 0 ? 1 + rows.alpha * size : 0;
    }
  } else {
    for (index_t s = 0; s < panel.count; ++s) targets[s] = values[s] - rows.mean;
    if (rows.offsets)
      for (index_t s = 0; s < panel.count; ++s) targets[s] -= panel.row(s)[rows.width];
  }
  T sums[8]{};
  index_t s = 0;
  for (; s + 8 <= panel.count; s += 8)
    for (int c = 0; c < 8; ++c) sums[c] += rows.implicit ? targets[s + c] : targets[s + c] * targets[s + c];
  for (; s < panel.count; ++s) sums[0] += rows.implicit ? targets[s] : targets[s] * targets[s];
  return ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
}

// What an entry costs, in products of vectors.
template <class T>
inline index_t productsOf(index_t width) {
  index_t products = 0;
  for (index_t row = 0; row < width; row += tallest) {
    const index_t height = width - row < tallest ? width - row : tallest;
    products += height * (paddedWidth<T>(width - row) / lanes<T>);
  }
  return products;
}

// The normal equations of row i, without the penalty and without the Gram matrix that all rows have in common.
template <class T>
inline void formNormal(const AlsRows<T>& rows, index_t i, Panel<T>& panel, Normal<T>& normal) {
  const index_t begin = rows.A.rowPointers[i], end = rows.A.rowPointers[i + 1], length = panelLength<T>(rows.stride);
  const index_t all = rows.A.rowPointers[rows.A.rows];
  normal.squares = 0;
  panel.credit = 0;
  panel.cost = productsOf<T>(rows.width);
  for (index_t at = begin; at < end; at += length) {
    panel.columns = rows.A.columnIndices + at;
    panel.count = end - at < length ? end - at : length;
    panel.next = panel.columns + length;
    panel.last = at + panel.count + length <= all ? panel.next + panel.count : panel.next;
    normal.squares += readPanel(rows, rows.A.values + at, panel);
    if (rows.implicit) gramPanel<T, true>(panel, normal, at > begin);
    else gramPanel<T, false>(panel, normal, at > begin);
  }
}

}  // namespace lowrank::simd::LOWRANK_ISA
