#pragma once
#include "jobs/members.hpp"
#include "sparse.hpp"
#include "sparseProduct.hpp"

namespace lowrank {

// (α, A sparse, B, β, C)
template <class T>
class SparseTimesDenseJob {
 public:
  explicit SparseTimesDenseJob(Args& args)
      : alpha_(static_cast<T>(args.number())),
        A_(args.handle<SparseMatrix<T>>()),
        B_(one(args.input<T>())),
        beta_(static_cast<T>(args.number())),
        C_(one(beta_ == 0 ? args.output<T>() : args.inputOutput<T>())) {
    const auto& A = A_->csr();
    if (A.columns != B_.rows || A.rows != C_.rows || B_.columns != C_.columns)
      throw InternalFault("sparseTimesDense: shapes do not fit");
  }

  int threads() const { return noBlas; }

  double run() {
    multiplySparse<T>(alpha_, A_->csr(), B_, beta_, C_);
    return 0;
  }

 private:
  T alpha_;
  std::shared_ptr<SparseMatrix<T>> A_;
  View<const T> B_;
  T beta_;
  View<T> C_;
};

// (A, B, row pointers of AB, an empty array of their element type) → number of entries
template <class T>
class SparsePatternJob {
 public:
  explicit SparsePatternJob(Args& args)
      : A_(args.handle<SparseMatrix<T>>()),
        B_(args.handle<SparseMatrix<T>>()),
        rowPointers_(args.outputArray<std::int32_t>()) {
    if (A_->csr().columns != B_->csr().rows || rowPointers_.length != A_->csr().rows + 1)
      throw InternalFault("sparsePattern: shapes do not fit");
  }

  int threads() const { return noBlas; }

  double run() { return static_cast<double>(sparsePattern<T>(A_->csr(), B_->csr(), rowPointers_.data)); }

 private:
  std::shared_ptr<SparseMatrix<T>> A_, B_;
  Span<std::int32_t> rowPointers_;
};

// (α, A, B, row pointers of AB, column indices, values)
template <class T>
class SparseTimesSparseJob {
 public:
  explicit SparseTimesSparseJob(Args& args)
      : alpha_(static_cast<T>(args.number())),
        A_(args.handle<SparseMatrix<T>>()),
        B_(args.handle<SparseMatrix<T>>()),
        rowPointers_(args.inputArray<std::int32_t>()),
        columnIndices_(args.outputArray<std::int32_t>()),
        values_(args.outputArray<T>()) {
    const index_t rows = A_->csr().rows;
    bool right = A_->csr().columns == B_->csr().rows && rowPointers_.length == rows + 1 && rowPointers_.data[0] == 0 &&
                 columnIndices_.length == values_.length && rowPointers_.data[rows] == values_.length;
    for (index_t i = 0; right && i < rows; ++i) right = rowPointers_.data[i] <= rowPointers_.data[i + 1];
    if (!right) throw InternalFault("sparseTimesSparse: shapes do not fit");
  }

  int threads() const { return noBlas; }

  double run() {
    multiplySparseSparse<T>(alpha_, A_->csr(), B_->csr(), rowPointers_.data, columnIndices_.data, values_.data);
    return 0;
  }

 private:
  T alpha_;
  std::shared_ptr<SparseMatrix<T>> A_, B_;
  Span<const std::int32_t> rowPointers_;
  Span<std::int32_t> columnIndices_;
  Span<T> values_;
};

}  // namespace lowrank
