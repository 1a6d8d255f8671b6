// What the kernels on batches share: one member after the other, in parallel, each with its own info.
#pragma once
#include "job.hpp"
#include "outcome.hpp"
#include "pool.hpp"
#include "simd/dispatch.hpp"

namespace lowrank {

constexpr std::int32_t notFinite = -1;  // in `info`, beside LAPACK's own positive values

inline std::int32_t infoOf(const Outcome& outcome) { return outcome.finite ? outcome.info : notFinite; }

inline void checkCount(bool fits) {
  if (!fits) throw InternalFault("shapes or counts of the arrays do not fit each other");
}

// The matrix of a kernel that takes no batches.
template <class T>
View<T> one(const Batch<T>& batch) {
  checkCount(batch.count == 1);
  return batch.first;
}

// An operand of a call on `count` members: as many, or one for all.
template <class T>
void checkOperand(const Batch<T>& operand, index_t count) {
  checkCount(operand.count == count || (operand.count == 1 && operand.memberStride == 0));
}

// A result that routines write as packed row-major matrices, one after the other.
template <class T>
void checkResult(const Batch<T>& result, index_t count, index_t rows, index_t columns) {
  const View<T>& first = result.first;
  checkCount(result.count == count && first.rows == rows && first.columns == columns);
  checkCount(first.rowStride == columns && first.columnStride == 1 &&
             (count <= 1 || result.memberStride == rows * columns));
}

// Calls one(b) → Outcome for each member and writes its info: 0, what LAPACK says, or notFinite. A batch is spread over
// our own pool with BLAS at one thread.
template <class F>
void forEachMember(index_t count, Span<std::int32_t> info, F one) {
  const auto body = [&](index_t begin, index_t end) {
    for (index_t b = begin; b < end; ++b) {
      info.data[b] = infoOf(one(b));
    }
  };
  if (count == 1)
    body(0, 1);
  else
    parallelFor(count, 8, body);
}

// Whether a batch is one for the SIMD kernels, which interleave its members: enough of them to fill lanes, of at most
// `most` entries, not empty. Measured with AVX-512, AVX2 and SSE2, square and 4:1: they win up to there, by 3–50 up to
// 16×16.
inline bool interleaves(index_t count, index_t rows, index_t columns, index_t most = 1024) {
  return count >= 4 && rows > 0 && columns > 0 && rows * columns <= most;
}

// Calls small(begin, end), a SIMD kernel, for ranges of members.
template <class F>
void forEachRange(index_t count, F small) {
  parallelFor(count, 64, small);
}

// Members that the SIMD kernel has left to LAPACK, by a positive info, are done by it: one(b) → Outcome.
template <class F>
void redo(index_t begin, index_t end, Span<std::int32_t> info, F one) {
  for (index_t b = begin; b < end; ++b) {
    if (info.data[b] <= 0) continue;
    const BlasThreads governed(1);  // the call as a whole was to do without BLAS
    info.data[b] = infoOf(one(b));
  }
}

// BLAS's threads for members that cost `work` multiplications each: one for a batch, and one where two are slower.
inline int blasThreads(index_t count, double work, double threshold) {
  return count == 1 && work > threshold ? allThreads : 1;
}

}  // namespace lowrank
