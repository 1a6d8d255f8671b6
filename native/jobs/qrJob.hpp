#pragma once
#include <algorithm>

#include "jobs/members.hpp"
#include "qr.hpp"

namespace lowrank {

// (A, mode: 0 thin, 1 full, 2 R only, Q, R, permutations (n a member; empty: no pivoting), info): batches of A's count;
// Q empty for R only.
template <class T>
class QrJob {
 public:
  explicit QrJob(Args& args)
      : A_(args.input<T>()),
        mode_(static_cast<QrMode>(args.integer())),
        Q_(args.output<T>()),
        R_(args.output<T>()),
        permutation_(args.outputArray<std::int32_t>()),
        info_(args.outputArray<std::int32_t>()) {
    const index_t m = A_.first.rows, n = A_.first.columns, k = mode_ == QrMode::full ? m : std::min(m, n);
    checkCount(mode_ == QrMode::thin || mode_ == QrMode::full || mode_ == QrMode::r);
    checkCount(info_.length == A_.count && (permutation_.length == 0 || permutation_.length == A_.count * n));
    if (mode_ != QrMode::r) checkResult(Q_, A_.count, m, k);
    checkResult(R_, A_.count, k, n);
  }

  int threads() const {
    if (interleaved()) return noBlas;
    const double m = static_cast<double>(A_.first.rows), n = static_cast<double>(A_.first.columns);
    return blasThreads(A_.count, 2 * m * n * std::min(m, n), 4e8);
  }

  double run() {
    const index_t n = A_.first.columns;
    if (interleaved()) {
      forEachRange(A_.count, [&](index_t begin, index_t end) {
        simd::kernels<T>().qr(A_, Q_.first.data, R_.first.data, info_.data, begin, end);
      });
      return 0;
    }
    forEachMember(A_.count, info_, [&](index_t b) {
      T* Q = mode_ == QrMode::r ? nullptr : Q_[b].data;
      return qr<T>(A_[b], mode_, Q, R_[b].data, permutation_.length > 0 ? permutation_.data + b * n : nullptr);
    });
    return 0;
  }

 private:
  bool interleaved() const {
    const index_t m = A_.first.rows, n = A_.first.columns;
    const bool thin = mode_ == QrMode::thin || (mode_ == QrMode::full && m <= n);
    return thin && permutation_.length == 0 && interleaves(A_.count, m, n);
  }

  Batch<const T> A_;
  QrMode mode_;
  Batch<T> Q_, R_;
  Span<std::int32_t> permutation_, info_;
};

}  // namespace lowrank
