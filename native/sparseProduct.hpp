// Products with sparse matrices. NaN and infinities among the entries are carried on; zeros that are not stored take no
// part. Every row gives the same bits for any number of threads.
#pragma once
#include "csr.hpp"

namespace lowrank {

// C ← αAB + βC; A (m×k) sparse, B (k×n) and C (m×n) of any strides. β = 0 never reads C.
template <class T>
void multiplySparse(T alpha, const Csr<T>& A, View<const T> B, T beta, View<T> C);

// The row pointers of AB, A.rows + 1 of them. Returns the number of entries, or −1 where they pass 2³¹ − 1.
template <class T>
index_t sparsePattern(const Csr<T>& A, const Csr<T>& B, std::int32_t* rowPointers);

// The entries of αAB, columns ascending in each row, for those row pointers.
template <class T>
void multiplySparseSparse(T alpha, const Csr<T>& A, const Csr<T>& B, const std::int32_t* rowPointers,
                          std::int32_t* columnIndices, T* values);

}  // namespace lowrank
