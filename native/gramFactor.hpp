// The Cholesky factor of a Gram matrix AᵀA, with its inverse and its condition: the small half of Cholesky-QR and of
// the normal equations. Always in double, which for a float matrix is as good as exact.
#pragma once
#include "buffer.hpp"

namespace lowrank {

// A block of rows as contiguous doubles, entry (i, j) at data[i*stride + j]; the source itself where it is that
// already.
struct RowPanel {
  const double* data;
  index_t stride;
};
template <class T>
RowPanel rowPanel(View<const T> A, index_t first, index_t count, double* buffer);

// How many rows of an n-column matrix make a panel that stays in the cache.
index_t panelRows(index_t n);

// gram (n×n) += PᵀP, the upper triangle in column-major terms at least; overwritten where `fresh`.
void addGram(RowPanel panel, index_t rows, index_t n, double* gram, bool fresh);

class GramFactor {
 public:
  index_t n = 0;
  Buffer<double> R, inverse;  // n×n column-major, upper triangular with zeros below: gram = RᵀR, inverse = R⁻¹
  double condition = 0;       // estimate of κ₂(R) with columns scaled to norms near one
  double conditionBound = 0;  // ‖R‖_F·‖R⁻¹‖_F ≥ κ₂(R)

  // False where the Gram matrix is not safely positive definite in floating point, or its diagonal leaves the range in
  // which neither overflow nor underflow has touched it; that catches NaN and infinity in A as well. False too, early,
  // where the condition is certainly above `worst`.
  bool factor(const double* gram, index_t n, double worst);

  // The same for an R (n×n row-major, zeros below) that comes from elsewhere. False where it is singular.
  bool adopt(const double* triangle, index_t n);

 private:
  bool measure(const double* scales);
};

}  // namespace lowrank
