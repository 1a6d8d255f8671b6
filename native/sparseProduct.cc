#include "sparseProduct.hpp"

#include <algorithm>
#include <limits>
#include <stdexcept>

#include "buffer.hpp"
#include "pack.hpp"
#include "pool.hpp"
#include "simd/dispatch.hpp"
#include "sparse.hpp"

namespace lowrank {

namespace {

constexpr index_t cacheBytes = 1 << 20;

// Calls body(begin, end) for pieces of rows with about as many entries each, `work` operations in all.
template <class T, class Body>
void forRows(const Csr<T>& A, double work, const Body& body) {
  const index_t pieces = std::clamp<index_t>(static_cast<index_t>(work / 2e5), 1, std::clamp<index_t>(A.rows, 1, 64));
  parallelFor(pieces, 1, [&](index_t first, index_t last) {
    for (index_t p = first; p < last; ++p)
      body(rowOfPiece(A.rowPointers, A.rows, p, pieces), rowOfPiece(A.rowPointers, A.rows, p + 1, pieces));
  });
}

// B without its empty columns, where most are empty: the workspace of a product has room for every column.
template <class T>
class Compacted {
  Buffer<std::int32_t> used_, indices_;
  Csr<T> csr_;

 public:
  explicit Compacted(const Csr<T>& B) : csr_(B) {
    const index_t nonZeros = B.rowPointers[B.rows];
    if (B.columns <= std::max<index_t>(4 * nonZeros, 1024)) return;
    used_ = Buffer<std::int32_t>(nonZeros);
    indices_ = Buffer<std::int32_t>(nonZeros);
    std::copy_n(B.columnIndices, nonZeros, used_.data());
    std::sort(used_.data(), used_.data() + nonZeros);
    csr_.columns = std::unique(used_.data(), used_.data() + nonZeros) - used_.data();
    for (index_t k = 0; k < nonZeros; ++k)
      indices_[k] = static_cast<std::int32_t>(
          std::lower_bound(used_.data(), used_.data() + csr_.columns, B.columnIndices[k]) - used_.data());
    csr_.columnIndices = indices_.data();
  }
  const Csr<T>& csr() const { return csr_; }
  std::int32_t original(std::int32_t column) const { return used_.size() > 0 ? used_[column] : column; }
};

}  // namespace

template <class T>
void multiplySparse(T alpha, const Csr<T>& A, View<const T> B, T beta, View<T> C) {
  const index_t m = C.rows, n = C.columns;
  if (m == 0 || n == 0) return;
  Buffer<T> product;
  const bool direct = C.columnStride == 1 || n == 1;
  if (!direct) product = Buffer<T>(m * n);
  const View<T> target = direct ? C : rowMajor(product.data(), m, n);
  // Rows of B are met in no order: of a B that exceeds the cache, some columns at a time, copied together.
  constexpr index_t few = 128 / sizeof(T);
  const bool inPieces =
      n > few && B.rows * n * static_cast<index_t>(sizeof(T)) > cacheBytes && A.rowPointers[m] > 8 * B.rows;
  const index_t width = inPieces ? few : n;
  const bool pack = n > 1 && (inPieces || B.columnStride != 1);
  const Buffer<T> packed(pack ? B.rows * width : 0);
  for (index_t j = 0; j < n; j += width) {
    const index_t count = std::min(width, n - j);
    View<const T> columns{B.data + j * B.columnStride, B.rows, count, B.rowStride, B.columnStride};
    if (pack) {
      const View<T> together = rowMajor(packed.data(), B.rows, count);
      copy(columns, together);
      columns = together;
    }
    const View<T> piece{target.data + j * target.columnStride, m, count, target.rowStride, target.columnStride};
    const double work = (2.0 * A.rowPointers[m] + m) * static_cast<double>(count);
    forRows(A, work, [&](index_t begin, index_t end) {
      simd::kernels<T>().sparseTimesDense(A, columns, alpha, direct ? beta : T(0), piece, begin, end);
    });
  }
  if (direct) return;
  for (index_t i = 0; i < m; ++i)
    for (index_t j = 0; j < n; ++j) C(i, j) = target(i, j) + (beta == 0 ? T(0) : beta * C(i, j));
}

template <class T>
index_t sparsePattern(const Csr<T>& A, const Csr<T>& whole, std::int32_t* rowPointers) {
  const Compacted<T> compacted(whole);
  const Csr<T>& B = compacted.csr();
  forRows(A, 4.0 * A.rowPointers[A.rows] + static_cast<double>(A.rows), [&](index_t begin, index_t end) {
    Buffer<std::int32_t> seen(B.columns);
    std::fill_n(seen.data(), B.columns, -1);
    for (index_t i = begin; i < end; ++i) {
      std::int32_t count = 0;
      for (index_t k = A.rowPointers[i]; k < A.rowPointers[i + 1]; ++k) {
        const index_t row = A.columnIndices[k];
        for (index_t l = B.rowPointers[row]; l < B.rowPointers[row + 1]; ++l) {
          std::int32_t& mark = seen[B.columnIndices[l]];
          count += mark != i;
          mark = static_cast<std::int32_t>(i);
        }
      }
      rowPointers[i + 1] = count;
    }
  });
  index_t total = rowPointers[0] = 0;
  for (index_t i = 1; i <= A.rows; ++i) {
    total += rowPointers[i];
    if (total > std::numeric_limits<std::int32_t>::max()) return -1;
    rowPointers[i] = static_cast<std::int32_t>(total);
  }
  return total;
}

template <class T>
void multiplySparseSparse(T alpha, const Csr<T>& A, const Csr<T>& whole, const std::int32_t* rowPointers,
                          std::int32_t* columnIndices, T* values) {
  const Compacted<T> compacted(whole);
  const Csr<T>& B = compacted.csr();
  forRows(A, 8.0 * A.rowPointers[A.rows] + static_cast<double>(A.rows), [&](index_t begin, index_t end) {
    Buffer<std::int32_t> seen(B.columns);
    Buffer<T> sums(B.columns);
    std::fill_n(seen.data(), B.columns, -1);
    for (index_t i = begin; i < end; ++i) {
      std::int32_t* const columns = columnIndices + rowPointers[i];
      const index_t room = rowPointers[i + 1] - rowPointers[i];
      index_t count = 0;
      for (index_t k = A.rowPointers[i]; k < A.rowPointers[i + 1]; ++k) {
        const index_t row = A.columnIndices[k];
        const T factor = alpha * A.values[k];
        for (index_t l = B.rowPointers[row]; l < B.rowPointers[row + 1]; ++l) {
          const std::int32_t j = B.columnIndices[l];
          if (seen[j] != i) {
            if (count == room) throw std::logic_error("the row pointers are not those of the product");
            seen[j] = static_cast<std::int32_t>(i);
            columns[count++] = j;
            sums[j] = factor * B.values[l];
          } else {
            sums[j] += factor * B.values[l];
          }
        }
      }
      if (count < room) throw std::logic_error("the row pointers are not those of the product");
      std::sort(columns, columns + count);
      for (index_t c = 0; c < count; ++c) {
        values[rowPointers[i] + c] = sums[columns[c]];
        columns[c] = compacted.original(columns[c]);
      }
    }
  });
}

#define LOWRANK_INSTANTIATE(T)                                                                \
  template void multiplySparse<T>(T, const Csr<T>&, View<const T>, T, View<T>);               \
  template index_t sparsePattern<T>(const Csr<T>&, const Csr<T>&, std::int32_t*);             \
  template void multiplySparseSparse<T>(T, const Csr<T>&, const Csr<T>&, const std::int32_t*, \
                                        std::int32_t*, T*);
LOWRANK_INSTANTIATE(float)
LOWRANK_INSTANTIATE(double)
#undef LOWRANK_INSTANTIATE

}  // namespace lowrank
