#pragma once
#include <algorithm>

#include "buffer.hpp"
#include "jobs/members.hpp"
#include "lu.hpp"

namespace lowrank {

// (A, L, U, permutation, determinant: 1 number for a square A, else none, info)
template <class T>
class LuJob {
 public:
  explicit LuJob(Args& args)
      : A_(args.input<T>()),
        L_(args.output<T>()),
        U_(args.output<T>()),
        permutation_(args.outputArray<std::int32_t>()),
        determinant_(args.outputArray<T>()),
        info_(args.outputArray<std::int32_t>()) {
    const index_t m = A_.first.rows, n = A_.first.columns, k = std::min(m, n);
    checkCount(A_.count == 1 && permutation_.length == m && info_.length == 1 &&
               determinant_.length == (m == n ? 1 : 0));
    checkResult(L_, 1, m, k);
    checkResult(U_, 1, k, n);
  }

  int threads() const {
    const double m = static_cast<double>(A_.first.rows), n = static_cast<double>(A_.first.columns);
    return blasThreads(1, m * n * std::min(m, n), 8e6);
  }

  double run() {
    const index_t m = A_.first.rows, n = A_.first.columns;
    const Buffer<T> packed(m * n);
    forEachMember(1, info_, [&](index_t) { return lu<T>(A_.first, packed.data(), permutation_.data); });
    if (info_.data[0] == notFinite) return 0;
    luFactors(packed.data(), m, n, L_.first.data, U_.first.data);
    if (m == n) determinant_.data[0] = static_cast<T>(luDeterminant(packed.data(), permutation_.data, n).value);
    return 0;
  }

 private:
  Batch<const T> A_;
  Batch<T> L_, U_;
  Span<std::int32_t> permutation_;
  Span<T> determinant_;
  Span<std::int32_t> info_;
};

}  // namespace lowrank
