#include "signs.hpp"

#include <algorithm>
#include <cmath>

#include "buffer.hpp"
#include "lapack.hpp"

namespace lowrank {

template <class T>
void signsOfRows(const T* vectors, index_t m, index_t n, T* signs) {
  for (index_t i = 0; i < m; ++i) {
    const int largest = n > 0 ? lapack::iamax<T>(n, vectors + i * n, 1) : 0;
    signs[i] = largest > 0 && vectors[i * n + largest - 1] < 0 ? T(-1) : T(1);
  }
}

template <class T>
void signsOfColumns(const T* vectors, index_t m, index_t n, T* signs) {
  Buffer<T> leading(n);
  std::fill(leading.data(), leading.data() + n, T(0));
  // One pass along the rows, a running maximum for each column: the compiler makes vector code of it.
  for (index_t i = 0; i < m; ++i) {
    const T* row = vectors + i * n;
    for (index_t j = 0; j < n; ++j) leading[j] = std::abs(row[j]) > std::abs(leading[j]) ? row[j] : leading[j];
  }
  for (index_t j = 0; j < n; ++j) signs[j] = leading[j] < 0 ? T(-1) : T(1);
}

template <class T>
void scaleRows(T* vectors, index_t m, index_t n, const T* signs) {
  for (index_t i = 0; i < m; ++i)
    if (signs[i] < 0)
      for (index_t j = 0; j < n; ++j) vectors[i * n + j] = -vectors[i * n + j];
}

template <class T>
void scaleColumns(T* vectors, index_t m, index_t n, const T* signs) {
  for (index_t i = 0; i < m; ++i)
    for (index_t j = 0; j < n; ++j) vectors[i * n + j] *= signs[j];
}

#define INSTANTIATE(T)                                          \
  template void signsOfRows(const T*, index_t, index_t, T*);    \
  template void signsOfColumns(const T*, index_t, index_t, T*); \
  template void scaleRows(T*, index_t, index_t, const T*);      \
  template void scaleColumns(T*, index_t, index_t, const T*);
INSTANTIATE(float)
INSTANTIATE(double)
#undef INSTANTIATE

}  // namespace lowrank
