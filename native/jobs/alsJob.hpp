#pragma once
#include <cmath>

#include "als.hpp"
#include "jobs/members.hpp"

namespace lowrank {

// (mean, regularization, weighted, implicit, alpha, method, steps)
inline AlsOptions readAlsOptions(Args& args) {
  AlsOptions options;
  options.mean = args.number();
  options.regularization = args.number();
  options.weighted = args.flag();
  options.implicit = args.flag();
  options.alpha = args.number();
  const index_t method = args.integer(), steps = args.integer();
  checkCount(method >= 0 && method <= 2 && steps >= 1 && steps <= 1000);
  options.method = static_cast<AlsMethod>(method);
  options.steps = static_cast<int>(steps);
  return options;
}

// A vector as a column; none where it is empty.
template <class T>
struct AlsBias {
  View<T> column;
  bool given;

  AlsBias(Span<T> vector, index_t rows) : column{vector.data, rows, 1, 1, 1}, given(vector.length > 0) {
    checkCount(!given || vector.length == rows);
  }
  const View<T>* pointer() const { return given ? &column : nullptr; }
};

template <class T>
napi_value makeAlsOf(napi_env env, Args& args) {
  const auto A = args.handle<SparseMatrix<T>>(), turned = args.handle<SparseMatrix<T>>();
  const index_t k = args.integer();
  const bool biases = args.flag();
  const auto &a = A->csr(), &t = turned->csr();
  checkCount(k >= 1 && k < (index_t{1} << 20) && t.rows == a.columns && t.columns == a.rows);
  return wrap(env, std::make_shared<Als<T>>(A, turned, k, biases));
}

// (A, Aᵀ, k, biases, like) → handle
inline napi_value makeAls(napi_env env, napi_callback_info info) {
  try {
    Args args(env, info, nullptr);
    return args.type() == napi_float32_array ? makeAlsOf<float>(env, args) : makeAlsOf<double>(env, args);
  } catch (...) {
    napi_throw(env, errorFor(env, std::current_exception()));
    return nullptr;
  }
}

inline index_t alsSlot(Args& args) {
  const index_t slot = args.integer();
  checkCount(slot >= 0 && slot < Als<double>::slots);
  return slot;
}

inline AlsSide alsSide(Args& args) { return args.flag() ? AlsSide::columns : AlsSide::rows; }

// (state, slot, side, factors, biases)
template <class T>
class AlsWriteJob {
 public:
  explicit AlsWriteJob(Args& args)
      : state_(args.handle<Als<T>>()),
        slot_(alsSlot(args)),
        side_(alsSide(args)),
        factors_(one(args.input<T>())),
        bias_(args.inputArray<T>(), factors_.rows) {
    checkCount(factors_.rows == state_->rowsOf(side_) && factors_.columns == state_->rank());
  }
  int threads() const { return noBlas; }
  double run() {
    state_->write(slot_, side_, factors_, bias_.pointer());
    return 0;
  }

 private:
  std::shared_ptr<Als<T>> state_;
  index_t slot_;
  AlsSide side_;
  View<const T> factors_;
  AlsBias<const T> bias_;
};

// (state, slot, side, factors, biases)
template <class T>
class AlsReadJob {
 public:
  explicit AlsReadJob(Args& args)
      : state_(args.handle<Als<T>>()),
        slot_(alsSlot(args)),
        side_(alsSide(args)),
        factors_(one(args.output<T>())),
        bias_(args.outputArray<T>(), factors_.rows) {
    checkCount(factors_.rows == state_->rowsOf(side_) && factors_.columns == state_->rank());
  }
  int threads() const { return noBlas; }
  double run() {
    state_->read(slot_, side_, factors_, bias_.pointer());
    return 0;
  }

 private:
  std::shared_ptr<Als<T>> state_;
  index_t slot_;
  AlsSide side_;
  View<T> factors_;
  AlsBias<T> bias_;
};

// (state, side, options, the fixed side's regularization, hard rows, like) → objective
template <class T>
class AlsSolveJob {
 public:
  explicit AlsSolveJob(Args& args)
      : state_(args.handle<Als<T>>()),
        side_(alsSide(args)),
        options_(readAlsOptions(args)),
        fixedRegularization_(args.number()),
        hard_(args.outputArray<std::int32_t>()) {
    args.inputArray<T>();
    checkCount(hard_.length == 1);
  }
  int threads() const { return noBlas; }
  double run() {
    const AlsOutcome outcome = state_->solve(side_, options_, fixedRegularization_);
    hard_.data[0] = static_cast<std::int32_t>(outcome.hard);
    return outcome.objective;
  }

 private:
  std::shared_ptr<Als<T>> state_;
  AlsSide side_;
  AlsOptions options_;
  double fixedRegularization_;
  Span<std::int32_t> hard_;
};

// (state, slot, ratings, mean, like) → Σ of the squared errors
template <class T>
class AlsErrorsJob {
 public:
  explicit AlsErrorsJob(Args& args)
      : state_(args.handle<Als<T>>()),
        slot_(alsSlot(args)),
        ratings_(args.handle<SparseMatrix<T>>()),
        mean_(args.number()) {
    args.inputArray<T>();
    const auto& A = ratings_->csr();
    checkCount(A.rows == state_->rowsOf(AlsSide::rows) && A.columns == state_->rowsOf(AlsSide::columns));
  }
  int threads() const { return noBlas; }
  double run() { return state_->squaredErrors(slot_, *ratings_, mean_); }

 private:
  std::shared_ptr<Als<T>> state_;
  index_t slot_;
  std::shared_ptr<SparseMatrix<T>> ratings_;
  double mean_;
};

// (like, state, direction, options, the columns' regularization, five coefficients)
template <class T>
class AlsQuarticJob {
 public:
  explicit AlsQuarticJob(Args& args)
      : like_(args.inputArray<T>()),
        state_(args.handle<Als<T>>()),
        direction_(alsSlot(args)),
        options_(readAlsOptions(args)),
        columnRegularization_(args.number()),
        coefficients_(args.outputArray<double>()) {
    checkCount(coefficients_.length == 5 && !options_.implicit);
  }
  int threads() const { return noBlas; }
  double run() {
    state_->quartic(direction_, options_, columnRegularization_, coefficients_.data);
    return 0;
  }

 private:
  Span<const T> like_;
  std::shared_ptr<Als<T>> state_;
  index_t direction_;
  AlsOptions options_;
  double columnRegularization_;
  Span<double> coefficients_;
};

// (state, target, a, first, b, second, like): slots
template <class T>
class AlsCombineJob {
 public:
  explicit AlsCombineJob(Args& args)
      : state_(args.handle<Als<T>>()),
        target_(alsSlot(args)),
        a_(static_cast<T>(args.number())),
        first_(alsSlot(args)),
        b_(static_cast<T>(args.number())),
        second_(alsSlot(args)) {
    args.inputArray<T>();
  }
  int threads() const { return noBlas; }
  double run() {
    state_->combine(target_, a_, first_, b_, second_);
    return 0;
  }

 private:
  std::shared_ptr<Als<T>> state_;
  index_t target_;
  T a_;
  index_t first_;
  T b_;
  index_t second_;
};

// (state, first, second, like) → inner product of two slots
template <class T>
class AlsDotJob {
 public:
  explicit AlsDotJob(Args& args) : state_(args.handle<Als<T>>()), first_(alsSlot(args)), second_(alsSlot(args)) {
    args.inputArray<T>();
  }
  int threads() const { return noBlas; }
  double run() { return state_->dot(first_, second_); }

 private:
  std::shared_ptr<Als<T>> state_;
  index_t first_, second_;
};

// (A, fixed factors n×k, their biases, own biases, options, factors r×k, biases, hard rows) → objective of the rows
template <class T>
class AlsRowsJob {
 public:
  explicit AlsRowsJob(Args& args)
      : A_(args.handle<SparseMatrix<T>>()),
        fixed_(one(args.input<T>())),
        offsets_(args.inputArray<T>(), fixed_.rows),
        options_(readAlsOptions(args)),
        factors_(one(args.output<T>())),
        bias_(args.outputArray<T>(), factors_.rows),
        hard_(args.outputArray<std::int32_t>()) {
    const auto& A = A_->csr();
    checkCount(fixed_.rows == A.columns && factors_.rows == A.rows && factors_.columns == fixed_.columns);
    checkCount(fixed_.columns >= 1 && hard_.length == 1);
  }
  int threads() const { return noBlas; }
  double run() {
    AlsFeatures<T> features;
    features.pack(fixed_, bias_.given, 1, offsets_.pointer());
    const index_t width = features.width;
    Buffer<T> solutions(factors_.rows * width);
    std::fill_n(solutions.data(), solutions.size(), T(0));
    const AlsOutcome outcome = solveRows(A_->csr(), features, options_, solutions.data(), width);
    for (index_t i = 0; i < factors_.rows; ++i) {
      for (index_t c = 0; c < factors_.columns; ++c) factors_(i, c) = solutions[i * width + c];
      if (bias_.given) bias_.column(i, 0) = solutions[i * width + width - 1];
    }
    hard_.data[0] = static_cast<std::int32_t>(outcome.hard);
    return outcome.objective;
  }

 private:
  std::shared_ptr<SparseMatrix<T>> A_;
  View<const T> fixed_;
  AlsBias<const T> offsets_;
  AlsOptions options_;
  View<T> factors_;
  AlsBias<T> bias_;
  Span<std::int32_t> hard_;
};

}  // namespace lowrank
