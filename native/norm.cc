#include "norm.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "pack.hpp"
#include "reduce.hpp"

namespace lowrank {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN(), infinity = std::numeric_limits<double>::infinity();

// A type, not a function: a call through a pointer would stand in the innermost loop.
struct Magnitude {
  template <class T>
  double operator()(T x) const {
    return std::abs(static_cast<double>(x));
  }
};

// The largest magnitude; NaN where there is one.
template <class T>
double largest(View<const T> A) {
  const auto seen = scan(A);
  if (seen.finite) return seen.largest;
  // 0·x is NaN for an infinite x too; the sum of magnitudes tells them apart.
  return std::isnan(reduce::all(A, Magnitude{})) ? nan : infinity;
}

// The squares of extreme doubles are scaled by a power of two, which is exact. Floats need none in double.
template <class T>
double frobenius(View<const T> A) {
  const double sum = reduce::all(A, [](T x) { return static_cast<double>(x) * x; });
  if (sum > 1e-280 && sum < infinity) return std::sqrt(sum);
  const double top = largest(A);
  if (!(top > 0 && top < infinity)) return top;
  const double factor = std::ldexp(1.0, std::clamp(-std::ilogb(top), -1022, 1000));
  return std::sqrt(reduce::all(A, [factor](T x) { return (factor * x) * (factor * x); })) / factor;
}

// The largest or smallest of a series; NaN once one was seen.
class Extreme {
  bool largest_;
  double value_;

 public:
  explicit Extreme(bool largest) : largest_(largest), value_(largest ? 0 : infinity) {}
  void operator()(index_t, double x) {
    if (std::isnan(value_)) return;
    if (std::isnan(x) || (largest_ ? x > value_ : x < value_)) value_ = x;
  }
  double value() const { return value_; }
};

}  // namespace

template <class T>
double norm(Norm kind, View<const T> A) {
  if (A.rows == 0 || A.columns == 0) return 0;
  if (kind == Norm::frobenius) return frobenius(A);
  if (kind == Norm::largest) return largest(A);
  Extreme extreme(kind == Norm::one || kind == Norm::infinity);
  const auto see = [&extreme](index_t i, double sum) { extreme(i, sum); };
  if (kind == Norm::one || kind == Norm::smallestColumn)
    reduce::columns(A, Magnitude{}, see);
  else
    reduce::rows(A, Magnitude{}, see);
  return extreme.value();
}

template double norm(Norm, View<const float>);
template double norm(Norm, View<const double>);

}  // namespace lowrank
