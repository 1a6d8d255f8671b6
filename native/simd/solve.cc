// A X = B and A⁻¹ by Gaussian elimination.
#include "declare.hpp"
#include "elimination.hpp"
#include "finite.hpp"
#include "workspace.hpp"

namespace lowrank::simd::LOWRANK_ISA {

namespace {

// Solves with the p columns that fill(right-hand sides, group) puts beside A and returns the lanes where they are not
// finite.
template <class T, class Fill>
void solveWith(const Batch<const T>& A, index_t p, Fill fill, T* X, std::int32_t* info, index_t begin, index_t end) {
  const index_t n = A.first.rows, columns = n + p;
  Workspace workspace(Elimination<T>::bytes(n, columns));
  Elimination<T> system(workspace, n, columns);
  const Interleaved<T> a{system.entries, columns, 1}, b{system.entries + n, columns, 1};
  forGroups<T>(begin, end, [&](Group group) {
    announce<T>(n, p, group, X);
    gather<T>(A, group, a);
    fill(b, group);
    const Int<T> refused = findNonFinite<T>(a, n, columns);
    clear<T>(a, n, columns, refused);
    system.run();
    system.substituteBack();
    scatter<T>(b, n, p, group, X);
    scatterNumbers<T>(refused ? Int<T>{} + nonFinite : system.info, group, info);
  });
}

}  // namespace

template <class T>
void solve(const Batch<const T>& A, const Batch<const T>& B, T* X, std::int32_t* info, index_t begin, index_t end) {
  solveWith<T>(A, B.first.columns, [&](Interleaved<T> b, Group group) { gather<T>(B, group, b); }, X, info, begin, end);
}

template <class T>
void inverse(const Batch<const T>& A, T* X, std::int32_t* info, index_t begin, index_t end) {
  const index_t n = A.first.rows;
  const auto identity = [n](Interleaved<T> b, Group) {
    for (index_t i = 0; i < n; ++i) {
      for (index_t j = 0; j < n; ++j) b(i, j) = broadcast<T>(i == j ? T(1) : T(0));
    }
  };
  solveWith<T>(A, n, identity, X, info, begin, end);
}

LOWRANK_SIMD_INSTANTIATE(solve)
LOWRANK_SIMD_INSTANTIATE(inverse)

}  // namespace lowrank::simd::LOWRANK_ISA
