// What the kernels on batches share: one member after the other, in parallel, each with its own info.
#pragma once
#include "job.hpp"
#include "outcome.hpp"
#include "pool.hpp"

namespace lowrank {

constexpr std::int32_t notFinite = -1;  // in `info`, beside LAPACK's own positive values

inline void checkCount(bool fits) {
  if (!fits) throw InternalFault("shapes or counts of the arrays do not fit each other");
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
  checkCount(first.rowStride == columns && first.columnStride == 1 && (count <= 1 || result.memberStride == rows * columns));
}

// Calls one(b) → Outcome for each member and writes its info: 0, what LAPACK says, or notFinite. A batch is spread over
// our own pool with BLAS at one thread.
template <class F>
void forEachMember(index_t count, Span<std::int32_t> info, F one) {
  const auto body = [&](index_t begin, index_t end) {
    for (index_t b = begin; b < end; ++b) {
      const Outcome outcome = one(b);
      info.data[b] = outcome.finite ? static_cast<std::int32_t>(outcome.info) : notFinite;
    }
  };
  if (count == 1)
    body(0, 1);
  else
    parallelFor(count, 8, body);
}

// BLAS's threads for members that cost `work` multiplications each: one for a batch, and one where two are slower.
inline int blasThreads(index_t count, double work, double threshold) {
  return count == 1 && work > threshold ? allThreads : 1;
}

}  // namespace lowrank
