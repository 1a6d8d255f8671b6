// Strided views: how a matrix, or a batch of matrices of one shape, reaches a kernel.
#pragma once
#include <cstdint>

namespace lowrank {

using index_t = std::int64_t;

// rows×columns numbers; entry (i, j) stands at data[i*rowStride + j*columnStride]. Does not own its memory.
template <class T>
struct View {
  T* data = nullptr;
  index_t rows = 0, columns = 0, rowStride = 0, columnStride = 0;

  T& operator()(index_t i, index_t j) const { return data[i * rowStride + j * columnStride]; }
  View transposed() const { return {data, columns, rows, columnStride, rowStride}; }
  operator View<const T>() const { return {data, rows, columns, rowStride, columnStride}; }
};

template <class T>
View<T> rowMajor(T* data, index_t rows, index_t columns) {
  return {data, rows, columns, columns, 1};
}

template <class T>
View<T> columnMajor(T* data, index_t rows, index_t columns) {
  return {data, rows, columns, 1, rows};
}

// `count` matrices of one shape; member b starts at data + b*memberStride. A single matrix is a batch of one.
template <class T>
struct Batch {
  View<T> first;
  index_t count = 1, memberStride = 0;

  View<T> operator[](index_t b) const {
    View<T> member = first;
    member.data += b * memberStride;
    return member;
  }
};

}  // namespace lowrank
