#pragma once
#include "denseCopy.hpp"
#include "jobs/members.hpp"
#include "khatriRao.hpp"

namespace lowrank {

// (A, extents, factors, result) → the squared error
template <class T>
class KhatriRaoSweepJob {
 public:
  explicit KhatriRaoSweepJob(Args& args) : A_(args.handle<DenseCopy<T>>()) {
    const auto extents = args.inputArray<std::int32_t>();
    index_t product = 1, sum = 0;
    for (index_t t = 0; t < extents.length; ++t) {
      checkCount(extents.data[t] > 0 && extents.data[t] <= A_->view().rows);
      product *= extents.data[t];
      sum += extents.data[t];
      checkCount(product <= A_->view().rows);
      extents_.push_back(extents.data[t]);
    }
    factors_ = args.inputArray<T>();
    result_ = args.outputArray<T>();
    checkCount(!extents_.empty() && product == A_->view().rows && factors_.length == sum * A_->view().columns &&
               result_.length == factors_.length && result_.data != factors_.data);
  }

  int threads() const { return noBlas; }

  double run() { return khatriRaoSweep<T>(A_->view(), extents_, factors_.data, result_.data); }

 private:
  std::shared_ptr<DenseCopy<T>> A_;
  std::vector<index_t> extents_;
  Span<const T> factors_;
  Span<T> result_;
};

}  // namespace lowrank
