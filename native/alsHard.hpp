// Rows of alternating least squares that Cholesky in their own precision could not solve safely.
#pragma once
#include "alsRows.hpp"

namespace lowrank {

// Solves row i in double: by Cholesky where that is safe, else the minimizer of least norm, by the singular values of
// the row's least-squares problem (of its normal equations where it is implicit). Writes the solution and the
// objective.
template <class T>
void solveHardRow(const AlsRows<T>& rows, index_t i);

}  // namespace lowrank
