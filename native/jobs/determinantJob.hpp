// The determinant of each member of a batch, as a number or by sign and logarithm.
#pragma once
#include "buffer.hpp"
#include "jobs/members.hpp"
#include "lu.hpp"

namespace lowrank {

// What the two kernels share: A (square), its LU factorization, the infos, of which a zero pivot is none.
template <class T>
class DeterminantBase {
 public:
  int threads() const {
    if (interleaved()) return noBlas;
    const double n = static_cast<double>(A_.first.rows);
    return blasThreads(A_.count, n * n * n, 8e6);
  }

 protected:
  explicit DeterminantBase(Args& args) : A_(args.input<T>()) { checkCount(A_.first.columns == A_.first.rows); }

  bool interleaved() const { return interleaves(A_.count, A_.first.rows, A_.first.rows); }

  // Calls write(b, determinant) for each member that is finite.
  template <class F>
  void forEachDeterminant(Span<std::int32_t> info, F write) {
    const index_t n = A_.first.rows;
    forEachMember(A_.count, info, [&](index_t b) {
      const Buffer<T> packed(n * n);
      const Buffer<std::int32_t> permutation(n);
      const Outcome outcome = lu<T>(A_[b], packed.data(), permutation.data());
      if (outcome.finite) write(b, luDeterminant(packed.data(), permutation.data(), n));
      return Outcome{outcome.finite};
    });
  }

  Batch<const T> A_;
};

// (A, determinants, info)
template <class T>
class DeterminantJob : public DeterminantBase<T> {
 public:
  explicit DeterminantJob(Args& args)
      : DeterminantBase<T>(args), value_(args.outputArray<T>()), info_(args.outputArray<std::int32_t>()) {
    checkCount(value_.length == this->A_.count && info_.length == this->A_.count);
  }

  double run() {
    if (this->interleaved()) {
      forEachRange(this->A_.count, [&](index_t begin, index_t end) {
        simd::kernels<T>().determinant(this->A_, value_.data, info_.data, begin, end);
      });
      return 0;
    }
    this->forEachDeterminant(info_, [&](index_t b, const Determinant& d) { value_.data[b] = static_cast<T>(d.value); });
    return 0;
  }

 private:
  Span<T> value_;
  Span<std::int32_t> info_;
};

// (A, signs, logarithms of the magnitudes, info)
template <class T>
class LogDeterminantJob : public DeterminantBase<T> {
 public:
  explicit LogDeterminantJob(Args& args)
      : DeterminantBase<T>(args),
        sign_(args.outputArray<T>()),
        logAbs_(args.outputArray<T>()),
        info_(args.outputArray<std::int32_t>()) {
    const index_t count = this->A_.count;
    checkCount(sign_.length == count && logAbs_.length == count && info_.length == count);
  }

  double run() {
    if (this->interleaved()) {
      forEachRange(this->A_.count, [&](index_t begin, index_t end) {
        simd::kernels<T>().logDeterminant(this->A_, sign_.data, logAbs_.data, info_.data, begin, end);
      });
      return 0;
    }
    this->forEachDeterminant(info_, [&](index_t b, const Determinant& d) {
      sign_.data[b] = static_cast<T>(d.sign);
      logAbs_.data[b] = static_cast<T>(d.logAbs);
    });
    return 0;
  }

 private:
  Span<T> sign_, logAbs_;
  Span<std::int32_t> info_;
};

}  // namespace lowrank
