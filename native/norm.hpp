// Norms that need no factorization. NaN and infinities are carried on; an empty matrix has norm 0.
#pragma once
#include "view.hpp"

namespace lowrank {

// largest: max |a|. The others are the largest or smallest sum of magnitudes over the columns (one) or rows (infinity).
enum class Norm { frobenius, largest, one, smallestColumn, infinity, smallestRow };

// Frobenius norms neither overflow nor underflow unless the result does.
template <class T>
double norm(Norm kind, View<const T> A);

}  // namespace lowrank
