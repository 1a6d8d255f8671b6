#pragma once
#include "jobs/members.hpp"
#include "topItems.hpp"

namespace lowrank {

// (items, factors of rows, a base each, cosine, ranges of `excluded`, excluded, indices, scores): `count` places a row
template <class T>
class TopItemsJob {
 public:
  explicit TopItemsJob(Args& args) : items_(args.handle<Items<T>>()) {
    query_.factors = one(args.input<T>());
    const auto bases = args.inputArray<T>();
    query_.bases = bases.data;
    query_.cosine = args.flag();
    const auto ranges = args.inputArray<std::int32_t>();
    query_.ranges = ranges.data;
    const auto excluded = args.inputArray<std::int32_t>();
    query_.excluded = excluded.data;
    indices_ = args.outputArray<std::int32_t>();
    scores_ = args.outputArray<T>();
    const index_t rows = query_.factors.rows;
    checkCount(query_.factors.columns == items_->panels().rank && bases.length == rows && ranges.length == 2 * rows &&
               indices_.length == scores_.length && (rows == 0 ? indices_.length == 0 : indices_.length % rows == 0));
    for (index_t r = 0; r < rows; ++r)
      checkCount(0 <= ranges.data[2 * r] && ranges.data[2 * r] <= ranges.data[2 * r + 1] &&
                 ranges.data[2 * r + 1] <= excluded.length);
  }

  int threads() const { return noBlas; }

  double run() {
    const index_t rows = query_.factors.rows;
    topItems<T>(items_->panels(), query_, rows == 0 ? 0 : indices_.length / rows, indices_.data, scores_.data);
    return 0;
  }

 private:
  std::shared_ptr<Items<T>> items_;
  ItemQuery<T> query_;
  Span<std::int32_t> indices_;
  Span<T> scores_;
};

}  // namespace lowrank
