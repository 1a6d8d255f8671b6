// C = A·B for each member. Not interleaved: a row of C is a sum of rows of B, so a member by itself fills the vectors
// as soon as it has a few columns, and the transpositions between members and lanes cost more than the product.
// Measured with AVX-512, the time of the interleaved form against this one: 8×8 1.9 in double and 1.6 in float, 16×16
// 2, 3×3 0.7 and 0.6.
#include "chunks.hpp"
#include "declare.hpp"
#include "members.hpp"
#include "workspace.hpp"

namespace lowrank::simd::LOWRANK_ISA {

namespace {

template <class T, int width>
struct Piece {
  typedef T Type __attribute__((vector_size(width * sizeof(T))));
};
template <class T>
struct Piece<T, 1> {
  using Type = T;
};

// `height` rows of C from row i, `width` columns from each of the columns given, held in registers over the whole inner
// sum.
template <class T, int width, int height, int count>
inline void multiplyTile(const View<const T>& A, const T* B, index_t n, T* C, index_t i,
                         const index_t (&columns)[count]) {
  using V = typename Piece<T, width>::Type;
  const T* a = A.data + i * A.rowStride;
  V sums[height][count]{};
  for (index_t k = 0; k < A.columns; ++k, a += A.columnStride, B += n) {
    V row[count];
    LOWRANK_UNROLL
    for (int c = 0; c < count; ++c) __builtin_memcpy(&row[c], B + columns[c], sizeof(V));
    LOWRANK_UNROLL
    for (int r = 0; r < height; ++r)
      LOWRANK_UNROLL
      for (int c = 0; c < count; ++c) sums[r][c] += a[r * A.rowStride] * row[c];
  }
  LOWRANK_UNROLL
  for (int r = 0; r < height; ++r)
    LOWRANK_UNROLL
    for (int c = 0; c < count; ++c) __builtin_memcpy(C + (i + r) * n + columns[c], &sums[r][c], sizeof(V));
}

template <class T, int width, int count>
void multiplyColumns(const View<const T>& A, const T* B, index_t n, T* C, const index_t (&columns)[count]) {
  forChunks<widestChunk>(0, A.rows, [&](auto height, index_t i) {
    multiplyTile<T, width, decltype(height)::value>(A, B, n, C, i, columns);
  });
}

// All of C in columns of `width`, two at a time. The last ones overlap those before and are computed twice; half the
// width where that will do.
template <class T, int width>
void multiplyMember(const View<const T>& A, const T* B, index_t n, T* C) {
  index_t j = 0;
  for (; n - j > width; j += 2 * width)
    multiplyColumns<T, width, 2>(A, B, n, C, {j, j + 2 * width < n ? j + width : n - width});
  if (j >= n) return;
  if constexpr (width > 1) {
    if (n - j <= width / 2) return multiplyColumns<T, width / 2, 1>(A, B, n, C, {n - width / 2});
  }
  multiplyColumns<T, width, 1>(A, B, n, C, {n - width});
}

// The hardware looks ahead within a page, and a page holds few members; the result's lines are cold as well, since
// fresh memory is what was freed longest ago. Measured for 10 000 of 8×8: 0.75 of the time.
constexpr index_t prefetchDistance = 8;
template <int forWriting, class T>
void prefetch(const T* member, index_t length) {
  for (index_t i = 0; i < length; i += 64 / sizeof(T)) __builtin_prefetch(member + i, forWriting);
}

// The widest vector that does not exceed n columns.
template <class T, int width = lanes<T>>
void multiplyMembers(const Batch<const T>& A, const Batch<const T>& B, T* C, index_t begin, index_t end) {
  const index_t m = A.first.rows, inner = A.first.columns, n = B.first.columns;
  if constexpr (width > 1) {
    if (n < width) return multiplyMembers<T, width / 2>(A, B, C, begin, end);
  }
  const View<const T>& shape = B.first;
  const bool contiguousB = shape.columnStride == 1 && shape.rowStride == n;
  Workspace workspace(contiguousB ? 0 : static_cast<std::size_t>(inner * n) * sizeof(T));
  T* const packed = workspace.take<T>(contiguousB ? 0 : inner * n);
  View<const T> a = A.first;
  for (index_t member = begin; member < end; ++member) {
    a.data = A.first.data + member * A.memberStride;
    const T* b = shape.data + member * B.memberStride;
    if (member + prefetchDistance < end) {
      prefetch<0>(a.data + prefetchDistance * A.memberStride, A.memberStride);
      prefetch<0>(b + prefetchDistance * B.memberStride, B.memberStride);
      prefetch<1>(C + (member + prefetchDistance) * m * n, m * n);
    }
    if (!contiguousB && (member == begin || B.memberStride != 0)) {
      for (index_t k = 0; k < inner; ++k) {
        for (index_t j = 0; j < n; ++j) packed[k * n + j] = b[k * shape.rowStride + j * shape.columnStride];
      }
    }
    multiplyMember<T, width>(a, contiguousB ? b : packed, n, C + member * m * n);
  }
}

}  // namespace

template <class T>
void matmul(const Batch<const T>& A, const Batch<const T>& B, T* C, index_t begin, index_t end) {
  if (A.first.rows > 0 && B.first.columns > 0) multiplyMembers<T>(A, B, C, begin, end);
#ifdef __AVX__
  // GCC 12 forgets it where only narrow vectors are computed with but wide ones copy arguments; then everything that
  // the process does in SSE is slower, 0.2 µs of the next call.
  __builtin_ia32_vzeroupper();
#endif
}

LOWRANK_SIMD_INSTANTIATE(matmul)

}  // namespace lowrank::simd::LOWRANK_ISA
