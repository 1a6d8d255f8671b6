// Division of many numbers by one: a reciprocal that neither overflows nor loses bits for the smallest and largest
// divisors.
#pragma once
#include "vector.hpp"

namespace lowrank::simd::LOWRANK_ISA {

// x / divisor, within 1.5 ulp; 0 where the divisor is 0, so that a failed member stays finite.
template <class T>
class Divisor {
  // 1/d is subnormal or infinite near the ends of the exponent range: there d and x are multiplied by the same power of
  // two.
  static constexpr T small = sizeof(T) == 8 ? T(0x1p-1000) : T(0x1p-110),
                     large = sizeof(T) == 8 ? T(0x1p1000) : T(0x1p110), step = sizeof(T) == 8 ? T(0x1p200) : T(0x1p40);
  Vec<T> scale_, reciprocal_;

 public:
  Divisor() = default;
  explicit Divisor(Vec<T> d) {
    const Vec<T> size = absolute<T>(d);
    scale_ = broadcast<T>(1);
    scale_ = select<T>(size < small, broadcast<T>(step), scale_);
    scale_ = select<T>(size > large, broadcast<T>(1 / step), scale_);
    reciprocal_ = select<T>(d == T(0), Vec<T>{}, 1 / (d * scale_));
  }

  Vec<T> divide(Vec<T> x) const { return x * scale_ * reciprocal_; }
};

}  // namespace lowrank::simd::LOWRANK_ISA
