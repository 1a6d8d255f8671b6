#pragma once
#include <algorithm>
#include <limits>

#include "jobs/members.hpp"
#include "lstsq.hpp"

namespace lowrank {

// (A, B, rtol (negative: the default), method, X, residuals (a row each), ranks, singular values (a row each), info): X
// of A's and B's common count; either may be one member for all. Singular values for method svd only, else empty.
template <class T>
class LstsqJob {
 public:
  explicit LstsqJob(Args& args)
      : A_(args.input<T>()),
        B_(args.input<T>()),
        rtol_(args.number()),
        method_(static_cast<LstsqMethod>(args.integer())),
        X_(args.output<T>()),
        residuals_(args.output<T>()),
        ranks_(args.outputArray<std::int32_t>()),
        values_(args.output<T>()),
        info_(args.outputArray<std::int32_t>()) {
    const index_t m = A_.first.rows, n = A_.first.columns, p = B_.first.columns, count = X_.count;
    checkCount(B_.first.rows == m && ranks_.length == count && info_.length == count);
    checkCount(method_ == LstsqMethod::automatic || method_ == LstsqMethod::qr || method_ == LstsqMethod::svd);
    checkOperand(A_, count);
    checkOperand(B_, count);
    checkResult(X_, count, n, p);
    checkResult(residuals_, 1, count, p);
    if (method_ == LstsqMethod::svd) checkResult(values_, 1, count, std::min(m, n));
  }

  int threads() const {
    const double m = static_cast<double>(A_.first.rows), n = static_cast<double>(A_.first.columns);
    return blasThreads(X_.count, 2 * m * n * std::min(m, n), 4e8);
  }

  double run() {
    const auto one = [this](index_t b) { return solveMember(b); };
    if (!interleaved()) {
      forEachMember(X_.count, info_, one);
      return 0;
    }
    const index_t m = A_.first.rows, n = A_.first.columns;
    const T rtol = static_cast<T>(rtol_ < 0 ? std::numeric_limits<T>::epsilon() * static_cast<double>(m) : rtol_);
    std::fill(ranks_.data, ranks_.data + ranks_.length, static_cast<std::int32_t>(n));
    forEachRange(X_.count, [&](index_t begin, index_t end) {
      simd::kernels<T>().lstsq(A_, B_, rtol, X_.first.data, residuals_.first.data, info_.data, begin, end);
      redo(begin, end, info_, one);
    });
    return 0;
  }

 private:
  bool interleaved() const {
    const index_t m = A_.first.rows, n = A_.first.columns;
    return method_ == LstsqMethod::automatic && m >= n && B_.first.columns > 0 && interleaves(X_.count, m, n);
  }

  Outcome solveMember(index_t b) {
    T* values = method_ == LstsqMethod::svd ? values_.first.data + b * values_.first.columns : nullptr;
    T* residuals = residuals_.first.data + b * residuals_.first.columns;
    const LstsqOutcome outcome = lstsq<T>(A_[b], B_[b], rtol_, method_, X_[b].data, residuals, values);
    ranks_.data[b] = static_cast<std::int32_t>(outcome.rank);
    return outcome;
  }

  Batch<const T> A_, B_;
  double rtol_;
  LstsqMethod method_;
  Batch<T> X_, residuals_;
  Span<std::int32_t> ranks_;
  Batch<T> values_;
  Span<std::int32_t> info_;
};

}  // namespace lowrank
