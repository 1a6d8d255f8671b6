#include "sparse.hpp"

#include <algorithm>
#include <cstring>

#include "args.hpp"
#include "job.hpp"

namespace lowrank {

template <class T>
SparseMatrix<T>::SparseMatrix(index_t rows, index_t columns, const std::int32_t* rowPointers,
                              const std::int32_t* columnIndices, const T* values, index_t nonZeros)
    : rowPointers_(rows + 1), columnIndices_(nonZeros), values_(nonZeros) {
  std::memcpy(rowPointers_.data(), rowPointers, (rows + 1) * sizeof(std::int32_t));
  if (nonZeros > 0) {
    std::memcpy(columnIndices_.data(), columnIndices, nonZeros * sizeof(std::int32_t));
    std::memcpy(values_.data(), values, nonZeros * sizeof(T));
  }
  // Of the copies: the arrays may be shared with another thread.
  bool right = rowPointers_[0] == 0 && rowPointers_[rows] == nonZeros;
  for (index_t i = 0; i < rows; ++i) right &= rowPointers_[i] <= rowPointers_[i + 1];
  for (index_t k = 0; k < nonZeros; ++k) right &= columnIndices_[k] >= 0 && columnIndices_[k] < columns;
  if (!right) throw InternalFault("the arrays of a sparse matrix were tampered with");
  csr_ = {rows, columns, rowPointers_.data(), columnIndices_.data(), values_.data()};
}

template <class T>
std::int64_t SparseMatrix<T>::bytes() const {
  return (rowPointers_.size() + columnIndices_.size()) * sizeof(std::int32_t) + values_.size() * sizeof(T);
}

template class SparseMatrix<float>;
template class SparseMatrix<double>;

namespace {

template <class T>
napi_value makeSparseOf(napi_env env, Args& args) {
  const index_t rows = args.integer(), columns = args.integer();
  const auto rowPointers = args.inputArray<std::int32_t>();
  const auto columnIndices = args.inputArray<std::int32_t>();
  const auto values = args.inputArray<T>();
  if (rows < 0 || columns < 0 || columns > largestExtent || rowPointers.length != rows + 1 ||
      columnIndices.length != values.length)
    throw InternalFault("the arrays of a sparse matrix were tampered with");
  return wrap(env, std::make_shared<SparseMatrix<T>>(rows, columns, rowPointers.data, columnIndices.data, values.data,
                                                     values.length));
}

}  // namespace

napi_value makeSparse(napi_env env, napi_callback_info info) {
  try {
    Args args(env, info, nullptr);
    return args.type() == napi_float32_array ? makeSparseOf<float>(env, args) : makeSparseOf<double>(env, args);
  } catch (...) {
    napi_throw(env, errorFor(env, std::current_exception()));
    return nullptr;
  }
}

index_t rowOfPiece(const std::int32_t* rowPointers, index_t rows, index_t piece, index_t pieces) {
  if (piece >= pieces) return rows;
  const index_t entry = rowPointers[rows] * piece / pieces;
  return piece == 0 ? 0 : std::lower_bound(rowPointers, rowPointers + rows, entry) - rowPointers;
}

}  // namespace lowrank
