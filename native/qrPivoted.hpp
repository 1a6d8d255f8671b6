// QR with column pivoting of a matrix that is not tall: what a tall one's R still needs.
#pragma once
#include "view.hpp"

namespace lowrank {

// C·P = Q·R for the row-major k×n matrix C, k ≤ n, of a magnitude LAPACK can work with. R overwrites C, with zeros
// below and a non-negative, descending diagonal; Q is k×k row-major, or null. Column j of C·P is column permutation[j]
// of C.
template <class T>
void qrPivoted(T* C, index_t k, index_t n, T* Q, std::int32_t* permutation);

}  // namespace lowrank
