// Dense products by our own kernels, where they are faster than BLAS: with AVX-512, against OpenBLAS 0.3.21 on one
// thread, they take .70–.95 of the time from 128² to 1000², and unlike BLAS they write a fresh result only once. With
// AVX2 they take .85–1.1, so that BLAS stays.
#pragma once
#include "view.hpp"

namespace lowrank {

// So many columns of B are whole panels of every instruction set: blocks of B are cut, and given room, in multiples.
inline constexpr index_t productStripe = 48;

// For an m×k matrix times a k×n one, with as many threads as are allowed now.
bool ownProductPays(index_t m, index_t n, index_t k);

// C ← αAB + βC on the calling thread; C has a column stride of 1, A and B any. β = 0 never reads C.
template <class T>
void multiplyOwn(T alpha, const View<const T>& A, const View<const T>& B, T beta, const View<T>& C);

}  // namespace lowrank
