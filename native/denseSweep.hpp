// One pass over a dense matrix for an alternation of least squares: A is read once, by panels of rows that stay in the
// cache from the one product to the other.
#pragma once
#include "view.hpp"

namespace lowrank {

// Of A (m×n), F (k×n), L (k×k, row-major, a lower triangle), X (k×m) and G (k×n):
//   P = FAᵀ, where F is given; then X ← (LLᵀ)⁻¹P, or P itself where L has no rows;
//   G ← XA, where G has rows.
// Returns ⟨P, X⟩, 0 without F. The same bits for any number of threads.
template <class T>
double denseSweep(View<const T> A, View<const T> F, View<const T> L, View<T> X, View<T> G);

}  // namespace lowrank
