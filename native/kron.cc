#include "kron.hpp"

#include <algorithm>

#include "buffer.hpp"
#include "pack.hpp"
#include "pool.hpp"

namespace lowrank {

Cuts::Cuts(const std::int32_t* sizesOfA, const std::int32_t* sizesOfB, index_t count) {
  blocks_.reserve(static_cast<std::size_t>(count));
  for (index_t i = 0; i < count; ++i) {
    const index_t a = sizesOfA[i], b = sizesOfB[i];
    blocks_.push_back({A_, a, B_, b, C_});
    A_ += a;
    B_ += b;
    C_ += a * b;
    single_ = single_ && a == 1 && b == 1;
  }
}

namespace {

// A view whose rows are contiguous: A itself, or a copy in `storage`.
template <class T>
View<const T> withContiguousRows(View<const T> A, Buffer<T>& storage) {
  if (A.columnStride == 1) return A;
  storage = Buffer<T>(A.rows * A.columns);
  const auto packed = rowMajor(storage.data(), A.rows, A.columns);
  copy(A, packed);
  return packed;
}

// The row of C that comes from a row of A and one of B.
template <class T>
void fillRow(const T* a, const T* b, const Cuts& columns, T* c) {
  if (columns.single()) {
    for (index_t j = 0; j < columns.extentOfC(); ++j) c[j] = a[j] * b[j];
    return;
  }
  for (const auto& block : columns.blocks()) {
    const T* const from = b + block.firstOfB;
    for (index_t j = 0; j < block.sizeOfA; ++j) {
      const T factor = a[block.firstOfA + j];
      for (index_t k = 0; k < block.sizeOfB; ++k) c[k] = factor * from[k];
      c += block.sizeOfB;
    }
  }
}

constexpr index_t entriesAPiece = 1 << 15;

}  // namespace

template <class T>
void kron(View<const T> A, View<const T> B, const Cuts& rows, const Cuts& columns, T* C) {
  const index_t width = columns.extentOfC();
  if (rows.extentOfC() == 0 || width == 0) return;
  Buffer<T> storageOfA, storageOfB;
  A = withContiguousRows(A, storageOfA);
  B = withContiguousRows(B, storageOfB);
  parallelFor(rows.extentOfC(), std::max<index_t>(1, entriesAPiece / width), [&](index_t begin, index_t end) {
    // The last block that starts at or before `begin` is never an empty one: those start where the next one does.
    auto block = std::upper_bound(rows.blocks().begin(), rows.blocks().end(), begin,
                                  [](index_t row, const Cuts::Block& other) { return row < other.firstOfC; }) - 1;
    for (index_t row = begin; row < end; ++row) {
      while (row >= block->firstOfC + block->sizeOfA * block->sizeOfB) ++block;
      const index_t within = row - block->firstOfC;
      const T* a = A.data + (block->firstOfA + within / block->sizeOfB) * A.rowStride;
      const T* b = B.data + (block->firstOfB + within % block->sizeOfB) * B.rowStride;
      fillRow(a, b, columns, C + row * width);
    }
  });
}

template void kron(View<const float>, View<const float>, const Cuts&, const Cuts&, float*);
template void kron(View<const double>, View<const double>, const Cuts&, const Cuts&, double*);

}  // namespace lowrank
