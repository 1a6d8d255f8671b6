#pragma once
#include "gemm.hpp"
#include "jobs/members.hpp"
#include "simd/dispatch.hpp"

namespace lowrank {

// (α, A, B, β, C): A and B batches of C's count, or of one member for all.
template <class T>
class GemmJob {
 public:
  explicit GemmJob(Args& args)
      : alpha_(static_cast<T>(args.number())),
        A_(args.input<T>()),
        B_(args.input<T>()),
        beta_(static_cast<T>(args.number())),
        C_(beta_ == 0 ? args.output<T>() : args.inputOutput<T>()) {
    const auto &A = A_.first, &B = B_.first;
    const auto& C = C_.first;
    checkCount(A.columns == B.rows && A.rows == C.rows && B.columns == C.columns);
    checkOperand(A_, C_.count);
    checkOperand(B_, C_.count);
  }

  int threads() const {
    if (small()) return noBlas;
    const double work = static_cast<double>(A_.first.rows) * A_.first.columns * B_.first.columns;
    return C_.count == 1 && work > 1e6 ? allThreads : 1;
  }

  double run() {
    if (small()) {
      parallelFor(C_.count, 1024, [this](index_t begin, index_t end) {
        simd::kernels<T>().matmul(A_, B_, C_.first.data, begin, end);
      });
      return 0;
    }
    if (C_.count == 1) {
      multiply<T>(alpha_, A_.first, B_.first, beta_, C_.first);
      return 0;
    }
    parallelFor(C_.count, 64, [this](index_t begin, index_t end) {
      for (index_t b = begin; b < end; ++b) multiply<T>(alpha_, A_[b], B_[b], beta_, C_[b]);
    });
    return 0;
  }

 private:
  // Up to here our own kernel is faster than a call of BLAS.
  static constexpr index_t smallExtent = 16;
  bool small() const {
    const View<T>& C = C_.first;
    return alpha_ == 1 && beta_ == 0 && C.rows <= smallExtent && C.columns <= smallExtent &&
           A_.first.columns <= smallExtent && C.columnStride == 1 && C.rowStride == C.columns &&
           C_.memberStride == (C_.count == 1 ? 0 : C.rows * C.columns);
  }

  T alpha_;
  Batch<const T> A_, B_;
  T beta_;
  Batch<T> C_;
};

}  // namespace lowrank
