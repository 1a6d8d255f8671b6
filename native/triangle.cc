#include "triangle.hpp"

#include <algorithm>

namespace lowrank {
namespace {

// The diagonal is walked in blocks of this edge, entry by entry; what stands beside a block is copied as a rectangle.
constexpr index_t block = 32;

template <class T>
View<T> part(View<T> A, index_t row, index_t column, index_t rows, index_t columns) {
  return {&A(row, column), rows, columns, A.rowStride, A.columnStride};
}

template <class T>
void include(Scan<T>& all, Scan<T> one) {
  all.finite = all.finite && one.finite;
  all.largest = std::max(all.largest, one.largest);
}

template <class T>
Scan<T> packLower(View<const T> A, View<T> out) {
  const index_t n = A.rows;
  Scan<T> all;
  for (index_t i = 0; i < n; i += block) {
    const index_t edge = std::min(block, n - i);
    if (i > 0) include(all, pack(part(A, i, 0, edge, i), part(out, i, 0, edge, i)));
    for (index_t r = i; r < i + edge; ++r)
      include(all, pack(part(A, r, i, 1, r - i + 1), part(out, r, i, 1, r - i + 1)));
  }
  return all;
}

}  // namespace

template <class T>
Scan<T> packTriangle(View<const T> A, Triangle which, T* out) {
  const index_t n = A.rows;
  for (index_t i = 0; i < n; ++i) {
    T* row = out + i * n;
    if (which == Triangle::lower)
      std::fill(row + i + 1, row + n, T(0));
    else
      std::fill(row, row + i, T(0));
  }
  const View<T> target = rowMajor(out, n, n);
  return which == Triangle::lower ? packLower(A, target) : packLower(A.transposed(), target.transposed());
}

template Scan<float> packTriangle<float>(View<const float>, Triangle, float*);
template Scan<double> packTriangle<double>(View<const double>, Triangle, double*);

}  // namespace lowrank
