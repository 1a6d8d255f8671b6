#include "elementwise.hpp"

#include <algorithm>

namespace lowrank {

namespace {

template <class T>
bool hasContiguousRows(const View<T>& A) {
  return A.columnStride == 1 || A.columns == 1;
}

template <class T>
bool isContiguous(const View<T>& A) {
  return A.columnStride == 1 && A.rowStride == A.columns;
}

// The order of the loops, for any strides: along rows where every row is contiguous, else by tiles that stay in cache
// whichever way each operand runs.
template <class T, class F>
void forEachEntry(View<const T> A, View<const T> B, View<T> C, F f) {
  if (C.rows == 0 || C.columns == 0) return;
  if (isContiguous(A) && isContiguous(B) && isContiguous(C)) {
    const index_t size = C.rows * C.columns;
    for (auto* view : {&A, &B}) *view = rowMajor(view->data, 1, size);
    C = rowMajor(C.data, 1, size);
  }
  if (hasContiguousRows(A) && hasContiguousRows(B) && hasContiguousRows(C)) {
    for (index_t i = 0; i < C.rows; ++i) {
      const T *a = &A(i, 0), *b = &B(i, 0);
      T* c = &C(i, 0);
      for (index_t j = 0; j < C.columns; ++j) c[j] = f(a[j], b[j]);
    }
    return;
  }
  constexpr index_t side = 32;
  for (index_t i0 = 0; i0 < C.rows; i0 += side)
    for (index_t j0 = 0; j0 < C.columns; j0 += side)
      for (index_t i = i0; i < std::min(C.rows, i0 + side); ++i)
        for (index_t j = j0; j < std::min(C.columns, j0 + side); ++j) C(i, j) = f(A(i, j), B(i, j));
}

}  // namespace

template <class T>
void elementwise(Elementwise operation, View<const T> A, View<const T> B, View<T> C) {
  switch (operation) {
    case Elementwise::add: return forEachEntry(A, B, C, [](T a, T b) { return a + b; });
    case Elementwise::subtract: return forEachEntry(A, B, C, [](T a, T b) { return a - b; });
    case Elementwise::multiply: return forEachEntry(A, B, C, [](T a, T b) { return a * b; });
  }
}

template <class T>
void scale(T factor, View<const T> A, View<T> C) {
  forEachEntry(A, A, C, [factor](T a, T) { return factor * a; });
}

template void elementwise(Elementwise, View<const float>, View<const float>, View<float>);
template void elementwise(Elementwise, View<const double>, View<const double>, View<double>);
template void scale(float, View<const float>, View<float>);
template void scale(double, View<const double>, View<double>);

}  // namespace lowrank
