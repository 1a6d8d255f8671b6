#include "product.hpp"

#include <algorithm>
#include <cstring>

#include "buffer.hpp"
#include "simd/dispatch.hpp"
#include "threads.hpp"

namespace lowrank {

namespace {

// A block of B stays in the second cache, and what a tile reads of A in the first.
constexpr index_t blockRows = 256;
constexpr index_t blockBytes = 1 << 20;

index_t roundUp(index_t count, index_t unit) { return (count + unit - 1) / unit * unit; }

}  // namespace

bool ownProductPays(index_t m, index_t n, index_t k) {
  static const bool wide = std::strcmp(simd::instructionSet(), "avx512") == 0;
  // Few rows do not pay for packing a B that no cache holds. Of small matrices BLAS has kernels as fast; of large ones
  // it has threads, which wait awake for their next call and so start sooner than those of our pool.
  const double ofB = static_cast<double>(n) * k, products = m * ofB;
  return wide && m >= 64 && n >= 64 && k >= 64 && products > 1e6 && (m >= 128 || ofB < 2e5) &&
         (products < 3e6 || threadLimit() == 1);
}

template <class T>
void multiplyOwn(T alpha, const View<const T>& A, const View<const T>& B, T beta, const View<T>& C) {
  const auto& kernels = simd::kernels<T>();
  constexpr index_t widest = blockBytes / (blockRows * static_cast<index_t>(sizeof(T))) / productStripe * productStripe;
  const index_t m = C.rows, n = C.columns, k = A.columns;
  Buffer<T> packed(std::min(k, blockRows) * roundUp(std::min(n, widest), productStripe));
  for (index_t column = 0; column < n; column += widest) {
    const index_t columns = std::min(widest, n - column);
    const View<T> target{C.data + column, m, columns, C.rowStride, 1};
    for (index_t first = 0; first < k; first += blockRows) {
      const index_t rows = std::min(blockRows, k - first);
      const T* const block = B.data + first * B.rowStride + column * B.columnStride;
      kernels.packProduct({block, rows, columns, B.rowStride, B.columnStride}, packed.data());
      kernels.multiplyPacked(alpha, {A.data + first * A.columnStride, m, rows, A.rowStride, A.columnStride},
                             packed.data(), first == 0 ? beta : T(1), target);
    }
  }
}

template void multiplyOwn<float>(float, const View<const float>&, const View<const float>&, float, const View<float>&);
template void multiplyOwn<double>(double, const View<const double>&, const View<const double>&, double,
                                  const View<double>&);

}  // namespace lowrank
