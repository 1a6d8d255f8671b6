#pragma once
#include "gemm.hpp"
#include "jobs/truncatedJob.hpp"

namespace lowrank {

// (B, A, transposed, C): C = B A, or B Aᵀ, for an A that was copied once for many calls.
template <class T>
class GemmCopiedJob {
 public:
  explicit GemmCopiedJob(Args& args)
      : B_(one(args.input<T>())), A_(args.handle<DenseCopy<T>>()), transposed_(args.flag()), C_(one(args.output<T>())) {
    const View<const T> A = operand();
    checkCount(B_.columns == A.rows && C_.rows == B_.rows && C_.columns == A.columns);
  }

  int threads() const { return static_cast<double>(C_.rows) * C_.columns * B_.columns > 1e6 ? allThreads : 1; }

  double run() {
    multiply<T>(1, B_, operand(), 0, C_);
    return 0;
  }

 private:
  View<const T> operand() const { return transposed_ ? A_->view().transposed() : A_->view(); }

  View<const T> B_;
  std::shared_ptr<DenseCopy<T>> A_;
  bool transposed_;
  View<T> C_;
};

}  // namespace lowrank
