// The sign convention of singular vectors and eigenvectors: the entry of largest magnitude, the first one on ties, is
// positive.
#pragma once
#include "view.hpp"

namespace lowrank {

// For each row of the row-major `vectors` (m×n): the sign, 1 or −1, that makes its leading entry positive.
template <class T>
void signsOfRows(const T* vectors, index_t m, index_t n, T* signs);

// For each column likewise.
template <class T>
void signsOfColumns(const T* vectors, index_t m, index_t n, T* signs);

// Multiplies row i by signs[i], or column j by signs[j].
template <class T>
void scaleRows(T* vectors, index_t m, index_t n, const T* signs);
template <class T>
void scaleColumns(T* vectors, index_t m, index_t n, const T* signs);

}  // namespace lowrank
