#pragma once
#include "elementwise.hpp"
#include "jobs/members.hpp"

namespace lowrank {

// (factor, A, C): C of A's shape.
template <class T>
class ScaleJob {
 public:
  explicit ScaleJob(Args& args)
      : factor_(static_cast<T>(args.number())), A_(one(args.input<T>())), C_(one(args.output<T>())) {
    checkCount(A_.rows == C_.rows && A_.columns == C_.columns);
  }

  int threads() const { return noBlas; }

  double run() {
    scale<T>(factor_, A_, C_);
    return 0;
  }

 private:
  T factor_;
  View<const T> A_;
  View<T> C_;
};

}  // namespace lowrank
