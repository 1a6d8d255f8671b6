#pragma once
#include "cholesky.hpp"
#include "jobs/members.hpp"

namespace lowrank {

// (L, B, X, info): X of L's and B's common count; either may be one member for all.
template <class T>
class CholeskySolveJob {
 public:
  explicit CholeskySolveJob(Args& args)
      : L_(args.input<T>()), B_(args.input<T>()), X_(args.output<T>()), info_(args.outputArray<std::int32_t>()) {
    const index_t n = L_.first.rows;
    checkCount(B_.first.rows == n && info_.length == X_.count);
    checkOperand(L_, X_.count);
    checkResult(L_, L_.count, n, n);
    checkOperand(B_, X_.count);
    checkResult(X_, X_.count, n, B_.first.columns);
  }

  int threads() const {
    const double n = static_cast<double>(L_.first.rows);
    return blasThreads(X_.count, n * n * B_.first.columns, 8e6);
  }

  double run() {
    forEachMember(X_.count, info_, [&](index_t b) {
      return choleskySolve<T>(L_[b].data, L_.first.rows, B_[b], X_[b].data);
    });
    return 0;
  }

 private:
  Batch<const T> L_, B_;
  Batch<T> X_;
  Span<std::int32_t> info_;
};

}  // namespace lowrank
