// What a fit by alternating least squares keeps over its sweeps: the ratings by rows and by columns, and pairs of
// factors.
#pragma once
#include <node_api.h>

#include <array>
#include <memory>
#include <mutex>

#include "alsSolve.hpp"
#include "sparse.hpp"

namespace lowrank {

enum class AlsSide { rows, columns };

// A pair of factors is m + n rows of `width` numbers: k factors and, with biases, one bias; first those of A's rows.
// Pairs stand in slots, made when they are first written and zero until then; a half-sweep works on slot 0.
template <class T>
class Als {
 public:
  static constexpr napi_type_tag tag{0x6c6f7772616e6b03, sizeof(T)};
  static constexpr index_t slots = 8;

  // `turned` is the transpose of A.
  Als(std::shared_ptr<SparseMatrix<T>> A, std::shared_ptr<SparseMatrix<T>> turned, index_t k, bool biases);
  // Of four slots and their packed copy, about what the iterations here use.
  std::int64_t bytes() const { return 5 * size() * static_cast<std::int64_t>(sizeof(T)); }

  index_t rowsOf(AlsSide side) const { return side == AlsSide::rows ? m_ : n_; }
  index_t rank() const { return k_; }
  bool biases() const { return width_ > k_; }

  // Factors (rows×k) and biases (rows×1, or none) of one side of a slot.
  void write(index_t slot, AlsSide side, const View<const T>& factors, const View<const T>* biases);
  void read(index_t slot, AlsSide side, const View<T>& factors, const View<T>* biases) const;

  // Solves one side of slot 0 for the other; the objective counts the fixed side's penalty too.
  AlsOutcome solve(AlsSide side, const AlsOptions& options, double fixedRegularization);

  // Σ of the squared errors of a slot's predictions at the entries of another matrix of A's shape.
  double squaredErrors(index_t slot, const SparseMatrix<T>& ratings, double mean) const;
  // The objective of explicit ratings at slot 0 + t·(a direction's slot): coefficients of 1, t, t², t³ and t⁴.
  void quartic(index_t direction, const AlsOptions& options, double columnRegularization, double* coefficients) const;

  // target ← a·first + b·second, all slots; a or b of 0 leaves that slot unread.
  void combine(index_t target, T a, index_t first, T b, index_t second);
  double dot(index_t first, index_t second) const;

 private:
  index_t size() const { return (m_ + n_) * width_; }
  T* at(index_t slot, AlsSide side) const { return slots_[slot].data() + (side == AlsSide::rows ? 0 : m_ * width_); }
  void ensure(index_t slot) const;
  const AlsFeatures<T>& features(index_t slot, AlsSide side, T constant) const;
  double penalty(AlsSide side, double regularization, bool weighted, index_t first, index_t second) const;

  // Two calls on one state, which nobody makes who waits for the first, must not crash.
  using Lock = std::lock_guard<std::mutex>;
  mutable std::mutex mutex_;
  std::shared_ptr<SparseMatrix<T>> byRows_, byColumns_;
  index_t m_, n_, k_, width_;
  mutable std::array<Buffer<T>, slots> slots_;
  mutable AlsFeatures<T> packed_[3];  // of rows, of columns, of columns of a direction
};

}  // namespace lowrank
