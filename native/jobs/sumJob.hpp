#pragma once
#include "jobs/members.hpp"
#include "reduce.hpp"

namespace lowrank {

// (A, axis: −1 all entries, 0 each column, 1 each row, divisor, sums): returns the sum of all entries, or fills `sums`;
// the divisor turns sums into means.
template <class T>
class SumJob {
 public:
  explicit SumJob(Args& args)
      : A_(one(args.input<T>())), axis_(args.integer()), divisor_(args.number()), sums_(args.outputArray<T>()) {
    checkCount(sums_.length == (axis_ == 0 ? A_.columns : axis_ == 1 ? A_.rows : 0));
  }

  int threads() const { return noBlas; }

  double run() {
    const auto itself = [](T x) { return static_cast<double>(x); };
    const auto store = [this](index_t i, double sum) { sums_.data[i] = static_cast<T>(sum / divisor_); };
    if (axis_ == 0) reduce::columns(A_, itself, store);
    if (axis_ == 1) reduce::rows(A_, itself, store);
    return axis_ < 0 ? reduce::all(A_, itself) / divisor_ : 0;
  }

 private:
  View<const T> A_;
  index_t axis_;
  double divisor_;
  Span<T> sums_;
};

}  // namespace lowrank
