#pragma once
#include "elementwise.hpp"
#include "jobs/members.hpp"

namespace lowrank {

// (operation: 0 A + B, 1 A − B, 2 A ∘ B, A, B, C), all of one shape.
template <class T>
class ElementwiseJob {
 public:
  explicit ElementwiseJob(Args& args)
      : operation_(static_cast<Elementwise>(args.integer())),
        A_(one(args.input<T>())),
        B_(one(args.input<T>())),
        C_(one(args.output<T>())) {
    checkCount(operation_ == Elementwise::add || operation_ == Elementwise::subtract ||
               operation_ == Elementwise::multiply);
    checkCount(A_.rows == C_.rows && A_.columns == C_.columns && B_.rows == C_.rows && B_.columns == C_.columns);
  }

  int threads() const { return noBlas; }

  double run() {
    elementwise<T>(operation_, A_, B_, C_);
    return 0;
  }

 private:
  Elementwise operation_;
  View<const T> A_, B_;
  View<T> C_;
};

}  // namespace lowrank
