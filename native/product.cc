#include "product.hpp"

#include <algorithm>
#include <cstring>

#include "buffer.hpp"
#include "pool.hpp"
#include "simd/dispatch.hpp"
#include "threads.hpp"

namespace lowrank {

namespace {

// A block of B stays in the second cache, and what a tile reads of A in the first.
constexpr index_t blockRows = 256;
constexpr index_t blockBytes = 1 << 20;

// Pieces for threads that are worth waking one for.
constexpr index_t pieceProducts = 4'000'000, pieceNumbers = 100'000;

index_t roundUp(index_t count, index_t unit) { return (std::max<index_t>(count, 1) + unit - 1) / unit * unit; }

}  // namespace

bool ownProductPays(index_t m, index_t n, index_t k) {
  static const bool wide = std::strcmp(simd::instructionSet(), "avx512") == 0;
  // Few rows do not pay for packing a B that no cache holds; below, BLAS has kernels for small matrices.
  const double ofB = static_cast<double>(n) * k;
  return wide && m >= 64 && n >= 64 && k >= 64 && m * ofB > 1e6 && (m >= 128 || ofB < 2e5);
}

template <class T>
void multiplyOwn(T alpha, const View<const T>& A, const View<const T>& B, T beta, const View<T>& C) {
  const auto& kernels = simd::kernels<T>();
  constexpr index_t widest = blockBytes / (blockRows * static_cast<index_t>(sizeof(T))) / productStripe * productStripe;
  const index_t m = C.rows, n = C.columns, k = A.columns;
  const index_t room = roundUp(std::min(n, widest), productStripe);
  // A block is packed just before it is used; but threads wait for each other after packing, so they pack many at once.
  const index_t depth = std::min(k, threadLimit() > 1 ? 16 * blockRows : blockRows);
  Buffer<T> packed(depth * room);
  for (index_t column = 0; column < n; column += widest) {
    const index_t columns = std::min(widest, n - column);
    const View<T> target{C.data + column, m, columns, C.rowStride, 1};
    for (index_t begin = 0; begin < k; begin += depth) {
      const index_t end = std::min(begin + depth, k);
      // Calls use(first row of B, rows, the block packed) for each block.
      const auto forBlocks = [&](auto use) {
        for (index_t first = begin; first < end; first += blockRows)
          use(first, std::min(blockRows, end - first), packed.data() + (first - begin) * room);
      };
      parallelFor(columns, roundUp(pieceNumbers / (end - begin), productStripe), [&](index_t from, index_t to) {
        forBlocks([&](index_t first, index_t rows, T* block) {
          const T* const source = B.data + first * B.rowStride + column * B.columnStride;
          kernels.packProduct({source, rows, columns, B.rowStride, B.columnStride}, block, from, to);
        });
      });
      // A block of B is read again for each piece: few of them.
      const index_t piece = std::max(pieceProducts / ((end - begin) * columns), m / 4);
      parallelFor(m, roundUp(piece, 8), [&](index_t from, index_t to) {
        forBlocks([&](index_t first, index_t rows, const T* block) {
          const View<const T> left{A.data + first * A.columnStride, m, rows, A.rowStride, A.columnStride};
          kernels.multiplyPacked(alpha, left, block, first == 0 ? beta : T(1), target, from, to);
        });
      });
    }
  }
}

template void multiplyOwn<float>(float, const View<const float>&, const View<const float>&, float, const View<float>&);
template void multiplyOwn<double>(double, const View<const double>&, const View<const double>&, double,
                                  const View<double>&);

}  // namespace lowrank
