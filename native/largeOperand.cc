#include "largeOperand.hpp"

#include <algorithm>

#include "buffer.hpp"

namespace lowrank {

void LargeOperand::gram(double s, const double* X, int width, double* Z, double* workspace, bool) const {
  const index_t size = columns_ * width;
  double* const Y = workspaceRows() > 0 ? workspace : nullptr;
  if (s == 1) return sweep(X, width, Y, Z);
  Buffer<double> scaled(size);
  for (index_t k = 0; k < size; ++k) scaled[k] = s * X[k];
  sweep(scaled.data(), width, Y, Z);
  for (index_t k = 0; k < size; ++k) Z[k] *= s;
}

void LargeOperand::sumsOf(const double* X, int width, double* sums) const {
  std::fill_n(sums, width, 0.0);
  for (index_t j = 0; j < columns_; ++j)
    for (int c = 0; c < width; ++c) sums[c] += right(j) * X[j * width + c];
}

void LargeOperand::subtractSums(const double* sums, int width, double* Z) const {
  for (index_t j = 0; j < columns_; ++j)
    for (int c = 0; c < width; ++c) Z[j * width + c] -= right(j) * sums[c];
}

}  // namespace lowrank
