// The table of the SIMD kernels for batches of small matrices: what the rest of the addon sees of native/simd.
//
// Every kernel works on the members [begin, end) of a batch on the calling thread, allocates its own scratch memory (std::bad_alloc is
// all it throws) and gives a member the same bits however the batch is cut into ranges. Inputs may have any strides; a member stride of
// 0 is one matrix shared by all members. Results are batches of contiguous row-major matrices, indexed from member 0 of the whole batch;
// they overlap no input. info[b] is 0 where member b came out well, −1 where an input is not finite, else what the kernel's line says;
// then the results of that member mean nothing.
#pragma once
#include <cstdint>
#include "../view.hpp"

// ENTRY(name, parameters): one line a kernel. The table, the declarations for each instruction set and the filling of the table come
// from this list.
//
// matmul       C = A B; m×k by k×n. NaN and infinities are carried on.
// solve        X = A⁻¹B by LU with partial pivoting; A is n×n, B n×p, X n×p. info: 1 + the index of a pivot that is exactly 0.
// inverse      X = A⁻¹, as solve with B = I. info: the same.
#define LOWRANK_SIMD_KERNELS(ENTRY)                                                                                          \
  ENTRY(matmul, (const Batch<const T>& A, const Batch<const T>& B, T* C, index_t begin, index_t end))                        \
  ENTRY(solve, (const Batch<const T>& A, const Batch<const T>& B, T* X, std::int32_t* info, index_t begin, index_t end))     \
  ENTRY(inverse, (const Batch<const T>& A, T* X, std::int32_t* info, index_t begin, index_t end))

namespace lowrank::simd {

template <class T>
struct Kernels {
#define LOWRANK_SIMD_POINTER(name, parameters) void(*name) parameters;
  LOWRANK_SIMD_KERNELS(LOWRANK_SIMD_POINTER)
#undef LOWRANK_SIMD_POINTER
};

}  // namespace lowrank::simd
