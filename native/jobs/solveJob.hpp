#pragma once
#include "buffer.hpp"
#include "cholesky.hpp"
#include "jobs/members.hpp"
#include "lu.hpp"
#include "symmetricSolve.hpp"
#include "triangular.hpp"

namespace lowrank {

enum class Assume { general, symmetric, positiveDefinite, upperTriangular, lowerTriangular };

// (A, B, assume, X, info): X of A's and B's common count; either may be one member for all.
template <class T>
class SolveJob {
 public:
  explicit SolveJob(Args& args)
      : A_(args.input<T>()),
        B_(args.input<T>()),
        assume_(static_cast<Assume>(args.integer())),
        X_(args.output<T>()),
        info_(args.outputArray<std::int32_t>()) {
    const index_t n = A_.first.rows;
    checkCount(A_.first.columns == n && B_.first.rows == n && info_.length == X_.count);
    checkOperand(A_, X_.count);
    checkOperand(B_, X_.count);
    checkResult(X_, X_.count, n, B_.first.columns);
  }

  int threads() const {
    if (interleaved()) return noBlas;
    const double n = static_cast<double>(A_.first.rows);
    return blasThreads(X_.count, n * n * (n + B_.first.columns), 8e6);
  }

  double run() {
    if (interleaved()) {
      const auto& kernels = simd::kernels<T>();
      const auto kernel = assume_ == Assume::positiveDefinite ? kernels.solvePositive : kernels.solve;
      forEachRange(X_.count,
                   [&](index_t begin, index_t end) { kernel(A_, B_, X_.first.data, info_.data, begin, end); });
      return 0;
    }
    if (A_.count == 1 && X_.count > 1 && factorable()) return runShared();
    forEachMember(X_.count, info_, [&](index_t b) {
      switch (assume_) {
        case Assume::general: return solve<T>(A_[b], B_[b], X_[b].data);
        case Assume::symmetric: return solveSymmetric<T>(A_[b], B_[b], X_[b].data);
        case Assume::positiveDefinite: return solvePositiveDefinite<T>(A_[b], B_[b], X_[b].data);
        case Assume::upperTriangular: return solveTriangular<T>(A_[b], Triangle::upper, B_[b], X_[b].data);
        case Assume::lowerTriangular: return solveTriangular<T>(A_[b], Triangle::lower, B_[b], X_[b].data);
      }
      return Outcome{};
    });
    return 0;
  }

 private:
  bool factorable() const { return assume_ == Assume::general || assume_ == Assume::positiveDefinite; }

  // Up to 16×16 it is faster to eliminate one A for all over and over in SIMD lanes than to call LAPACK.
  bool interleaved() const {
    const index_t n = A_.first.rows;
    return factorable() && B_.first.columns > 0 && interleaves(X_.count, n, n) && (A_.count > 1 || n <= 16);
  }

  // One A for all members is factored once.
  double runShared() {
    const index_t n = A_.first.rows;
    const bool definite = assume_ == Assume::positiveDefinite;
    const Buffer<T> factor(n * n);
    const Buffer<std::int32_t> permutation(n);
    T* const data = factor.data();
    const Outcome factored = definite ? cholesky<T>(A_.first, data) : lu<T>(A_.first, data, permutation.data());
    forEachMember(X_.count, info_, [&](index_t b) {
      if (!factored) return factored;
      return definite ? choleskySolve<T>(data, n, B_[b], X_[b].data)
                      : luSolve<T>(data, data, permutation.data(), n, B_[b], X_[b].data);
    });
    return 0;
  }

  Batch<const T> A_, B_;
  Assume assume_;
  Batch<T> X_;
  Span<std::int32_t> info_;
};

}  // namespace lowrank
