#pragma once
#include "jobs/members.hpp"
#include "norm.hpp"

namespace lowrank {

// (kind, A): returns the norm. kind: see the enumeration.
template <class T>
class NormJob {
 public:
  explicit NormJob(Args& args) : kind_(static_cast<Norm>(args.integer())), A_(one(args.input<T>())) {}

  int threads() const { return noBlas; }
  double run() { return norm<T>(kind_, A_); }

 private:
  Norm kind_;
  View<const T> A_;
};

}  // namespace lowrank
