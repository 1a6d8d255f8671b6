// C = βC + α·A·B for a block of B: a tile of C stays in registers over the whole inner sum, B comes from panels as wide
// as a tile, A is read in place where its rows are contiguous.
#include "chunks.hpp"
#include "declare.hpp"
#include "transpose.hpp"
#include "workspace.hpp"

namespace lowrank::simd::LOWRANK_ISA {

namespace {

// The tallest tile and the widest, in vectors: with a row of B they fill the registers.
inline constexpr int tallest = widestChunk, widest = 3;

static_assert(productStripe % (widest * lanes<float>) == 0 && productStripe % (widest * lanes<double>) == 0);

// Calls use(Size<vectors>, first column, columns) for each panel of `end` columns: all but the last are as wide as a
// tile.
template <class T, class Use>
inline void forPanels(index_t end, Use use) {
  constexpr index_t whole = widest * lanes<T>;
  index_t begin = 0;
  for (; begin + whole <= end; begin += whole) use(Size<widest>{}, begin, whole);
  const index_t left = end - begin;
  if (left > 2 * lanes<T>) use(Size<3>{}, begin, left);
  else if (left > lanes<T>) use(Size<2>{}, begin, left);
  else if (left > 0) use(Size<1>{}, begin, left);
}

// `height` rows of C from as many of A, contiguous and `stride` apart or, `interleaved`, column by column, and a panel
// of B.
template <class T, int height, int vectors, bool interleaved>
__attribute__((noinline)) void multiplyTile(const T* a, index_t stride, const T* panel, index_t inner, T alpha, T beta,
                                            T* C, index_t strideC, index_t columns) {
  constexpr int width = vectors * lanes<T>;
  Vec<T> sums[height][vectors];
  LOWRANK_UNROLL
  for (int r = 0; r < height; ++r)
    LOWRANK_UNROLL
    for (int v = 0; v < vectors; ++v) sums[r][v] = Vec<T>{};
  for (index_t k = 0; k < inner; ++k, panel += width) {
    Vec<T> row[vectors];
    LOWRANK_UNROLL
    for (int v = 0; v < vectors; ++v) row[v] = load(panel + v * lanes<T>);
    LOWRANK_UNROLL
    for (int r = 0; r < height; ++r)
      LOWRANK_UNROLL
      for (int v = 0; v < vectors; ++v) sums[r][v] += a[interleaved ? k * height + r : r * stride + k] * row[v];
  }
  // What C holds counts only where it is asked for: fresh memory may hold NaN.
  const auto put = [&](T* to, Vec<T> sum) __attribute__((always_inline)) {
    store(to, beta == 0 ? alpha * sum : beta * load(to) + alpha * sum);
  };
  if (columns == width) {
    LOWRANK_UNROLL
    for (int r = 0; r < height; ++r)
      LOWRANK_UNROLL
      for (int v = 0; v < vectors; ++v) put(C + r * strideC + v * lanes<T>, sums[r][v]);
    return;
  }
  for (int r = 0; r < height; ++r) {
    T edge[width];
    for (int v = 0; v < vectors; ++v) store(edge + v * lanes<T>, sums[r][v]);
    T* const to = C + r * strideC;
    for (index_t j = 0; j < columns; ++j) to[j] = beta == 0 ? alpha * edge[j] : beta * to[j] + alpha * edge[j];
  }
}

// Rows that are interleaved together: of a transposed matrix whole cache lines are read.
constexpr index_t group = 4 * tallest;

// Rows [begin, end) of A, those of a tile interleaved.
template <class T>
void interleaveRows(const View<const T>& A, T* copied, index_t begin, index_t end) {
  if (A.rowStride == 1 && end - begin == group) {
    const T* from = A.data + begin;
    for (index_t k = 0; k < A.columns; ++k, from += A.columnStride)
      LOWRANK_UNROLL
      for (index_t i = 0; i < group; i += tallest)
        __builtin_memcpy(copied + i * A.columns + k * tallest, from + i, tallest * sizeof(T));
    return;
  }
  forChunks<tallest>(begin, end, [&](auto height, index_t i) {
    constexpr int rows = decltype(height)::value;
    for (index_t k = 0; k < A.columns; ++k)
      for (int r = 0; r < rows; ++r) copied[(i - begin) * A.columns + k * rows + r] = A(i + r, k);
  });
}

}  // namespace

template <class T>
void packProduct(const View<const T>& B, T* packed) {
  forPanels<T>(B.columns, [&](auto vectors, index_t first, index_t columns) {
    constexpr index_t width = decltype(vectors)::value * lanes<T>;
    T* const panel = packed + first * B.rows;
    const T* const from = B.data + first * B.columnStride;
    index_t k = 0;
    if (columns == width && B.columnStride == 1) {
      for (; k < B.rows; ++k)
        LOWRANK_UNROLL
        for (index_t c = 0; c < width; c += lanes<T>) store(panel + k * width + c, load(from + k * B.rowStride + c));
    } else if (columns == width && B.rowStride == 1) {
      for (; k + lanes<T> <= B.rows; k += lanes<T>)
        for (index_t c = 0; c < width; c += lanes<T>) {
          Vec<T> square[lanes<T>];
          LOWRANK_UNROLL
          for (int lane = 0; lane < lanes<T>; ++lane) square[lane] = load(from + k + (c + lane) * B.columnStride);
          transpose<T>(square);
          LOWRANK_UNROLL
          for (int lane = 0; lane < lanes<T>; ++lane) store(panel + (k + lane) * width + c, square[lane]);
        }
    }
    for (; k < B.rows; ++k)
      for (index_t c = 0; c < width; ++c)
        panel[k * width + c] = c < columns ? from[k * B.rowStride + c * B.columnStride] : T(0);
  });
}

template <class T>
void multiplyPacked(T alpha, const View<const T>& A, const T* packed, T beta, const View<T>& C) {
  const index_t inner = A.columns;
  const bool inPlace = A.columnStride == 1;
  Workspace workspace(inPlace ? 0 : static_cast<std::size_t>(group * inner) * sizeof(T));
  T* const copied = workspace.take<T>(inPlace ? 0 : group * inner);
  for (index_t from = 0, to; from < C.rows; from = to) {
    to = C.rows - from < group ? C.rows : from + group;
    if (!inPlace) interleaveRows(A, copied, from, to);
    forChunks<tallest>(from, to, [&](auto height, index_t i) {
      constexpr int rows = decltype(height)::value;
      const T* const a = inPlace ? A.data + i * A.rowStride : copied + (i - from) * inner;
      forPanels<T>(C.columns, [&](auto vectors, index_t first, index_t columns) {
        constexpr int wide = decltype(vectors)::value;
        const T* const panel = packed + first * inner;
        T* const target = C.data + i * C.rowStride + first;
        if (inPlace)
          multiplyTile<T, rows, wide, false>(a, A.rowStride, panel, inner, alpha, beta, target, C.rowStride, columns);
        else
          multiplyTile<T, rows, wide, true>(a, 0, panel, inner, alpha, beta, target, C.rowStride, columns);
      });
    });
  }
}

LOWRANK_SIMD_INSTANTIATE(packProduct)
LOWRANK_SIMD_INSTANTIATE(multiplyPacked)

}  // namespace lowrank::simd::LOWRANK_ISA
