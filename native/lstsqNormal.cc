#include "lstsqNormal.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "columnScaling.hpp"
#include "gramFactor.hpp"
#include "lapack.hpp"
#include "pack.hpp"
#include "svd.hpp"

namespace lowrank {
namespace {

// Each correction shrinks the error by about ε·κ²: beyond this κ Householder is sooner done.
constexpr double worstCondition = 1e6;
constexpr int mostCorrections = 10;
constexpr index_t longRatio = 40;

// The n×p and r×p matrices here are row-major, which for BLAS is p×n and p×r column-major; p = 1 is by far the
// commonest.

// Z (n×p) := PᵀR + βZ for panels P (r×n) and R (r×p).
void projectPanel(RowPanel P, RowPanel R, index_t rows, index_t n, index_t p, double beta, double* Z) {
  if (p == 1)
    lapack::gemv<double>("N", int(n), int(rows), 1.0, P.data, int(P.stride), R.data, int(R.stride), beta, Z, 1);
  else
    lapack::gemm<double>("N", "T", int(p), int(n), int(rows), 1.0, R.data, int(R.stride), P.data, int(P.stride), beta,
                         Z, int(p));
}

// R (r×p) −= P·X.
void subtractProduct(RowPanel P, const double* X, index_t rows, index_t n, index_t p, double* R) {
  if (p == 1) lapack::gemv<double>("T", int(n), int(rows), -1.0, P.data, int(P.stride), X, 1, 1.0, R, 1);
  else
    lapack::gemm<double>("N", "N", int(p), int(rows), int(n), -1.0, X, int(p), P.data, int(P.stride), 1.0, R, int(p));
}

void addSquares(RowPanel R, index_t rows, index_t p, double* squares) {
  for (index_t i = 0; i < rows; ++i)
    for (index_t j = 0; j < p; ++j) squares[j] += R.data[i * R.stride + j] * R.data[i * R.stride + j];
}

template <class T>
class NormalEquations {
  const View<const T> A_, B_;
  const index_t m_, n_, p_, step_;
  Buffer<double> packedA_, packedB_, remainder_;
  GramFactor factor_;

 public:
  Buffer<double> X, projected, squares;  // squares: of the columns of B − A·X

  NormalEquations(View<const T> A, View<const T> B)
      : A_(A), B_(B), m_(A.rows), n_(A.columns), p_(B.columns), step_(panelRows(A.columns)), packedA_(step_ * n_),
        packedB_(step_ * p_), remainder_(step_ * p_), X(n_ * p_), projected(n_ * p_), squares(p_) {}

  const GramFactor& factor() const { return factor_; }

  // AᵀA = RᵀR, and AᵀB and the squares of B.
  bool assemble() {
    Buffer<double> gram(n_ * n_);
    std::fill(squares.data(), squares.data() + p_, 0.0);
    for (index_t i = 0; i < m_; i += step_) {
      const index_t rows = std::min(step_, m_ - i);
      const RowPanel P = rowPanel(A_, i, rows, packedA_.data()), R = rowPanel(B_, i, rows, packedB_.data());
      addGram(P, rows, n_, gram.data(), i == 0);
      projectPanel(P, R, rows, n_, p_, i == 0 ? 0 : 1, projected.data());
      addSquares(R, rows, p_, squares.data());
    }
    return factor_.factor(gram.data(), n_, worstCondition);
  }

  // R := B − A·X by panels: its squares, and AᵀR into `projected`. Reads A once.
  void residual() {
    std::fill(squares.data(), squares.data() + p_, 0.0);
    for (index_t i = 0; i < m_; i += step_) {
      const index_t rows = std::min(step_, m_ - i);
      const RowPanel P = rowPanel(A_, i, rows, packedA_.data());
      copy(View<const T>{&B_(i, 0), rows, p_, B_.rowStride, B_.columnStride}, rowMajor(remainder_.data(), rows, p_));
      subtractProduct(P, X.data(), rows, n_, p_, remainder_.data());
      const RowPanel R{remainder_.data(), p_};
      projectPanel(P, R, rows, n_, p_, i == 0 ? 0 : 1, projected.data());
      addSquares(R, rows, p_, squares.data());
    }
  }

  // D = (RᵀR)⁻¹·projected, in place; lengths[j] := the square of the norm of A·D, column by column.
  void correction(double* lengths) {
    triangular("T");
    std::fill(lengths, lengths + p_, 0.0);
    addSquares({projected.data(), p_}, n_, p_, lengths);
    triangular("N");
  }

  // The system that is left, rounded to float. False where that would overflow or underflow. The squares are
  // differences, which in double is far below what float can tell.
  bool reduce(ReducedSystem<float>& reduced) {
    triangular("T");
    reduced = {Buffer<float>(n_ * n_), Buffer<float>(n_ * p_), Buffer<double>(p_)};
    std::copy(squares.data(), squares.data() + p_, reduced.squares.data());
    for (index_t i = 0; i < n_; ++i)
      for (index_t j = 0; j < p_; ++j) reduced.squares[j] -= projected[i * p_ + j] * projected[i * p_ + j];
    for (index_t j = 0; j < p_; ++j) reduced.squares[j] = std::max(reduced.squares[j], 0.0);
    copy(columnMajor(factor_.R.data(), n_, n_), columnMajor(reduced.R.data(), n_, n_));
    copy(rowMajor(projected.data(), n_, p_), columnMajor(reduced.C.data(), n_, p_));
    for (const Buffer<float>* part : {&reduced.R, &reduced.C}) {
      const Scan<float> seen = scan(rowMajor(part->data(), 1, part->size()));
      if (!seen.finite || rangeExponent(seen.largest) != 0) return false;
    }
    return true;
  }

 private:
  void triangular(const char* transposed) {  // projected := R⁻¹·projected, or R⁻ᵀ·projected
    if (p_ == 1)
      return lapack::trsv<double>("U", transposed, "N", int(n_), factor_.R.data(), int(n_), projected.data(), 1);
    // Row-major: Zᵀ·R⁻ᵀ and Zᵀ·R⁻¹.
    lapack::trsm<double>("R", "U", *transposed == 'T' ? "N" : "T", "N", int(p_), int(n_), 1.0, factor_.R.data(),
                         int(n_), projected.data(), int(p_));
  }
};

// Is σₙ > rtol·σ₁ beyond doubt? The bound costs nothing. Where it does not say (float, whose rtol is coarse), R's
// singular values do, if A is so long that they are cheap beside another factorization.
bool certainlyFullRank(const GramFactor& factor, index_t rows, double rtol) {
  const index_t n = factor.n;
  if (factor.conditionBound * rtol < 0.5) return true;
  if (rows < longRatio * n) return false;
  Buffer<double> values(n);
  const View<const double> R = columnMajor<const double>(factor.R.data(), n, n);
  if (!svd<double>(R, SvdMode::values, nullptr, values.data(), nullptr)) return false;
  return values[n - 1] > 1.001 * rtol * values[0];
}

}  // namespace

template <class T>
NormalOutcome lstsqNormal(View<const T> A, View<const T> B, double rtol, T* X, T* residuals,
                          ReducedSystem<T>& reduced) {
  constexpr double epsilon = std::numeric_limits<T>::epsilon();
  const index_t n = A.columns, p = B.columns;
  NormalEquations<T> equations(A, B);
  if (!equations.assemble()) return NormalOutcome::refused;
  const GramFactor& factor = equations.factor();
  if (!certainlyFullRank(factor, A.rows, rtol)) {
    if constexpr (std::is_same_v<T, float>)
      if (equations.reduce(reduced)) return NormalOutcome::reduced;
    return NormalOutcome::refused;
  }
  Buffer<double> total(p), lengths(p), before(p);
  for (index_t j = 0; j < p; ++j) {
    total[j] = equations.squares[j];
    if (!(total[j] > 1e-200 && total[j] < 1e200)) return NormalOutcome::refused;
  }
  equations.correction(lengths.data());
  std::copy(equations.projected.data(), equations.projected.data() + n * p, equations.X.data());
  // What the next correction will leave of this one; generous, because the constant in c·ε·κ² is not known. And the
  // size that corrections do not get below, since AᵀR itself is only known up to ε·‖A‖·‖R‖.
  constexpr double unit = std::numeric_limits<double>::epsilon();
  const double contraction = 100 * unit * factor.condition * factor.condition, floor = 4 * unit * factor.condition;
  for (int step = 0; step < mostCorrections; ++step) {
    equations.residual();
    equations.correction(lengths.data());
    for (index_t i = 0; i < n * p; ++i) equations.X[i] += equations.projected[i];
    bool done = true;
    for (index_t j = 0; j < p; ++j) {
      const double square = equations.squares[j], length = lengths[j];
      if (!(square < 1e200 && length < 1e200)) return NormalOutcome::refused;
      const bool atFloor = length <= std::max(floor * floor * square, 1e-28 * total[j]);
      if (step > 1 && length > 0.25 * before[j] && !atFloor) return NormalOutcome::refused;
      before[j] = length;
      // The correction is orthogonal to what remains, so its square comes off; unless that would cancel, and what is
      // left is more than rounding.
      residuals[j] = T(std::max(square - length, 0.0));
      const bool clean = length < 1e-2 * square || square < 1e4 * epsilon * epsilon * total[j];
      const bool small = atFloor || contraction * contraction * length < epsilon * epsilon * total[j] / 16;
      done = done && clean && small;
    }
    if (!done) continue;
    for (index_t i = 0; i < n * p; ++i) X[i] = T(equations.X[i]);
    return NormalOutcome::solved;
  }
  return NormalOutcome::refused;
}

template NormalOutcome lstsqNormal(View<const float>, View<const float>, double, float*, float*, ReducedSystem<float>&);
template NormalOutcome lstsqNormal(View<const double>, View<const double>, double, double*, double*,
                                   ReducedSystem<double>&);

}  // namespace lowrank
