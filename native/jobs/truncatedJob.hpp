#pragma once
#include <algorithm>
#include <cmath>

#include "denseCopy.hpp"
#include "jobs/members.hpp"
#include "krylov.hpp"
#include "largeOperand.hpp"
#include "pack.hpp"
#include "signs.hpp"
#include "sparse.hpp"
#include "truncated.hpp"

namespace lowrank {

enum class OperandKind { dense, copied, sparse };

// (kind, transposed, centre: 0 no, 1 columns, 2 rows; the operand, a sparse one and its transpose; an empty array of
// its type; the means): B = A or Aᵀ, centred.
template <class T>
class TruncatedArgs {
 public:
  explicit TruncatedArgs(Args& args) {
    const auto kind = static_cast<OperandKind>(args.integer());
    const bool transposed = args.flag();
    const index_t centre = args.integer();
    if (kind == OperandKind::sparse) {
      sparse_ = args.handle<SparseMatrix<T>>();
      if (transposed) throw InternalFault("truncated: a sparse operand comes the right way round");
      turned_ = args.handle<SparseMatrix<T>>();
      checkCount(turned_->csr().rows == sparse_->csr().columns && turned_->csr().columns == sparse_->csr().rows);
      operand_ = makeLargeOperand(sparse_->csr(), turned_->csr());
    } else {
      View<const T> A;
      if (kind == OperandKind::copied) {
        copy_ = args.handle<DenseCopy<T>>();
        A = copy_->view();
      } else {
        A = one(args.input<T>());
      }
      operand_ = makeLargeOperand(transposed ? A.transposed() : A);
    }
    args.inputArray<T>();
    const auto means = args.inputArray<double>();
    if (centre != 0) {
      checkCount(means.length == (centre == 1 ? operand_->columns() : operand_->rows()));
      operand_->centre(means.data, centre == 2);
    }
  }
  const LargeOperand& operator*() const { return *operand_; }
  const LargeOperand* operator->() const { return operand_.get(); }

 private:
  std::shared_ptr<SparseMatrix<T>> sparse_, turned_;
  std::shared_ptr<DenseCopy<T>> copy_;
  std::unique_ptr<LargeOperand> operand_;
};

// (operand, scale, result) → Σ (s·b)²; result: the largest magnitude, found where that sum is not usable, else 0.
template <class T>
class TruncatedScanJob {
 public:
  explicit TruncatedScanJob(Args& args) : B_(args), scale_(args.number()), largest_(args.outputArray<double>()) {
    checkCount(largest_.length == 1);
  }
  int threads() const { return 1; }
  double run() {
    const double squares = B_->squares(scale_);
    largest_.data[0] = squares > 1e-200 && squares < 1e200 ? 0 : B_->largest();
    return squares;
  }

 private:
  TruncatedArgs<T> B_;
  double scale_;
  Span<double> largest_;
};

// (operand, ofRows, means)
template <class T>
class TruncatedMeansJob {
 public:
  explicit TruncatedMeansJob(Args& args) : B_(args), ofRows_(args.flag()), means_(args.outputArray<double>()) {
    checkCount(means_.length == (ofRows_ ? B_->rows() : B_->columns()));
  }
  int threads() const { return 1; }
  double run() {
    B_->means(ofRows_, means_.data);
    return 0;
  }

 private:
  TruncatedArgs<T> B_;
  bool ofRows_;
  Span<double> means_;
};

// (operand, scale, single, state) → closed columns
template <class T>
class KrylovStepJob {
 public:
  explicit KrylovStepJob(Args& args)
      : B_(args), scale_(args.number()), single_(args.flag()), state_(args.handle<Krylov>()) {
    checkCount(B_->columns() == state_->dimension() && B_->workspaceRows() <= state_->workspaceRows() &&
               !state_->full());
  }
  int threads() const { return 1; }
  double run() {
    state_->step(*B_, scale_, single_);
    return static_cast<double>(state_->closed());
  }

 private:
  TruncatedArgs<T> B_;
  double scale_;
  bool single_;
  std::shared_ptr<Krylov> state_;
};

// (state, values, residuals) → 0, or 1 where the eigenvalue iteration failed. T plays no part.
template <class T>
class KrylovRitzJob {
 public:
  explicit KrylovRitzJob(Args& args)
      : state_(args.handle<Krylov>()), values_(args.outputArray<double>()), residuals_(args.outputArray<double>()) {
    checkCount(values_.length == state_->closed() && residuals_.length == values_.length);
  }
  int threads() const { return 1; }
  double run() { return state_->ritz(values_.length, values_.data, residuals_.data) ? 0 : 1; }

 private:
  std::shared_ptr<Krylov> state_;
  Span<double> values_, residuals_;
};

// (state, count, an empty array)
template <class T>
class KrylovRestartJob {
 public:
  explicit KrylovRestartJob(Args& args) : state_(args.handle<Krylov>()), count_(args.integer()) {
    checkCount(count_ > 0 && count_ <= state_->closed() && count_ % state_->width() == 0);
  }
  int threads() const { return 1; }
  double run() {
    state_->restart(count_);
    return 0;
  }

 private:
  std::shared_ptr<Krylov> state_;
  index_t count_;
};

// (operand, state, p, refinements, scale, U, values, Vt of A, squares) → info. The first k of p Ritz vectors' triplets,
// signs set. squares: Σ σ² and, where that is too near the whole (given in it), Σ of the squared residual; both scaled.
template <class T>
class TruncatedFinishJob {
 public:
  explicit TruncatedFinishJob(Args& args)
      : B_(args),
        transposed_(args.flag()),
        state_(args.handle<Krylov>()),
        p_(args.integer()),
        refinements_(static_cast<int>(args.integer())),
        U_(one(args.output<T>())),
        values_(args.outputArray<double>()),
        Vt_(one(args.output<T>())) {
    const index_t k = values_.length, m = transposed_ ? B_->columns() : B_->rows(),
                  n = transposed_ ? B_->rows() : B_->columns();
    checkCount(k <= p_ && p_ <= state_->closed() && p_ <= std::min(m, n) && B_->columns() == state_->dimension());
    checkCount(refinements_ >= 0 && U_.rows == m && U_.columns == k && Vt_.rows == k && Vt_.columns == n);
  }

  int threads() const { return allThreads; }

  double run() {
    const index_t k = values_.length, rows = B_->rows(), columns = B_->columns();
    Buffer<double> V(columns * p_), left(rows * k), right(k * columns), signs(k);
    state_->vectors(p_, V.data());
    const Outcome outcome = tripletsFrom(*B_, V.data(), p_, refinements_, k, left.data(), values_.data, right.data());
    if (!outcome) return outcome.finite ? outcome.info : notFinite;
    if (transposed_) signsOfRows(right.data(), k, columns, signs.data());
    else signsOfColumns(left.data(), rows, k, signs.data());
    scaleColumns(left.data(), rows, k, signs.data());
    scaleRows(right.data(), k, columns, signs.data());
    const View<const double> L = rowMajor<const double>(left.data(), rows, k),
                             R = rowMajor<const double>(right.data(), k, columns);
    copy(transposed_ ? R.transposed() : L, U_);
    copy(transposed_ ? L.transposed() : R, Vt_);
    return 0;
  }

 private:
  TruncatedArgs<T> B_;
  bool transposed_;
  std::shared_ptr<Krylov> state_;
  index_t p_;
  int refinements_;
  View<T> U_;
  Span<double> values_;
  View<T> Vt_;
};

// (operand, scale, U, values, Vt of A) → Σ (s(B − U diag(values) Vt))²
template <class T>
class TruncatedResidualJob {
 public:
  explicit TruncatedResidualJob(Args& args)
      : B_(args),
        transposed_(args.flag()),
        scale_(args.number()),
        U_(one(args.input<T>())),
        values_(args.inputArray<double>()),
        Vt_(one(args.input<T>())) {
    const index_t k = values_.length, m = transposed_ ? B_->columns() : B_->rows(),
                  n = transposed_ ? B_->rows() : B_->columns();
    checkCount(U_.rows == m && U_.columns == k && Vt_.rows == k && Vt_.columns == n);
  }
  int threads() const { return 1; }
  double run() {
    const index_t k = values_.length, rows = B_->rows(), columns = B_->columns();
    Buffer<double> left(rows * k), right(k * columns);
    copy(transposed_ ? Vt_.transposed() : U_, rowMajor(left.data(), rows, k));
    copy(transposed_ ? U_.transposed() : Vt_, rowMajor(right.data(), k, columns));
    return residualSquares(*B_, scale_, left.data(), values_.data, right.data(), k);
  }

 private:
  TruncatedArgs<T> B_;
  bool transposed_;
  double scale_;
  View<const T> U_;
  Span<const double> values_;
  View<const T> Vt_;
};

// (rows, width, capacity, seed, rows of workspace) → handle
inline napi_value makeKrylov(napi_env env, napi_callback_info info) {
  try {
    Args args(env, info, nullptr);
    const index_t n = args.integer(), width = args.integer(), capacity = args.integer(), seed = args.integer();
    const index_t workspaceRows = args.integer();
    checkCount(n > 0 && n < (index_t{1} << 31) && (width == 8 || width == 16) && capacity >= 2 * width &&
               capacity % width == 0 && capacity < (index_t{1} << 20) && workspaceRows >= 0 &&
               workspaceRows < (index_t{1} << 31));
    return wrap(env, std::make_shared<Krylov>(n, static_cast<int>(width), capacity, static_cast<std::uint64_t>(seed),
                                              workspaceRows));
  } catch (...) {
    napi_throw(env, errorFor(env, std::current_exception()));
    return nullptr;
  }
}

// (capacity, state) → handle of the same state with more room
inline napi_value growKrylov(napi_env env, napi_callback_info info) {
  try {
    Args args(env, info, nullptr);
    const index_t capacity = args.integer();
    const auto state = args.handle<Krylov>();
    checkCount(capacity % state->width() == 0 && capacity < (index_t{1} << 20));
    return wrap(env, std::make_shared<Krylov>(*state, capacity));
  } catch (...) {
    napi_throw(env, errorFor(env, std::current_exception()));
    return nullptr;
  }
}

// (A) → handle
inline napi_value makeDenseCopy(napi_env env, napi_callback_info info) {
  try {
    Args args(env, info, nullptr);
    if (args.type() == napi_float32_array)
      return wrap(env, std::make_shared<DenseCopy<float>>(one(args.input<float>())));
    return wrap(env, std::make_shared<DenseCopy<double>>(one(args.input<double>())));
  } catch (...) {
    napi_throw(env, errorFor(env, std::current_exception()));
    return nullptr;
  }
}

}  // namespace lowrank
