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
    const double n = static_cast<double>(A_.first.rows);
    return blasThreads(A_.count, 2 * n * n * n, 8e6);
  }

  double run() {
    forEachMember(A_.count, info_, [&](index_t b) { return inverse<T>(A_[b], X_[b].data); });
    return 0;
  }

 private:
  Batch<const T> A_;
  Batch<T> X_;
  Span<std::int32_t> info_;
};

}  // namespace lowrank
