#pragma once
#include "denseCopy.hpp"
#include "hadamard.hpp"
#include "jobs/members.hpp"
#include "sparse.hpp"

namespace lowrank {

// (kind: 0 dense, 1 dense with NaN where an entry is missing, 2 sparse; A and, where sparse, its transpose, else A
// again; ranks, factors, result) → the squared error
template <class T>
class HadamardSweepJob {
 public:
  explicit HadamardSweepJob(Args& args) {
    const index_t kind = args.integer();
    checkCount(kind >= 0 && kind <= 2);
    A_.sparse = kind == 2;
    A_.masked = kind == 1;
    if (A_.sparse) {
      sparse_ = args.handle<SparseMatrix<T>>();
      turned_ = args.handle<SparseMatrix<T>>();
      A_.byRows = sparse_->csr();
      A_.byColumns = turned_->csr();
      A_.rows = A_.byRows.rows;
      A_.columns = A_.byRows.columns;
      checkCount(A_.byColumns.rows == A_.columns && A_.byColumns.columns == A_.rows);
    } else {
      dense_ = args.handle<DenseCopy<T>>();
      args.handle<DenseCopy<T>>();
      A_.dense = dense_->view();
      A_.rows = A_.dense.rows;
      A_.columns = A_.dense.columns;
    }
    const auto ranks = args.inputArray<std::int32_t>();
    for (index_t t = 0; t < ranks.length; ++t) {
      checkCount(ranks.data[t] > 0);
      ranks_.push_back(ranks.data[t]);
    }
    factors_ = args.inputArray<T>();
    result_ = args.outputArray<T>();
    checkCount(!ranks_.empty() && factors_.length == hadamardLength(A_.rows, A_.columns, ranks_) &&
               result_.length == factors_.length && result_.data != factors_.data);
  }

  int threads() const { return 1; }

  double run() { return hadamardSweep<T>(A_, ranks_, factors_.data, result_.data); }

 private:
  HadamardOperand<T> A_;
  std::shared_ptr<SparseMatrix<T>> sparse_, turned_;
  std::shared_ptr<DenseCopy<T>> dense_;
  std::vector<index_t> ranks_;
  Span<const T> factors_;
  Span<T> result_;
};

}  // namespace lowrank
