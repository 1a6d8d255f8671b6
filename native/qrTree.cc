#include "qrTree.hpp"

#include <algorithm>

namespace lowrank {
namespace {

// Rows of a block: 2¹⁶ numbers or, for wider matrices, enough rows that the stack of R's stays a small part of the
// work. From 128 columns on one block is as fast (measured).
index_t blockRows(index_t rows, index_t columns, index_t pivots) {
  const index_t step = std::max(index_t{1} << 16, 8 * pivots * columns) / std::max<index_t>(columns, 1);
  return pivots > 0 && columns < 128 && rows >= 4 * step ? step : std::max<index_t>(rows, 1);
}

}  // namespace

template <class T>
TreeQR<T>::TreeQR(T* A, index_t rows, index_t columns, index_t pivots, bool keep)
    : rows_(rows), pivots_(pivots), step_(blockRows(rows, columns, pivots)) {
  // The last block takes the rest, so that none is shorter than a step.
  const index_t count = std::max<index_t>(rows / step_, 1);
  blocks_.reserve(count);
  for (index_t b = 0; b < count; ++b)
    blocks_.emplace_back(A + b * step_ * columns, b + 1 < count ? step_ : rows - b * step_, columns, pivots, keep);
  if (count == 1) return;
  Buffer<T> stack(stacked() * columns);
  gather(A, columns, stack.data());
  for (index_t i = 0; i < stacked(); ++i) std::fill(&stack[i * columns], &stack[i * columns] + i % pivots, T(0));
  stack_ = std::make_unique<HouseholderQR<T>>(stack.data(), stacked(), columns, pivots, keep);
  scatter(stack.data(), columns, A);
}

template <class T>
void TreeQR<T>::gather(const T* A, index_t columns, T* stack) const {
  const index_t part = pivots_ * columns;
  for (index_t b = 0; b < index_t(blocks_.size()); ++b)
    std::copy(A + b * step_ * columns, A + b * step_ * columns + part, stack + b * part);
}

template <class T>
void TreeQR<T>::scatter(const T* stack, index_t columns, T* A) const {
  const index_t part = pivots_ * columns;
  for (index_t b = 0; b < index_t(blocks_.size()); ++b)
    std::copy(stack + b * part, stack + (b + 1) * part, A + b * step_ * columns);
}

template <class T>
void TreeQR<T>::multiply(T* C, index_t columns) const {
  if (stack_) {
    Buffer<T> stack(stacked() * columns);
    gather(C, columns, stack.data());
    stack_->multiply(stack.data(), columns);
    scatter(stack.data(), columns, C);
  }
  for (index_t b = 0; b < index_t(blocks_.size()); ++b) blocks_[b].multiply(C + b * step_ * columns, columns);
}

template <class T>
void TreeQR<T>::form(T* Q, index_t columns, const T* signs) const {
  if (!stack_) return blocks_.front().form(Q, columns, signs);
  setIdentity(Q, rows_, columns);
  for (index_t j = 0; j < pivots_; ++j) Q[j * columns + j] = signs[j];
  multiply(Q, columns);
}

template class TreeQR<float>;
template class TreeQR<double>;

}  // namespace lowrank
