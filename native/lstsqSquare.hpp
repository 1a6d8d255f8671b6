// The square system that is left of a least squares problem after an orthogonal factorization.
#pragma once
#include "lstsq.hpp"

namespace lowrank {

// Minimizes ‖M·Y − C‖ with least norm: M is k×k column-major and triangular (zeros elsewhere), `upper` or lower; C, k×p
// column-major, becomes Y. M is kept. Both of a magnitude that LAPACK can work with.
template <class T>
LstsqOutcome lstsqSquare(const T* M, bool upper, index_t k, T* C, index_t p, double rtol, LstsqMethod method,
                         T* singularValues);

}  // namespace lowrank
