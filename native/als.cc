#include "als.hpp"

#include <algorithm>

#include "pool.hpp"
#include "reduce.hpp"

namespace lowrank {

namespace {

AlsSide other(AlsSide side) { return side == AlsSide::rows ? AlsSide::columns : AlsSide::rows; }

constexpr index_t chunk = 65536;  // numbers of a piece of work

// Σ f(begin, end) over chunks, in their order: the same bits for any number of threads.
template <class F>
double sumOfChunks(index_t count, F f) {
  const index_t chunks = (count + chunk - 1) / chunk;
  Buffer<double> sums(chunks);
  parallelFor(chunks, 1, [&](index_t begin, index_t end) {
    for (index_t c = begin; c < end; ++c) sums[c] = f(c * chunk, std::min((c + 1) * chunk, count));
  });
  return reduce::along(sums.data(), chunks, 1, [](double x) { return x; });
}

template <class T>
double innerProduct(const T* x, const T* y, index_t count) {
  double sums[8]{};
  index_t i = 0;
  for (; i + 8 <= count; i += 8)
    for (int c = 0; c < 8; ++c) sums[c] += static_cast<double>(x[i + c]) * static_cast<double>(y[i + c]);
  for (; i < count; ++i) sums[i % 8] += static_cast<double>(x[i]) * static_cast<double>(y[i]);
  return ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
}

}  // namespace

template <class T>
Als<T>::Als(std::shared_ptr<SparseMatrix<T>> A, std::shared_ptr<SparseMatrix<T>> turned, index_t k, bool biases)
    : byRows_(std::move(A)),
      byColumns_(std::move(turned)),
      m_(byRows_->csr().rows),
      n_(byRows_->csr().columns),
      k_(k),
      width_(k + biases) {}

template <class T>
void Als<T>::ensure(index_t slot) const {
  if (slots_[slot].data()) return;
  slots_[slot] = Buffer<T>(size());
  std::fill_n(slots_[slot].data(), size(), T(0));
}

template <class T>
void Als<T>::write(index_t slot, AlsSide side, const View<const T>& factors, const View<const T>* biases) {
  const Lock lock(mutex_);
  ensure(slot);
  T* const target = at(slot, side);
  for (index_t i = 0; i < factors.rows; ++i) {
    for (index_t c = 0; c < k_; ++c) target[i * width_ + c] = factors(i, c);
    if (width_ > k_) target[i * width_ + k_] = biases ? (*biases)(i, 0) : T(0);
  }
}

template <class T>
void Als<T>::read(index_t slot, AlsSide side, const View<T>& factors, const View<T>* biases) const {
  const Lock lock(mutex_);
  ensure(slot);
  const T* const source = at(slot, side);
  for (index_t i = 0; i < factors.rows; ++i) {
    for (index_t c = 0; c < k_; ++c) factors(i, c) = source[i * width_ + c];
    if (biases) (*biases)(i, 0) = width_ > k_ ? source[i * width_ + k_] : T(0);
  }
}

// Σ λᵢ·(inner product of row i of two slots).
template <class T>
double Als<T>::penalty(AlsSide side, double regularization, bool weighted, index_t first, index_t second) const {
  const auto& A = (side == AlsSide::rows ? byRows_ : byColumns_)->csr();
  const T *const x = at(first, side), *const y = at(second, side);
  const auto sum = sumOfChunks(A.rows, [&](index_t begin, index_t end) {
    double sum = 0;
    for (index_t i = begin; i < end; ++i) {
      const double product = innerProduct(x + i * width_, y + i * width_, width_);
      sum += product * (weighted ? A.rowPointers[i + 1] - A.rowPointers[i] : 1);
    }
    return sum;
  });
  return regularization * sum;
}

// Of one side of a slot for the other; `constant`: the feature that the other side's biases weigh, 0 in a direction.
// Until the next call for that side.
template <class T>
const AlsFeatures<T>& Als<T>::features(index_t slot, AlsSide side, T constant) const {
  const T* const known = at(slot, side);
  const View<const T> factors{known, rowsOf(side), k_, width_, 1}, offsets{known + k_, rowsOf(side), 1, width_, 1};
  AlsFeatures<T>& packed = packed_[constant == 0 ? 2 : side == AlsSide::rows ? 0 : 1];
  packed.pack(factors, biases(), constant, biases() ? &offsets : nullptr);
  return packed;
}

template <class T>
AlsOutcome Als<T>::solve(AlsSide side, const AlsOptions& options, double fixedRegularization) {
  const Lock lock(mutex_);
  ensure(0);
  const AlsSide fixed = other(side);
  const auto& A = (side == AlsSide::rows ? byRows_ : byColumns_)->csr();
  AlsOutcome outcome = solveRows(A, features(0, fixed, 1), options, at(0, side), width_);
  outcome.objective += penalty(fixed, fixedRegularization, options.weighted, 0, 0);
  return outcome;
}

template <class T>
double Als<T>::squaredErrors(index_t slot, const SparseMatrix<T>& ratings, double mean) const {
  const Lock lock(mutex_);
  ensure(slot);
  AlsOptions options;
  options.mean = mean;
  const auto& ofColumns = features(slot, AlsSide::columns, 1);
  return lowrank::squaredErrors(ratings.csr(), ofColumns, options, at(slot, AlsSide::rows), width_);
}

template <class T>
void Als<T>::quartic(index_t direction, const AlsOptions& options, double columnRegularization,
                     double* coefficients) const {
  const Lock lock(mutex_);
  for (const index_t slot : {index_t{0}, direction}) ensure(slot);
  quarticErrors(byRows_->csr(), features(0, AlsSide::columns, 1), options, at(0, AlsSide::rows),
                features(direction, AlsSide::columns, 0), at(direction, AlsSide::rows), width_, coefficients);
  for (const AlsSide side : {AlsSide::rows, AlsSide::columns}) {
    const double regularization = side == AlsSide::rows ? options.regularization : columnRegularization;
    coefficients[0] += penalty(side, regularization, options.weighted, 0, 0);
    coefficients[1] += 2 * penalty(side, regularization, options.weighted, 0, direction);
    coefficients[2] += penalty(side, regularization, options.weighted, direction, direction);
  }
}

template <class T>
void Als<T>::combine(index_t target, T a, index_t first, T b, index_t second) {
  const Lock lock(mutex_);
  for (const index_t slot : {target, first, second}) ensure(slot);
  const T *const x = slots_[first].data(), *const y = slots_[second].data();
  T* const z = slots_[target].data();
  parallelFor(size(), chunk, [&](index_t begin, index_t end) {
    if (b == 0) {
      for (index_t i = begin; i < end; ++i) z[i] = a * x[i];
    } else {
      for (index_t i = begin; i < end; ++i) z[i] = a * x[i] + b * y[i];
    }
  });
}

template <class T>
double Als<T>::dot(index_t first, index_t second) const {
  const Lock lock(mutex_);
  for (const index_t slot : {first, second}) ensure(slot);
  const T *const x = slots_[first].data(), *const y = slots_[second].data();
  return sumOfChunks(size(), [&](index_t begin, index_t end) {
    return innerProduct(x + begin, y + begin, end - begin);
  });
}

template class Als<float>;
template class Als<double>;

}  // namespace lowrank
