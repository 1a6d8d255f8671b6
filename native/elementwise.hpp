// Entry by entry, on views of one shape. NaN and infinities are carried on. C overlaps no input.
#pragma once
#include "view.hpp"

namespace lowrank {

enum class Elementwise { add, subtract, multiply };

// C := A + B, A − B, or A ∘ B.
template <class T>
void elementwise(Elementwise operation, View<const T> A, View<const T> B, View<T> C);

// C := factor·A.
template <class T>
void scale(T factor, View<const T> A, View<T> C);

}  // namespace lowrank
