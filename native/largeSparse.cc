// Sparse: rows of B gather rows of X, rows of Bᵀ gather rows of Y. Scattering B's rows into Z instead takes a third
// longer.
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
  LargeSparse(const Csr<T>& B, const Csr<T>& transposed)
      : LargeOperand(B.rows, B.columns), B_(B), transposed_(transposed), entries_(B.rowPointers[B.rows]) {}

  index_t workspaceRows() const override { return rows(); }

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
    Buffer<double> sums(width);
    if (X) {
      gather(B_, X, width, Y);
      if (centred()) {
        sumsOf(X, width, sums.data());
        for (index_t i = 0; i < rows(); ++i)
          for (int c = 0; c < width; ++c) Y[i * width + c] -= left(i) * sums[c];
      }
    }
    if (!Z) return;
    gather(transposed_, Y, width, Z);
    if (!centred()) return;
    std::fill_n(sums.data(), width, 0.0);
    for (index_t i = 0; i < rows(); ++i)
      for (int c = 0; c < width; ++c) sums[c] += left(i) * Y[i * width + c];
    subtractSums(sums.data(), width, Z);
  }

 private:
  template <class Visit>
  void each(const Visit& visit) const {
    for (index_t i = 0; i < rows(); ++i)
      for (index_t k = B_.rowPointers[i]; k < B_.rowPointers[i + 1]; ++k) visit(i, B_.columnIndices[k], B_.values[k]);
  }

  

  static void gather(const Csr<T>& A, const double* from, int width, double* to) {
    const double work = (static_cast<double>(A.rowPointers[A.rows]) + static_cast<double>(A.rows)) * width;
    const index_t pieces = work < 4e5 ? 1 : 16;
    parallelFor(pieces, 1, [&](index_t first, index_t last) {
      for (index_t p = first; p < last; ++p)
        simd::kernels<T>().sparseNarrow(A, from, width, to, rowOfPiece(A.rowPointers, A.rows, p, pieces),
                                        rowOfPiece(A.rowPointers, A.rows, p + 1, pieces));
    });
  }

  Csr<T> B_, transposed_;
  index_t entries_;
};

}  // namespace

template <class T>
std::unique_ptr<LargeOperand> makeLargeOperand(const Csr<T>& B, const Csr<T>& transposed) {
  return std::make_unique<LargeSparse<T>>(B, transposed);
}

template std::unique_ptr<LargeOperand> makeLargeOperand(const Csr<float>&, const Csr<float>&);
template std::unique_ptr<LargeOperand> makeLargeOperand(const Csr<double>&, const Csr<double>&);

}  // namespace lowrank
