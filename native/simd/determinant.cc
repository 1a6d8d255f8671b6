// Determinants from the pivots of Gaussian elimination, with the exponent kept apart: no product of pivots overflows on
// the way.
#include "declare.hpp"
#include "elimination.hpp"
#include "finite.hpp"
#include "scaling.hpp"

namespace lowrank::simd::LOWRANK_ISA {

namespace {

// mantissa · 2^exponent, |mantissa| in [√½, √2] or 0.
template <class T>
struct Product {
  Vec<T> mantissa;
  Int<T> exponent;

  void multiplyBy(Vec<T> factor) {
    mantissa *= factor;
    const Vec<T> size = absolute<T>(mantissa);
    mantissa *= PowerOfTwo<T>::normalizing(size).value;
    exponent += PowerOfTwo<T>::exponentOf(size) - VectorTypes<T>::exponentBias;
    const Int<T> upperHalf = absolute<T>(mantissa) > T(0x1.6a09e667f3bcdp0);
    mantissa = select<T>(upperHalf, mantissa * T(0.5), mantissa);
    exponent -= upperHalf;
  }

  // In three steps, because 2^exponent alone may lie outside the range of T; at most one of them rounds.
  Vec<T> value() const {
    constexpr Integer<T> bias = VectorTypes<T>::exponentBias, widest = bias - 3;
    Vec<T> result = mantissa;
    Int<T> left = exponent;
    for (int step = 0; step < 3; ++step) {
      Int<T> part = left < -widest ? Int<T>{} - widest : left;
      part = part > widest ? Int<T>{} + widest : part;
      result *= (Vec<T>)((part + bias) << VectorTypes<T>::mantissaBits);
      left -= part;
    }
    return result;
  }
};

template <class T, class Store>
void forDeterminants(const Batch<const T>& A, std::int32_t* info, index_t begin, index_t end, Store storeProduct) {
  const index_t n = A.first.rows;
  Workspace workspace(Elimination<T>::bytes(n, n));
  Elimination<T> system(workspace, n, n);
  const Interleaved<T> a{system.entries, n, 1};
  forGroups<T>(begin, end, [&](Group group) {
    gather<T>(A, group, a);
    const Int<T> refused = findNonFinite<T>(a, n, n);
    clear<T>(a, n, n, refused);
    const Vec<T> largest = largestMagnitude<T>(a, n, n);
    multiply<T>(a, n, n, PowerOfTwo<T>::normalizing(largest).value);
    system.run();
    const Int<T> oddExchanges = (system.exchanges & 1) != 0;
    Product<T> product{select<T>(oddExchanges, broadcast<T>(-1), broadcast<T>(1)), Int<T>{}};
    for (index_t k = 0; k < n; ++k) product.multiplyBy(system.at(k, k));
    product.exponent +=
        (PowerOfTwo<T>::exponentOf(largest) - VectorTypes<T>::exponentBias) * static_cast<Integer<T>>(n);
    storeProduct(product, group);
    scatterNumbers<T>(refused ? Int<T>{} + nonFinite : Int<T>{}, group, info);
  });
}

template <class T>
T naturalLogarithm(T x) {
  if constexpr (sizeof(T) == 8) return __builtin_log(x);
  else return __builtin_logf(x);
}

}  // namespace

template <class T>
void determinant(const Batch<const T>& A, T* det, std::int32_t* info, index_t begin, index_t end) {
  forDeterminants<T>(A, info, begin, end, [det](const Product<T>& product, Group group) {
    const Vec<T> value = product.value();
    for (int lane = 0; lane < group.real; ++lane) det[group.first + lane] = value[lane];
  });
}

template <class T>
void logDeterminant(const Batch<const T>& A, T* sign, T* logAbs, std::int32_t* info, index_t begin, index_t end) {
  forDeterminants<T>(A, info, begin, end, [sign, logAbs](const Product<T>& product, Group group) {
    const Vec<T> mantissa = product.mantissa, size = absolute<T>(mantissa);
    for (int lane = 0; lane < group.real; ++lane) {
      const T exponent = static_cast<T>(product.exponent[lane]);
      sign[group.first + lane] = static_cast<T>((mantissa[lane] > 0) - (mantissa[lane] < 0));
      logAbs[group.first + lane] = naturalLogarithm(size[lane]) + exponent * T(0x1.62e42fefa39efp-1);
    }
  });
}

LOWRANK_SIMD_INSTANTIATE(determinant)
LOWRANK_SIMD_INSTANTIATE(logDeterminant)

}  // namespace lowrank::simd::LOWRANK_ISA
