// Pairwise sums of f(entry), in double: of all entries, of each row, of each column. The error grows with the logarithm
// of the count, NaN and infinities are carried on, and the order depends on the shape alone.
#pragma once
#include <algorithm>

#include "view.hpp"

namespace lowrank::reduce {

constexpr index_t lanes = 8;        // independent sums, which the compiler keeps in vector registers
constexpr index_t straight = 128;   // up to here summing one by one is as accurate as needed
constexpr index_t chunk = 512;      // columns that are summed at a time, so that their sums stay in the first cache

template <class T, class F>
double along(const T* x, index_t count, index_t stride, F f) {
  if (count > straight) {
    const index_t half = count / 2 / lanes * lanes;
    return along(x, half, stride, f) + along(x + half * stride, count - half, stride, f);
  }
  double sums[lanes] = {};
  index_t i = 0;
  if (stride == 1) {
    for (; i + lanes <= count; i += lanes)
      for (index_t l = 0; l < lanes; ++l) sums[l] += f(x[i + l]);
  }
  for (; i < count; ++i) sums[i % lanes] += f(x[i * stride]);
  return ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
}

// sums[j] of up to `chunk` columns.
template <class T, class F>
void down(const View<const T>& A, double* sums, F f) {
  if (A.rows > straight) {
    View<const T> top = A, bottom = A;
    top.rows = A.rows / 2;
    bottom.rows = A.rows - top.rows;
    bottom.data = A.data + top.rows * A.rowStride;
    double others[chunk];
    down(top, sums, f);
    down(bottom, others, f);
    for (index_t j = 0; j < A.columns; ++j) sums[j] += others[j];
    return;
  }
  std::fill(sums, sums + A.columns, 0.0);
  for (index_t i = 0; i < A.rows; ++i) {
    const T* x = A.data + i * A.rowStride;
    if (A.columnStride == 1)
      for (index_t j = 0; j < A.columns; ++j) sums[j] += f(x[j]);
    else
      for (index_t j = 0; j < A.columns; ++j) sums[j] += f(x[j * A.columnStride]);
  }
}

// store(j, sum of column j), whichever way the matrix lies.
template <class T, class F, class Store>
void columns(const View<const T>& A, F f, Store store) {
  if (A.rows == 0) {
    for (index_t j = 0; j < A.columns; ++j) store(j, 0.0);
    return;
  }
  if (A.rowStride < A.columnStride) {
    for (index_t j = 0; j < A.columns; ++j) store(j, along(A.data + j * A.columnStride, A.rows, A.rowStride, f));
    return;
  }
  double sums[chunk];
  for (index_t first = 0; first < A.columns; first += chunk) {
    View<const T> part = A;
    part.columns = std::min(chunk, A.columns - first);
    part.data = A.data + first * A.columnStride;
    down(part, sums, f);
    for (index_t j = 0; j < part.columns; ++j) store(first + j, sums[j]);
  }
}

template <class T, class F, class Store>
void rows(const View<const T>& A, F f, Store store) {
  columns(A.transposed(), f, store);
}

template <class T, class F>
double all(View<const T> A, F f) {
  if (A.rowStride < A.columnStride) A = A.transposed();
  if (A.columnStride == 1 && A.rowStride == A.columns) A = rowMajor(A.data, 1, A.rows * A.columns);
  if (A.rows <= 1) return along(A.data, A.rows * A.columns, A.columnStride, f);
  View<const T> top = A, bottom = A;
  top.rows = A.rows / 2;
  bottom.rows = A.rows - top.rows;
  bottom.data = A.data + top.rows * A.rowStride;
  return all(top, f) + all(bottom, f);
}

}  // namespace lowrank::reduce
