// A large matrix B (m×n), dense or sparse, as an iteration sees it that multiplies it with few columns: BᵀBX, BX and
// BᵀY, in double whatever B's type is, B read in place. Where a mean is given B is centred without being changed or
// copied: B − 1μᵀ, or B − μ1ᵀ where B is the transpose of what is centred.
#pragma once
#include <memory>

#include "csr.hpp"
#include "view.hpp"

namespace lowrank {

// X and Z have n rows, Y m rows; all are row-major and contiguous with `width` columns, 8 or 16.
class LargeOperand {
 public:
  virtual ~LargeOperand() = default;
  index_t rows() const { return rows_; }
  index_t columns() const { return columns_; }

  void centre(const double* mean, bool alongRows) {
    left_ = alongRows ? mean : nullptr;
    right_ = alongRows ? nullptr : mean;
    centred_ = true;
  }

  // How many rows of numbers gram() wants as workspace.
  virtual index_t workspaceRows() const = 0;
  // Z = s²BᵀBX, where s keeps the products of very large or very small entries in range. `single`: an error of ε‖sB‖²
  // with float's ε will do; then a large dense B of floats takes half the time.
  virtual void gram(double s, const double* X, int width, double* Z, double* workspace, bool single) const;
  void product(const double* X, int width, double* Y) const { sweep(X, width, Y, nullptr); }
  void transposedProduct(const double* Y, int width, double* Z) const {
    sweep(nullptr, width, const_cast<double*>(Y), Z);
  }

  // The means of the columns, or of the rows.
  virtual void means(bool ofRows, double* result) const = 0;
  // Σ (s·bᵢⱼ)² of the centred matrix; NaN or Infinity where an entry is, or where squares overflow.
  virtual double squares(double s) const = 0;
  // The largest magnitude, or NaN where an entry is not finite. Of the matrix before centring.
  virtual double largest() const = 0;
  // Rows [begin, end) of the centred matrix, into row-major memory.
  virtual void densify(index_t begin, index_t end, double* target) const = 0;

 protected:
  LargeOperand(index_t rows, index_t columns) : rows_(rows), columns_(columns) {}

  // Y = BX where X is given, else Y is; Z = BᵀY where Z is given. Y may be null where both are and no workspace is
  // wanted.
  virtual void sweep(const double* X, int width, double* Y, double* Z) const = 0;

  double left(index_t i) const { return left_ ? left_[i] : 1; }
  double right(index_t j) const { return right_ ? right_[j] : 1; }
  double mean(index_t i, index_t j) const { return centred_ ? left(i) * right(j) : 0; }
  bool centred() const { return centred_; }
  bool centredAlongRows() const { return left_ != nullptr; }
  // sums[c] = Σⱼ right(j)·X(j, c)
  void sumsOf(const double* X, int width, double* sums) const;
  // Z(j, c) −= right(j)·sums[c]
  void subtractSums(const double* sums, int width, double* Z) const;

 private:
  index_t rows_, columns_;
  const double *left_ = nullptr, *right_ = nullptr;
  bool centred_ = false;
};

template <class T>
std::unique_ptr<LargeOperand> makeLargeOperand(View<const T> B);
// A sparse B comes with its transpose: products with that gather too, where they would scatter with B.
template <class T>
std::unique_ptr<LargeOperand> makeLargeOperand(const Csr<T>& B, const Csr<T>& transposed);

// Into how many parts the rows are cut that have a sum of BᵀY each. It depends on sizes alone, never on the number of
// threads: so the bits do not either.
inline index_t partsOf(double workOfSweep, double workOfSum) {
  const double parts = workOfSweep / (20 * workOfSum + 1e5);
  return parts < 1 ? 1 : parts > 4 ? 4 : static_cast<index_t>(parts);
}

}  // namespace lowrank
