// Copies between strided views: into the layout that LAPACK wants, and back out. Rows are copied as rows, and a change
// of layout is a transpose by tiles that fit the cache, so `pack(A, columnMajor(work, m, n))` is right for every A.
// Source and target have the same shape and do not overlap; float and double may be mixed.
#pragma once
#include <type_traits>

#include "view.hpp"

namespace lowrank {

// What a copy learns on its way. Where `finite` is false, `largest` means nothing.
template <class T>
struct Scan {
  bool finite = true;
  T largest = 0;  // magnitude
};

// Copies and looks: is every entry finite, and how large is the largest?
template <class From, class To>
Scan<std::remove_const_t<From>> pack(View<From> source, View<To> target);

// Copies without looking.
template <class From, class To>
void copy(View<From> source, View<To> target);

// Looks without copying.
template <class T>
Scan<std::remove_const_t<T>> scan(View<T> source);

}  // namespace lowrank
