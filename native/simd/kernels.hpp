// The table of the SIMD kernels for batches of small matrices: what the rest of the addon sees of native/simd.
//
// Every kernel works on the members [begin, end) of a batch on the calling thread, allocates its own scratch memory
// (std::bad_alloc is all it throws) and gives a member the same bits however the batch is cut into ranges. Inputs may
// have any strides; a member stride of 0 is one matrix shared by all members. Results are batches of contiguous
// row-major matrices, indexed from member 0 of the whole batch; they overlap no input. info[b] is 0 where member b came
// out well, −1 where an input is not finite, else what the kernel's line says; then the results of that member mean
// nothing.
#pragma once
#include <cstdint>
#include "../view.hpp"
#include "alsKernels.hpp"
#include "itemKernels.hpp"
#include "largeKernels.hpp"

// ENTRY(name, parameters): one line a kernel. The table, the declarations for each instruction set and the filling of
// the table come from this list.
//
// matmul          C = A B; m×k by k×n. NaN and infinities are carried on; there is no info.
// solve           X = A⁻¹B by LU with partial pivoting; A is n×n, B and X n×p. info: 1 + the index of a pivot that is
//                 exactly 0.
// inverse         X = A⁻¹, as solve with B = I. info: the same.
// determinant     det A; 0 for a singular A, with info 0.
// logDeterminant  the sign of det A (−1, 0 or 1) and log|det A| (−∞ where it is 0).
// cholesky        A = L Lᵀ, zeros above L's diagonal; reads A's lower triangle. info: the order of the leading minor
//                 that is not positive definite.
// solvePositive   X = A⁻¹B for positive definite A. info: the same.
// qr              A = Q R, thin: Q is m×k, R k×n with k = min(m, n), diag(R) ≥ 0.
// lstsq           min ‖A X − B‖, A m×n with m ≥ n, X n×p; residuals, p a member, are the squared norms of the columns
//                 of A X − B. info: 1 where σₙ/σ₁ may be below smallestRatio, which asks for another method (the bound
//                 may be n times too careful).
// svd             A = U diag(s) Vt, thin: U is m×k, s has k numbers, descending, Vt is k×n, k = min(m, n). The entry of
//                 largest magnitude of each column of U is positive (the first one of several). info: 1 where the
//                 iteration did not converge.
// singularValues  the same without vectors.
// eigh            A = V diag(w) Vᵀ, w ascending; reads A's lower triangle. The entry of largest magnitude of each
//                 column of V is positive. info: 1 where the iteration did not converge.
#define LOWRANK_SIMD_KERNELS(ENTRY)                                                                                    \
  ENTRY(matmul, (const Batch<const T>& A, const Batch<const T>& B, T* C, index_t begin, index_t end))                  \
  ENTRY(solve, (const Batch<const T>& A, const Batch<const T>& B, T* X, std::int32_t* info, index_t begin,             \
                index_t end))                                                                                          \
  ENTRY(inverse, (const Batch<const T>& A, T* X, std::int32_t* info, index_t begin, index_t end))                      \
  ENTRY(determinant, (const Batch<const T>& A, T* det, std::int32_t* info, index_t begin, index_t end))                \
  ENTRY(logDeterminant, (const Batch<const T>& A, T* sign, T* logAbs, std::int32_t* info, index_t begin, index_t end)) \
  ENTRY(cholesky, (const Batch<const T>& A, T* L, std::int32_t* info, index_t begin, index_t end))                     \
  ENTRY(solvePositive,                                                                                                 \
        (const Batch<const T>& A, const Batch<const T>& B, T* X, std::int32_t* info, index_t begin, index_t end))      \
  ENTRY(qr, (const Batch<const T>& A, T* Q, T* R, std::int32_t* info, index_t begin, index_t end))                     \
  ENTRY(lstsq, (const Batch<const T>& A, const Batch<const T>& B, T smallestRatio, T* X, T* residuals,                 \
                std::int32_t* info, index_t begin, index_t end))                                                       \
  ENTRY(svd, (const Batch<const T>& A, T* U, T* s, T* Vt, std::int32_t* info, index_t begin, index_t end))             \
  ENTRY(singularValues, (const Batch<const T>& A, T* s, std::int32_t* info, index_t begin, index_t end))               \
  ENTRY(eigh, (const Batch<const T>& A, T* w, T* V, std::int32_t* info, index_t begin, index_t end))                   \
  LOWRANK_SIMD_LARGE_KERNELS(ENTRY)                                                                                    \
  LOWRANK_SIMD_ALS_KERNELS(ENTRY)                                                                                      \
  LOWRANK_SIMD_ITEM_KERNELS(ENTRY)

namespace lowrank::simd {

template <class T>
struct Kernels {
#define LOWRANK_SIMD_POINTER(name, parameters) void(*name) parameters;
  LOWRANK_SIMD_KERNELS(LOWRANK_SIMD_POINTER)
#undef LOWRANK_SIMD_POINTER
};

}  // namespace lowrank::simd
