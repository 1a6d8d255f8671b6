// Many small systems of normal equations, each with a step that cannot go astray.
#pragma once
#include <cstdint>

#include "buffer.hpp"
#include "view.hpp"

namespace lowrank {

// For each system the step s that minimizes ‖Ws − e‖² + δ‖s‖², N = WᵀW and g = Wᵀe, e being what is left at the point
// that is stepped from. δ is of the order of the rounding of N: directions that N does not see stay as they are, N may
// be singular, and ‖Ws − e‖ is at most ‖e‖.
template <class S>
class NormalSolver {
 public:
  // For at most `systems` systems of order r at a time.
  NormalSolver(index_t systems, index_t r);

  // packed: lower triangles of N, row by row; gradient: g (systems×r); X ← X + s. Returns Σ ‖e‖² − ‖Ws − e‖².
  double run(const S* packed, const S* gradient, index_t systems, S* X);

 private:
  // Solves with δ = weight·max diag N the systems whose info is not 0.
  void solve(const S* gradient, index_t systems, S weight);

  index_t r_;
  Buffer<S> normals_, damped_, steps_;
  Buffer<std::int32_t> info_;
};

}  // namespace lowrank
