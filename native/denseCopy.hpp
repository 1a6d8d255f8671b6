// A copy of a dense matrix that lives natively, for what uses it in many kernels.
#pragma once
#include <node_api.h>

#include "buffer.hpp"
#include "pack.hpp"

namespace lowrank {

template <class T>
class DenseCopy {
 public:
  static constexpr napi_type_tag tag{0x6c6f7772616e6b02, sizeof(T)};
  explicit DenseCopy(View<const T> A)
      : rows_(A.rows), columns_(A.columns), turned_(A.rowStride < A.columnStride), memory_(A.rows * A.columns) {
    copy(A, View<T>{memory_.data(), rows_, columns_, view().rowStride, view().columnStride});
  }
  std::int64_t bytes() const { return memory_.size() * static_cast<std::int64_t>(sizeof(T)); }
  View<const T> view() const {
    if (turned_) return {memory_.data(), rows_, columns_, 1, rows_};
    return {memory_.data(), rows_, columns_, columns_, 1};
  }

 private:
  index_t rows_, columns_;
  bool turned_;
  Buffer<T> memory_;
};

}  // namespace lowrank
