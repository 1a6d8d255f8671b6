// QR factorization A = Q·R, or A·P = Q·R with column pivoting, always with a non-negative diagonal of R.
#pragma once
#include "outcome.hpp"
#include "view.hpp"

namespace lowrank {

enum class QrMode { thin, full, r };

// With k = min(m, n), all outputs row-major and owned by the caller:
//   thin: Q m×k, R k×n      full: Q m×m, R m×n      r: Q unused (null), R k×n
// `permutation`, where not null, asks for pivoting: n numbers, column j of A·P is column permutation[j] of A.
// info 1: a column of A is longer than the largest number of T, so that R overflows.
// Threads: give it one BLAS thread below 4e8 flops (2·m·n·k; 1000×450), and whenever m ≥ 40·n, where the products are
// panels too small to share. A cautious guess: the crossover has not been measured on an idle machine.
template <class T>
Outcome qr(View<const T> A, QrMode mode, T* Q, T* R, std::int32_t* permutation = nullptr);

}  // namespace lowrank
