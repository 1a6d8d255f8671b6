// Sparse: a row of B gathers rows of X, and scatters itself into Z while it is still in the cache. BᵀY needs no CSC.
#include <algorithm>
#include <cmath>
#include <limits>

#include "buffer.hpp"
#include "largeOperand.hpp"
#include "pool.hpp"
#include "simd/dispatch.hpp"
#include "sparse.hpp"

namespace lowrank {

namespace {

template <class T>
class LargeSparse final : public LargeOperand {
 public:
  explicit LargeSparse(const Csr<T>& B) : LargeOperand(B.rows, B.columns), B_(B), entries_(B.rowPointers[B.rows]) {}

  void means(bool ofRows, double* result) const override {
    const double share = 1 / static_cast<double>(ofRows ? columns() : rows());
    std::fill_n(result, ofRows ? rows() : columns(), 0.0);
    each([&](index_t i, index_t j, double value) { result[ofRows ? i : j] += value; });
    for (index_t k = 0; k < (ofRows ? rows() : columns()); ++k) result[k] *= share;
  }

  double squares(double s) const override {
    double total = 0;
    if (!centred()) {
      each([&](index_t, index_t, double value) { total += s * value * (s * value); });
      return total;
    }
    // Entries and zeros apart: of a column (or a row) with mean μ, all that are not stored are −μ.
    const bool alongRows = centredAlongRows();
    Buffer<double> missing(alongRows ? rows() : columns());
    std::fill_n(missing.data(), missing.size(), static_cast<double>(alongRows ? columns() : rows()));
    each([&](index_t i, index_t j, double value) {
      const double x = s * (value - mean(i, j));
      total += x * x;
      missing[alongRows ? i : j] -= 1;
    });
    for (index_t k = 0; k < missing.size(); ++k) {
      const double x = s * (alongRows ? left(k) : right(k));
      total += missing[k] * x * x;
    }
    return total;
  }

  double largest() const override {
    double result = 0;
    for (index_t k = 0; k < entries_; ++k) {
      const double size = std::abs(static_cast<double>(B_.values[k]));
      if (!(size <= std::numeric_limits<double>::max())) return std::numeric_limits<double>::quiet_NaN();
      result = std::max(result, size);
    }
    return result;
  }

  void densify(index_t begin, index_t end, double* target) const override {
    for (index_t i = begin; i < end; ++i, target += columns()) {
      for (index_t j = 0; j < columns(); ++j) target[j] = -mean(i, j);
      for (index_t k = B_.rowPointers[i]; k < B_.rowPointers[i + 1]; ++k) target[B_.columnIndices[k]] += B_.values[k];
    }
  }

 protected:
  void sweep(const double* X, int width, double* Y, double* Z) const override {
    if (centred()) return sweepCentred(X, width, Y, Z);
    rowsThrough(X, width, Y, Z);
  }

 private:
  template <class Visit>
  void each(const Visit& visit) const {
    for (index_t i = 0; i < rows(); ++i)
      for (index_t k = B_.rowPointers[i]; k < B_.rowPointers[i + 1]; ++k) visit(i, B_.columnIndices[k], B_.values[k]);
  }

  

  void rowsThrough(const double* X, int width, double* Y, double* Z) const {
    const index_t n = columns();
    const double work = static_cast<double>(entries_) + static_cast<double>(rows());
    const index_t parts = Z ? partsOf(work, static_cast<double>(n)) : work > 1e4 ? 8 : 1;
    Buffer<double> partial(Z ? (parts - 1) * n * width : 0);
    parallelFor(parts, 1, [&](index_t first, index_t last) {
      for (index_t part = first; part < last; ++part) {
        double* const target = Z ? part == 0 ? Z : partial.data() + (part - 1) * n * width : nullptr;
        if (Z) std::fill_n(target, n * width, 0.0);
        simd::kernels<T>().sparseNarrow(B_, X, width, Y, target, rowOfPiece(B_.rowPointers, rows(), part, parts),
                                        rowOfPiece(B_.rowPointers, rows(), part + 1, parts));
      }
    });
    for (index_t part = 1; Z && part < parts; ++part) {
      const double* const source = partial.data() + (part - 1) * n * width;
      for (index_t k = 0; k < n * width; ++k) Z[k] += source[k];
    }
  }

  void sweepCentred(const double* X, int width, double* Y, double* Z) const {
    Buffer<double> own(Y ? 0 : rows() * width), sums(width);
    if (!Y) Y = own.data();
    if (X) {
      rowsThrough(X, width, Y, nullptr);
      sumsOf(X, width, sums.data());
      for (index_t i = 0; i < rows(); ++i)
        for (int c = 0; c < width; ++c) Y[i * width + c] -= left(i) * sums[c];
    }
    if (!Z) return;
    rowsThrough(nullptr, width, Y, Z);
    std::fill_n(sums.data(), width, 0.0);
    for (index_t i = 0; i < rows(); ++i)
      for (int c = 0; c < width; ++c) sums[c] += left(i) * Y[i * width + c];
    subtractSums(sums.data(), width, Z);
  }

  Csr<T> B_;
  index_t entries_;
};

}  // namespace

template <class T>
std::unique_ptr<LargeOperand> makeLargeOperand(const Csr<T>& B) {
  return std::make_unique<LargeSparse<T>>(B);
}

template std::unique_ptr<LargeOperand> makeLargeOperand(const Csr<float>&);
template std::unique_ptr<LargeOperand> makeLargeOperand(const Csr<double>&);

}  // namespace lowrank
