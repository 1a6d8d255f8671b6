#pragma once
#include <algorithm>

#include "jobs/members.hpp"
#include "svd.hpp"

namespace lowrank {

// (A, mode: 0 thin, 1 full, 2 values, U, singular values (a row each), Vt, info): batches of A's count; U and Vt empty for values.
template <class T>
class SvdJob {
 public:
  explicit SvdJob(Args& args)
      : A_(args.input<T>()),
        mode_(static_cast<SvdMode>(args.integer())),
        U_(args.output<T>()),
        values_(args.output<T>()),
        Vt_(args.output<T>()),
        info_(args.outputArray<std::int32_t>()) {
    const index_t m = A_.first.rows, n = A_.first.columns, k = std::min(m, n);
    const bool full = mode_ == SvdMode::full, none = mode_ == SvdMode::values;
    checkCount(values_.first.rows == A_.count && values_.first.columns == k && info_.length == A_.count);
    checkCount(none || (fits(U_, m, full ? m : k) && fits(Vt_, full ? n : k, n)));
  }

  int threads() const {
    return blasThreads(A_.count, static_cast<double>(A_.first.rows) * A_.first.columns * std::min(A_.first.rows, A_.first.columns), 8e6);
  }

  double run() {
    const bool none = mode_ == SvdMode::values;
    forEachMember(A_.count, info_, [&](index_t b) {
      return svd<T>(A_[b], mode_, none ? nullptr : U_[b].data, values_.first.data + b * values_.first.columns, none ? nullptr : Vt_[b].data);
    });
    return 0;
  }

 private:
  bool fits(const Batch<T>& result, index_t rows, index_t columns) const {
    return result.count == A_.count && result.first.rows == rows && result.first.columns == columns;
  }

  Batch<const T> A_;
  SvdMode mode_;
  Batch<T> U_, values_, Vt_;
  Span<std::int32_t> info_;
};

}  // namespace lowrank
