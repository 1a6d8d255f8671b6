// Khatri-Rao decomposition A ≈ B₁ ⊙ B₂ ⊙ … by alternating least squares, every column by itself.
#pragma once
#include <vector>

#include "view.hpp"

namespace lowrank {

// One sweep over A (∏p×n, NaN where an entry is missing): B₁, B₂, … in turn, row i of Bₜ and column j by Σ a·w / Σ w²
// over what is known, w being the product of the others' numbers; kept where that is 0/0. Bₜ (pₜ×n, row-major) lie one
// after the other in `factors` and in `result`. Returns the squared error of the result. The same bits for any number
// of threads.
template <class T>
double khatriRaoSweep(View<const T> A, const std::vector<index_t>& extents, const T* factors, T* result);

}  // namespace lowrank
