// Cholesky-QR of a tall matrix: R from the Gram matrix, Q = A·R⁻¹ by GEMM, in panels of rows that stay in the cache.
// One pass leaves an orthogonality of ε·κ², so a second follows unless κ is small; a float matrix, whose Gram matrix is
// accumulated in double, hardly ever needs it. Three times the speed of Householder's reflectors where it applies.
#pragma once
#include "gramFactor.hpp"

namespace lowrank {

template <class T>
class CholeskyQR {
 public:
  // A is m×n, m ≥ n; Q is row-major memory for m×n numbers, used between the passes, or null where only R is wanted.
  // False: A is too ill conditioned, or not finite, or out of range; then Q is rubbish and Householder must do it.
  bool factor(View<const T> A, T* Q);

  // n×n column-major, upper triangular with zeros below and a positive diagonal.
  const double* R() const { return R_.data(); }

  // Writes Q·M to the memory given to factor(), for an n×n column-major M; Q itself where M is null.
  void multiply(const double* M) const;

 private:
  View<const T> source_;
  T* Q_ = nullptr;
  Buffer<double> R_, inverse_;  // Q = source·inverse
  bool mild_ = false;           // the inverse is well conditioned
};

}  // namespace lowrank
