// Householder QR of a long matrix by blocks of rows that stay in the cache: each block is factored by itself, then the
// R's of all, stacked. A matrix that is not long is one block. The interface is that of HouseholderQR.
#pragma once
#include <memory>
#include <vector>

#include "qrHouseholder.hpp"

namespace lowrank {

template <class T>
class TreeQR {
 public:
  // Factors the first `pivots` columns of the row-major rows×columns matrix A in place. R (of all columns) then stands
  // in its upper trapezoid. Of the rows below, the columns from `pivots` on are what Qᵀ makes of them, in some order;
  // the others are rubbish. `keep` stores the reflectors. pivots ≤ min(rows, columns).
  TreeQR(T* A, index_t rows, index_t columns, index_t pivots, bool keep);

  // C := Q·C for a row-major rows×columns matrix C.
  void multiply(T* C, index_t columns) const;

  // Writes the first `columns` columns of Q, row-major; column j is multiplied by signs[j] (±1) where j < pivots.
  void form(T* Q, index_t columns, const T* signs) const;

 private:
  index_t rows_, pivots_, step_;
  std::vector<HouseholderQR<T>> blocks_;
  std::unique_ptr<HouseholderQR<T>> stack_;  // of the blocks' R's; null where there is one block

  index_t stacked() const { return index_t(blocks_.size()) * pivots_; }
  // The first `pivots` rows of each block, moved from A to `stack` or back.
  void gather(const T* A, index_t columns, T* stack) const;
  void scatter(const T* stack, index_t columns, T* A) const;
};

}  // namespace lowrank
