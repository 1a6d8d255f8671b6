// Products with sparse matrices in compressed rows: a row of the result is a sum of rows of the dense operand, kept in
// registers.
#include "chunks.hpp"
#include "declare.hpp"

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

template <class V, class T>
inline V loadAs(const T* from) {
  V x;
  __builtin_memcpy(&x, from, sizeof x);
  return x;
}

// Row i of C, `count` pieces of `width` columns from column j.
template <class T, int width, int count>
void multiplyRow(const Csr<T>& A, const View<const T>& B, T alpha, T beta, const View<T>& C, index_t i, index_t j) {
  using V = typename Piece<T, width>::Type;
  V sums[count]{};
  const index_t end = A.rowPointers[i + 1];
  for (index_t k = A.rowPointers[i]; k < end; ++k) {
    const T* const row = B.data + A.columnIndices[k] * B.rowStride + j;
    for (int c = 0; c < count; ++c) sums[c] += A.values[k] * loadAs<V>(row + c * width);
  }
  T* const target = C.data + i * C.rowStride + j;
  for (int c = 0; c < count; ++c) {
    V result = alpha * sums[c];
    if (beta != T(0)) result += beta * loadAs<V>(target + c * width);
    __builtin_memcpy(target + c * width, &result, sizeof result);
  }
}

// The columns from j on that do not fill a vector, in ever narrower pieces.
template <class T, int width>
void multiplyRest(const Csr<T>& A, const View<const T>& B, T alpha, T beta, const View<T>& C, index_t i, index_t j) {
  if (j + width <= C.columns) {
    multiplyRow<T, width, 1>(A, B, alpha, beta, C, i, j);
    j += width;
  }
  if constexpr (width > 1) multiplyRest<T, width / 2>(A, B, alpha, beta, C, i, j);
}

// B and C of one column, with any stride: four sums, so that additions need not wait for each other.
template <class T>
T multiplyVector(const Csr<T>& A, const View<const T>& B, index_t i) {
  T sums[4]{};
  const index_t end = A.rowPointers[i + 1];
  index_t k = A.rowPointers[i];
  for (; k + 4 <= end; k += 4)
    for (int c = 0; c < 4; ++c) sums[c] += A.values[k + c] * B.data[A.columnIndices[k + c] * B.rowStride];
  for (; k < end; ++k) sums[0] += A.values[k] * B.data[A.columnIndices[k] * B.rowStride];
  return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

using Number = double;

// Rows of Y = A X as vectors; two sets of sums, so that additions need not wait for each other.
template <class T, int width>
void narrowRows(const Csr<T>& A, const Number* X, Number* Y, index_t begin, index_t end) {
  constexpr int count = width / lanes<Number>;
  for (index_t i = begin; i < end; ++i) {
    Vec<Number> sums[2][count]{};
    const index_t last = A.rowPointers[i + 1];
    index_t k = A.rowPointers[i];
    for (; k + 2 <= last; k += 2) {
      for (int s = 0; s < 2; ++s) {
        const Number* const row = X + A.columnIndices[k + s] * index_t(width);
        const Number value = A.values[k + s];
        for (int c = 0; c < count; ++c) sums[s][c] += value * load(row + c * lanes<Number>);
      }
    }
    if (k < last) {
      const Number* const row = X + A.columnIndices[k] * index_t(width);
      for (int c = 0; c < count; ++c) sums[0][c] += Number(A.values[k]) * load(row + c * lanes<Number>);
    }
    for (int c = 0; c < count; ++c) store(Y + i * width + c * lanes<Number>, sums[0][c] + sums[1][c]);
  }
}

}  // namespace

template <class T>
void sparseTimesDense(const Csr<T>& A, const View<const T>& B, T alpha, T beta, const View<T>& C, index_t begin,
                      index_t end) {
  if (C.columns == 1) {
    for (index_t i = begin; i < end; ++i) {
      T& target = C.data[i * C.rowStride];
      const T product = alpha * multiplyVector(A, B, i);
      target = beta == T(0) ? product : product + beta * target;
    }
    return;
  }
  const index_t whole = C.columns / lanes<T> * lanes<T>;
  for (index_t i = begin; i < end; ++i) {
    // Of one row all pieces, while its indices and values are in the nearest cache.
    forChunks<widestChunk>(0, whole / lanes<T>, [&](auto count, index_t piece) {
      multiplyRow<T, lanes<T>, decltype(count)::value>(A, B, alpha, beta, C, i, piece * lanes<T>);
    });
    if constexpr (lanes<T> > 1) multiplyRest<T, lanes<T> / 2>(A, B, alpha, beta, C, i, whole);
  }
}

template <class T>
void sparseNarrow(const Csr<T>& A, const double* X, int width, double* Y, index_t begin, index_t end) {
  if (width == 8) narrowRows<T, 8>(A, X, Y, begin, end);
  else narrowRows<T, 16>(A, X, Y, begin, end);
}

LOWRANK_SIMD_INSTANTIATE(sparseTimesDense)
LOWRANK_SIMD_INSTANTIATE(sparseNarrow)

}  // namespace lowrank::simd::LOWRANK_ISA
