#pragma once
#include "cholesky.hpp"
#include "jobs/members.hpp"

namespace lowrank {

// (A, L, info): batches of one count.
template <class T>
class CholeskyJob {
 public:
  explicit CholeskyJob(Args& args)
      : A_(args.input<T>()), L_(args.output<T>()), info_(args.outputArray<std::int32_t>()) {
    const index_t n = A_.first.rows;
    checkCount(A_.first.columns == n && info_.length == A_.count);
    checkResult(L_, A_.count, n, n);
  }

  int threads() const {
    if (interleaved()) return noBlas;
    const double n = static_cast<double>(A_.first.rows);
    return blasThreads(A_.count, n * n * n / 3, 8e6);
  }

  double run() {
    if (interleaved()) {
      forEachRange(A_.count, [&](index_t begin, index_t end) {
        simd::kernels<T>().cholesky(A_, L_.first.data, info_.data, begin, end);
      });
      return 0;
    }
    forEachMember(A_.count, info_, [&](index_t b) { return cholesky<T>(A_[b], L_[b].data); });
    return 0;
  }

 private:
  bool interleaved() const { return interleaves(A_.count, A_.first.rows, A_.first.rows); }

  Batch<const T> A_;
  Batch<T> L_;
  Span<std::int32_t> info_;
};

}  // namespace lowrank
