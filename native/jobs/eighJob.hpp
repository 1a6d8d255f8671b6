#pragma once
#include "eigh.hpp"
#include "jobs/members.hpp"

namespace lowrank {

// (A, eigenvalues (a row each), eigenvectors, info): batches of A's count.
template <class T>
class EighJob {
 public:
  explicit EighJob(Args& args)
      : A_(args.input<T>()),
        values_(args.output<T>()),
        vectors_(args.output<T>()),
        info_(args.outputArray<std::int32_t>()) {
    const index_t n = A_.first.rows;
    checkCount(A_.first.columns == n && info_.length == A_.count);
    checkResult(values_, 1, A_.count, n);
    checkResult(vectors_, A_.count, n, n);
  }

  int threads() const {
    const double n = static_cast<double>(A_.first.rows);
    return blasThreads(A_.count, n * n * n, 8e6);
  }

  double run() {
    const index_t n = A_.first.rows;
    const auto one = [&](index_t b) { return eigh<T>(A_[b], values_.first.data + b * n, vectors_[b].data); };
    if (!interleaves(A_.count, n, n)) {
      forEachMember(A_.count, info_, one);
      return 0;
    }
    forEachRange(A_.count, [&](index_t begin, index_t end) {
      simd::kernels<T>().eigh(A_, values_.first.data, vectors_.first.data, info_.data, begin, end);
      redo(begin, end, info_, one);
    });
    return 0;
  }

 private:
  Batch<const T> A_;
  Batch<T> values_, vectors_;
  Span<std::int32_t> info_;
};

}  // namespace lowrank
