// Block Lanczos on BᵀB with full reorthogonalization: the state that lives over its steps, always in double. For
// singular values this sees σ² and so resolves σ down to √ε·σ₁; the last steps (truncated.hpp) make good what is below.
//
// After j steps the basis V (n×K) has j closed blocks and the block of the next step: BᵀB V_closed = V_closed T + Q R
// Eᵀ, where Q is that block and E picks the last closed one. T is full, not banded, so that a restart needs nothing
// special.
#pragma once
#include <node_api.h>

#include <mutex>

#include "buffer.hpp"
#include "largeOperand.hpp"

namespace lowrank {

class Krylov {
 public:
  static constexpr napi_type_tag tag{0x6c6f7772616e6b01, 1};

  // `capacity` columns at most, a multiple of `width`, which is 8 or 16. The start is random, by the seed.
  // `workspaceRows`: those of the operand.
  Krylov(index_t n, int width, index_t capacity, std::uint64_t seed, index_t workspaceRows);
  index_t workspaceRows() const { return workspaceRows_; }
  // The same state with more room.
  Krylov(const Krylov& other, index_t capacity);
  std::int64_t bytes() const { return memory_.size() * static_cast<std::int64_t>(sizeof(double)); }

  index_t dimension() const { return n_; }
  int width() const { return width_; }
  index_t closed() const {
    const Lock lock(mutex_);
    return size_ - width_;
  }
  bool full() const {
    const Lock lock(mutex_);
    return size_ + width_ > capacity_;
  }

  // One block step with s²BᵀB. Needs room. `single` as in LargeOperand::gram.
  void step(const LargeOperand& B, double s, bool single);

  // The Ritz values θ of s²BᵀB, `count` = `closed` of them, descending, and the norms of their residuals s²BᵀBv − θv.
  // False where the eigenvalue iteration failed.
  bool ritz(index_t count, double* values, double* residuals);

  // Keeps the first `count` (a multiple of `width`) Ritz vectors and the block of the next step. After ritz().
  void restart(index_t count);

  // The first `count` Ritz vectors (n×count, row-major). After ritz().
  void vectors(index_t count, double* target) const;

 private:
  void allocate();
  void project(double* Z, double* coefficients) const;
  bool orthonormalize(double* Z, double* R) const;
  void repair(double* Z, double* R, double negligible);
  Buffer<double> chosen(index_t count) const;
  double random();

  // Two calls on one state, which nobody makes who waits for the first, must not crash.
  using Lock = std::lock_guard<std::recursive_mutex>;
  mutable std::recursive_mutex mutex_;

  index_t n_;
  int width_;
  index_t capacity_, size_, workspaceRows_;
  std::uint64_t seed_;
  double norm_ = 0;                // the largest ‖s²BᵀBx‖ of a unit vector met so far
  Buffer<double> memory_, theta_;  // theta_: the Ritz values last found
  double *V_, *X_, *Z_, *T_, *Y_, *R_, *coefficients_, *workspace_;
};

}  // namespace lowrank
