#pragma once
#include "jobs/members.hpp"
#include "lu.hpp"

namespace lowrank {

// (L, U, permutation, B, X, info): X of B's count.
template <class T>
class LuSolveJob {
 public:
  explicit LuSolveJob(Args& args)
      : L_(args.input<T>()),
        U_(args.input<T>()),
        permutation_(args.inputArray<std::int32_t>()),
        B_(args.input<T>()),
        X_(args.output<T>()),
        info_(args.outputArray<std::int32_t>()) {
    const index_t n = L_.first.rows;
    checkCount(B_.first.rows == n && permutation_.length == n && info_.length == X_.count);
    checkResult(L_, 1, n, n);
    checkResult(U_, 1, n, n);
    checkOperand(B_, X_.count);
    checkResult(X_, X_.count, n, B_.first.columns);
    for (index_t i = 0; i < n; ++i) checkCount(permutation_.data[i] >= 0 && permutation_.data[i] < n);
  }

  int threads() const {
    const double n = static_cast<double>(L_.first.rows);
    return blasThreads(X_.count, n * n * B_.first.columns, 8e6);
  }

  double run() {
    forEachMember(X_.count, info_, [&](index_t b) {
      return luSolve<T>(L_.first.data, U_.first.data, permutation_.data, L_.first.rows, B_[b], X_[b].data);
    });
    return 0;
  }

 private:
  Batch<const T> L_, U_;
  Span<const std::int32_t> permutation_;
  Batch<const T> B_;
  Batch<T> X_;
  Span<std::int32_t> info_;
};

}  // namespace lowrank
