// Linear least squares: the X of least norm among those that minimize ‖A·X − B‖, column by column.
#pragma once
#include "outcome.hpp"
#include "view.hpp"

namespace lowrank {

enum class LstsqMethod {
  automatic,  // triangular solves where it is proved which singular values to leave out: none, or few; else as svd
  qr,         // complete orthogonal factorization (gelsy): the rank is an estimate
  svd,        // gelsd
};

struct LstsqOutcome : Outcome {  // info > 0: the SVD did not converge
  index_t rank = 0;
};

// A is m×n, B m×p; X n×p row-major; residuals: p squared norms of the columns of A·X − B.
// rank: how many singular values exceed rtol·σ₁; negative rtol: ε·max(m, n). The min(m, n) singular values are written
// for method svd alone, else the pointer may be null.
// Threads: give it one BLAS thread below 4e8 flops (2·m·n·min(m, n); 1000×450), and whenever m ≥ 40·n, where the
// products are panels too small to share. A cautious guess: the crossover has not been measured on an idle machine.
template <class T>
LstsqOutcome lstsq(View<const T> A, View<const T> B, double rtol, LstsqMethod method, T* X, T* residuals,
                   T* singularValues);

}  // namespace lowrank
