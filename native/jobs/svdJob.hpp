#pragma once
#include <algorithm>

#include "jobs/members.hpp"
#include "simd/dispatch.hpp"
#include "svd.hpp"

namespace lowrank {

// (A, mode: 0 thin, 1 full, 2 values, U, singular values (a row each), Vt, info): batches of A's count; U and Vt empty
// for values.
template <class T>
class SvdJob {
 public:
  explicit SvdJob(Args& args)
      : A_(args.input<T>()),
        mode_(static_cast<SvdMode>(args.integer())),
        U_(args.output<T>()),
        values_(args.output<T>()),
        Vt_(args.output<T>()),
        info_(args.outputArray<std::int32_t>()),
        m_(A_.first.rows),
        n_(A_.first.columns) {
    const index_t k = std::min(m_, n_);
    const bool full = mode_ == SvdMode::full;
    checkCount(mode_ == SvdMode::thin || full || mode_ == SvdMode::values);
    checkCount(info_.length == A_.count);
    checkResult(values_, 1, A_.count, k);
    if (mode_ == SvdMode::values) return;
    checkResult(U_, A_.count, m_, full ? m_ : k);
    checkResult(Vt_, A_.count, full ? n_ : k, n_);
  }

  int threads() const {
    if (interleaved()) return 1;  // for members that fall back to LAPACK
    return blasThreads(A_.count, static_cast<double>(m_) * n_ * std::min(m_, n_), 8e6);
  }

  double run() {
    if (interleaved())
      forEachRange(A_.count, [this](index_t begin, index_t end) { runInterleaved(begin, end); });
    else
      forEachMember(A_.count, info_, [this](index_t b) { return runMember(b); });
    return 0;
  }

 private:
  // Many small members stand side by side in the lanes of our own kernel. Measured with 8 lanes: 8×8 2 µs a member
  // where LAPACK takes 10, 20×20 16 and 48, 28×28 66 and 72; half as many lanes take twice as long.
  static constexpr index_t leastCount = 3, mostValues = 20, longest = 256;
  bool interleaved() const {
    return A_.count >= leastCount && std::min(m_, n_) <= mostValues && std::max(m_, n_) <= longest &&
           (mode_ != SvdMode::full || m_ == n_);
  }

  void runInterleaved(index_t begin, index_t end) {
    const auto& kernels = simd::kernels<T>();
    if (mode_ == SvdMode::values)
      kernels.singularValues(A_, values_.first.data, info_.data, begin, end);
    else
      kernels.svd(A_, U_.first.data, values_.first.data, Vt_.first.data, info_.data, begin, end);
    redo(begin, end, info_, [this](index_t b) { return runMember(b); });
  }

  Outcome runMember(index_t b) {
    const bool none = mode_ == SvdMode::values;
    T* const values = values_.first.data + b * values_.first.columns;
    return svd<T>(A_[b], mode_, none ? nullptr : U_[b].data, values, none ? nullptr : Vt_[b].data);
  }

  Batch<const T> A_;
  SvdMode mode_;
  Batch<T> U_, values_, Vt_;
  Span<std::int32_t> info_;
  index_t m_, n_;
};

}  // namespace lowrank
