// The SIMD kernels for large matrices: part of the table in kernels.hpp.
#pragma once
#include "../csr.hpp"
#include "../product.hpp"
#include "../view.hpp"

// Rows [begin, end) where those are given. Narrow operands (X, Y, Z) are row-major and contiguous.
//
// sparseTimesDense  rows of C = α A B + β C, A sparse; B and C with a column stride of 1, or of one column.
// sparseNarrow      rows of Y = A X, A sparse; X and Y have `width` columns, 8 or 16, in double whatever T is.
// narrowProduct     Y = A X, or Y += A X; A rows×columns with the given row stride; `width` columns of X fill 64,
//                   128, 192 or 256 bytes.
// narrowTransposed  Z = AᵀY, or Z += AᵀY; likewise.
// factoredSolve     X ← (LLᵀ)⁻¹X; L (n×n) row-major and contiguous; `width` columns of X fill a multiple of 64 bytes.
// packProduct       B for multiplyPacked; there is room for its rows times its columns rounded up to whole stripes.
// multiplyPacked    C = α A B + β C with B packed; C has a column stride of 1. β = 0 never reads C.
#define LOWRANK_SIMD_LARGE_KERNELS(ENTRY)                                                                              \
  ENTRY(sparseTimesDense,                                                                                              \
        (const Csr<T>& A, const View<const T>& B, T alpha, T beta, const View<T>& C, index_t begin, index_t end))      \
  ENTRY(sparseNarrow, (const Csr<T>& A, const double* X, int width, double* Y, index_t begin, index_t end))            \
  ENTRY(narrowProduct,                                                                                                 \
        (const T* A, index_t stride, index_t rows, index_t columns, const T* X, int width, bool add, T* Y))            \
  ENTRY(narrowTransposed,                                                                                              \
        (const T* A, index_t stride, index_t rows, index_t columns, const T* Y, int width, bool add, T* Z))            \
  ENTRY(factoredSolve, (const T* L, index_t n, T* X, index_t width))                                                   \
  ENTRY(packProduct, (const View<const T>& B, T* packed))                                                              \
  ENTRY(multiplyPacked, (T alpha, const View<const T>& A, const T* packed, T beta, const View<T>& C))
