#pragma once
#include "jobs/members.hpp"
#include "lu.hpp"

namespace lowrank {

// (A, X, info): batches of one count.
template <class T>
class InverseJob {
 public:
  explicit InverseJob(Args& args)
      : A_(args.input<T>()), X_(args.output<T>()), info_(args.outputArray<std::int32_t>()) {
    const index_t n = A_.first.rows;
    checkCount(A_.first.columns == n && info_.length == A_.count);
    checkResult(X_, A_.count, n, n);
  }

  int threads() const {
    if (interleaved()) return noBlas;
    const double n = static_cast<double>(A_.first.rows);
    return blasThreads(A_.count, 2 * n * n * n, 8e6);
  }

  double run() {
    if (interleaved()) {
      forEachRange(A_.count, [&](index_t begin, index_t end) {
        simd::kernels<T>().inverse(A_, X_.first.data, info_.data, begin, end);
      });
      return 0;
    }
    forEachMember(A_.count, info_, [&](index_t b) { return inverse<T>(A_[b], X_[b].data); });
    return 0;
  }

 private:
  bool interleaved() const { return interleaves(A_.count, A_.first.rows, A_.first.rows, 24 * 24); }

  Batch<const T> A_;
  Batch<T> X_;
  Span<std::int32_t> info_;
};

}  // namespace lowrank
