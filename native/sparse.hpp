// Sparse matrices in compressed rows, held natively: checked when they are made, so that kernels need not.
#pragma once
#include <node_api.h>

#include <cstdint>

#include "buffer.hpp"
#include "csr.hpp"

namespace lowrank {

template <class T>
class SparseMatrix {
 public:
  static constexpr napi_type_tag tag{0x6c6f7772616e6b00, sizeof(T)};

  // Copies the arrays. Throws InternalFault where pointers descend or an index is out of range.
  SparseMatrix(index_t rows, index_t columns, const std::int32_t* rowPointers, const std::int32_t* columnIndices,
               const T* values, index_t nonZeros);

  std::int64_t bytes() const;
  const Csr<T>& csr() const { return csr_; }

 private:
  Buffer<std::int32_t> rowPointers_, columnIndices_;
  Buffer<T> values_;
  Csr<T> csr_;
};

// (rows, columns, row pointers, column indices, values) → handle
napi_value makeSparse(napi_env env, napi_callback_info info);

// The rows where piece p of `pieces` begins when the entries are shared out evenly; p = pieces gives the end.
index_t rowOfPiece(const std::int32_t* rowPointers, index_t rows, index_t piece, index_t pieces);

}  // namespace lowrank
