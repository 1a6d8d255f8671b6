#pragma once
#include <numeric>

#include "jobs/members.hpp"
#include "kron.hpp"

namespace lowrank {

// (A, B, sizes of the row blocks of A, of B, of the column blocks of A, of B, C): block (I, J) of C is A_IJ ⊗ B_IJ.
template <class T>
class KronJob {
 public:
  explicit KronJob(Args& args)
      : A_(one(args.input<T>())),
        B_(one(args.input<T>())),
        rows_(cuts(args, A_.rows, B_.rows)),
        columns_(cuts(args, A_.columns, B_.columns)),
        C_(one(args.output<T>())) {
    checkCount(C_.rows == rows_.extentOfC() && C_.columns == columns_.extentOfC());
    checkCount(C_.columnStride == 1 && C_.rowStride == C_.columns);
  }

  int threads() const { return noBlas; }

  double run() {
    kron<T>(A_, B_, rows_, columns_, C_.data);
    return 0;
  }

 private:
  static Cuts cuts(Args& args, index_t extentOfA, index_t extentOfB) {
    const auto ofA = args.inputArray<std::int32_t>(), ofB = args.inputArray<std::int32_t>();
    checkCount(ofA.length == ofB.length);
    for (index_t i = 0; i < ofA.length; ++i) checkCount(ofA.data[i] >= 0 && ofB.data[i] >= 0);
    checkCount(sum(ofA) == extentOfA && sum(ofB) == extentOfB);
    return Cuts(ofA.data, ofB.data, ofA.length);
  }

  static index_t sum(Span<const std::int32_t> sizes) {
    return std::accumulate(sizes.data, sizes.data + sizes.length, index_t{0});
  }

  View<const T> A_, B_;
  Cuts rows_, columns_;
  View<T> C_;
};

}  // namespace lowrank
