#pragma once
#include "denseCopy.hpp"
#include "denseSweep.hpp"
#include "jobs/members.hpp"

namespace lowrank {

// (copied, A, F, L, X, G) → ⟨FAᵀ, X⟩; A a matrix, or a handle where `copied`. F, L and G may be empty.
template <class T>
class DenseSweepJob {
 public:
  explicit DenseSweepJob(Args& args) {
    if (args.flag()) {
      copy_ = args.handle<DenseCopy<T>>();
      A_ = copy_->view();
    } else {
      A_ = one(args.input<T>());
    }
    F_ = one(args.input<T>());
    L_ = one(args.input<T>());
    X_ = one(args.inputOutput<T>());
    G_ = one(args.output<T>());
    const index_t k = X_.rows;
    checkCount(X_.columns == A_.rows && L_.rows == L_.columns && (L_.rows == 0 || (L_.rows == k && F_.rows == k)));
    checkCount(L_.rows == 0 || (L_.rowStride == k && L_.columnStride == 1));
    checkCount(F_.rows == 0 || (F_.rows == k && F_.columns == A_.columns));
    checkCount(G_.rows == 0 || (G_.rows == k && G_.columns == A_.columns));
  }

  int threads() const { return noBlas; }

  double run() { return denseSweep<T>(A_, F_, L_, X_, G_); }

 private:
  std::shared_ptr<DenseCopy<T>> copy_;
  View<const T> A_, F_, L_;
  View<T> X_, G_;
};

}  // namespace lowrank
