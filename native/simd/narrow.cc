// Products of a large dense matrix with few columns, 64 to 256 bytes of them. BLAS packs the large matrix anew for
// each, which costs more than the product; here it is read in place, and a tile of the result stays in registers.
#include "chunks.hpp"
#include "declare.hpp"

namespace lowrank::simd::LOWRANK_ISA {

namespace {

// Rows of a tile such that its sums, one row of the narrow operand and a factor fit the registers.
#if defined(__AVX512F__) || defined(__aarch64__)
inline constexpr int registersForSums = 24;
#else
inline constexpr int registersForSums = 12;
#endif
template <class T, int width>
inline constexpr int tileHeight = [] {
  const int height = registersForSums / (width / lanes<T>);
  return height > 12 ? 12 : height < 1 ? 1 : height;
}();

// Sums over `steps`: target row r (of `height`) += Σ_s factor(s, r)·row s of the narrow operand.
template <class T, int width, int height>
inline void multiplyTile(const T* factors, index_t alongStep, index_t alongRow, index_t steps, const T* narrow,
                         T* target, bool add) {
  constexpr int count = width / lanes<T>;
  Vec<T> sums[height][count]{};
  if (add)
    for (int r = 0; r < height; ++r)
      for (int c = 0; c < count; ++c) sums[r][c] = load(target + r * width + c * lanes<T>);
  for (index_t s = 0; s < steps; ++s, factors += alongStep, narrow += width) {
    Vec<T> row[count];
    for (int c = 0; c < count; ++c) row[c] = load(narrow + c * lanes<T>);
    for (int r = 0; r < height; ++r)
      for (int c = 0; c < count; ++c) sums[r][c] += factors[r * alongRow] * row[c];
  }
  for (int r = 0; r < height; ++r)
    for (int c = 0; c < count; ++c) store(target + r * width + c * lanes<T>, sums[r][c]);
}

// All rows of the target in tiles, the last ones lower.
template <class T, int width, int height = tileHeight<T, width>>
void multiplyTiles(const T* factors, index_t alongStep, index_t alongRow, index_t rows, index_t steps, const T* narrow,
                   T* target, bool add) {
  index_t i = 0;
  for (; i + height <= rows; i += height)
    multiplyTile<T, width, height>(factors + i * alongRow, alongStep, alongRow, steps, narrow, target + i * width, add);
  if constexpr (height > 1)
    if (i < rows)
      multiplyTiles<T, width, height / 2>(factors + i * alongRow, alongStep, alongRow, rows - i, steps, narrow,
                                          target + i * width, add);
}

// One vector register of the widest kind; an operand has up to four.
template <class T>
inline constexpr int narrowest = 64 / static_cast<int>(sizeof(T));

template <class T>
void multiplyWidth(int width, const T* factors, index_t alongStep, index_t alongRow, index_t rows, index_t steps,
                   const T* narrow, T* target, bool add) {
  const auto multiply = width == narrowest<T>       ? multiplyTiles<T, narrowest<T>>
                        : width == 2 * narrowest<T> ? multiplyTiles<T, 2 * narrowest<T>>
                        : width == 3 * narrowest<T> ? multiplyTiles<T, 3 * narrowest<T>>
                                                    : multiplyTiles<T, 4 * narrowest<T>>;
  multiply(factors, alongStep, alongRow, rows, steps, narrow, target, add);
}

}  // namespace

template <class T>
void narrowProduct(const T* A, index_t stride, index_t rows, index_t columns, const T* X, int width, bool add, T* Y) {
  multiplyWidth(width, A, 1, stride, rows, columns, X, Y, add);
}

template <class T>
void narrowTransposed(const T* A, index_t stride, index_t rows, index_t columns, const T* Y, int width, bool add,
                      T* Z) {
  multiplyWidth(width, A, stride, 1, columns, rows, Y, Z, add);
}

LOWRANK_SIMD_INSTANTIATE(narrowProduct)
LOWRANK_SIMD_INSTANTIATE(narrowTransposed)

}  // namespace lowrank::simd::LOWRANK_ISA
