// A = L Lᵀ, and A X = B with A positive definite. Only the lower triangle of A counts, for finiteness too.
#include "declare.hpp"
#include "finite.hpp"
#include "positive.hpp"

namespace lowrank::simd::LOWRANK_ISA {

namespace {

// Gathers and factors a group; returns the lanes that are not finite, with zeros in their place.
template <class T>
Int<T> factorGroup(const Batch<const T>& A, Group group, PositiveFactor<T>& factor, Int<T> refused) {
  const index_t n = factor.n;
  const Interleaved<T> a{factor.entries, n, 1};
  gather<T>(A, group, a);
  refused |= findNonFinite<T>(a, n, n, Part::lowerTriangle);
  clear<T>(a, n, n, refused);
  factor.run();
  return refused;
}

}  // namespace

template <class T>
void cholesky(const Batch<const T>& A, T* lower, std::int32_t* info, index_t begin, index_t end) {
  const index_t n = A.first.rows;
  Workspace workspace(PositiveFactor<T>::bytes(n));
  PositiveFactor<T> factor(workspace, n);
  forGroups<T>(begin, end, [&](Group group) {
    const Int<T> refused = factorGroup<T>(A, group, factor, Int<T>{});
    for (index_t i = 0; i < n; ++i) {
      for (index_t j = i + 1; j < n; ++j) factor.at(i, j) = Vec<T>{};
    }
    scatter<T>({factor.entries, n, 1}, n, n, group, lower);
    scatterNumbers<T>(refused ? Int<T>{} + nonFinite : factor.info, group, info);
  });
}

template <class T>
void solvePositive(const Batch<const T>& A, const Batch<const T>& B, T* X, std::int32_t* info, index_t begin,
                   index_t end) {
  const index_t n = A.first.rows, p = B.first.columns;
  Workspace workspace(PositiveFactor<T>::bytes(n) + static_cast<std::size_t>(n * p) * sizeof(Vec<T>));
  PositiveFactor<T> factor(workspace, n);
  const Interleaved<T> b{workspace.take<Vec<T>>(n * p), p, 1};
  forGroups<T>(begin, end, [&](Group group) {
    gather<T>(B, group, b);
    const Int<T> refused = factorGroup<T>(A, group, factor, findNonFinite<T>(b, n, p));
    clear<T>(b, n, p, refused);
    factor.solve(b.entries, p);
    scatter<T>(b, n, p, group, X);
    scatterNumbers<T>(refused ? Int<T>{} + nonFinite : factor.info, group, info);
  });
}

LOWRANK_SIMD_INSTANTIATE(cholesky)
LOWRANK_SIMD_INSTANTIATE(solvePositive)

}  // namespace lowrank::simd::LOWRANK_ISA
