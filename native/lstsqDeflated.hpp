// The triangular system that is of full rank, or all but few singular values short of it, and certainly so.
#pragma once
#include <optional>

#include "view.hpp"

namespace lowrank {

// Where squares of rtol are so far above double's rounding that the Gram matrix shows on which side of rtol·σ₁ each
// singular value lies; and k large enough for that to be sooner done than a singular value decomposition.
bool deflationPays(index_t k, double rtol);

// Minimizes ‖M·Y − C‖ with least norm, as lstsqSquare does, and returns the rank. None, and C as it was, where more
// than a few singular values are at most rtol·σ₁, or one is so near that only their computation decides.
template <class T>
std::optional<index_t> lstsqDeflated(const T* M, bool upper, index_t k, T* C, index_t p, double rtol);

}  // namespace lowrank
