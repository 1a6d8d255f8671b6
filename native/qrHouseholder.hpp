// Householder QR of a row-major matrix, by blocks of columns in compact WY form, Q = Π (I − V T Vᵀ).
// Panels are copied out and factored column-major (LAPACK's geqrt3); everything else is GEMM on the row-major data, so
// no transpose of A or Q is ever needed, and V with its unit triangle written out needs no triangular products.
#pragma once
#include <vector>

#include "buffer.hpp"

namespace lowrank {

template <class T>
class HouseholderQR {
 public:
  // Factors the first `pivots` columns of the rows×columns matrix A in place: R (of all columns) stands in its upper
  // trapezoid afterwards, what is below is rubbish. `keep` stores the reflectors, which multiply() needs.
  // pivots ≤ min(rows, columns).
  HouseholderQR(T* A, index_t rows, index_t columns, index_t pivots, bool keep);

  // C := Q·C for a row-major rows×columns matrix C.
  void multiply(T* C, index_t columns) const;

  // Writes the first `columns` columns of Q, row-major; column j is multiplied by signs[j] (±1) where j < pivots.
  void form(T* Q, index_t columns, const T* signs) const;

 private:
  struct Panel {
    index_t first, width;
    T *V, *factor;  // V: (rows − first)×width column-major; factor: the width×width T
  };
  index_t rows_;
  Buffer<T> storage_;
  std::vector<Panel> panels_;
};

// A := the first `columns` columns of the identity, row-major.
template <class T>
void setIdentity(T* A, index_t rows, index_t columns);

// R := the upper trapezoid of `factored`, whose rows are contiguous, and zeros below; R is row-major and may be the
// same memory.
template <class T>
void extractR(View<const T> factored, T* R);

// Turns the rows of R (k×columns, row-major) whose diagonal is negative; signs[j] is −1 for those, else 1.
template <class T>
void makeDiagonalPositive(T* R, index_t k, index_t columns, T* signs);

}  // namespace lowrank
