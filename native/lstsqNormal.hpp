// Least squares by the normal equations with iterative correction: the fast way for a tall, reasonably conditioned A.
#pragma once
#include "buffer.hpp"

namespace lowrank {

// What is left of the problem: R·X = C, R n×n upper triangular (zeros below), C n×p, both column-major; and the squared
// norms of what R·X = C leaves over of B.
template <class T>
struct ReducedSystem {
  Buffer<T> R, C;
  Buffer<double> squares;
};

enum class NormalOutcome {
  solved,
  reduced,  // float only: R is as good as Householder's, but A is not certainly of full rank at rtol
  refused,  // also where something is not finite or out of range: an orthogonal factorization must decide
};

// A is m×n with m ≥ n > 0. X and residuals are rubbish unless it is solved.
template <class T>
NormalOutcome lstsqNormal(View<const T> A, View<const T> B, double rtol, T* X, T* residuals, ReducedSystem<T>& reduced);

}  // namespace lowrank
