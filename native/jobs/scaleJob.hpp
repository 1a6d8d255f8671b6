#pragma once
#include "elementwise.hpp"
#include "jobs/members.hpp"

namespace lowrank {

// (factor, A, C): C of A's shape.
template <class T>
class ScaleJob {
 public:
  explicit ScaleJob(Args& args)
      : factor_(static_cast<T>(args.number())), A_(args.input<T>().first), C_(args.output<T>().first) {
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
