// Eigenvalues and eigenvectors of symmetric matrices. Only the lower triangle of A counts, for finiteness too.
#include "declare.hpp"
#include "finite.hpp"
#include "scaling.hpp"
#include "tridiagonal.hpp"
#include "vectors.hpp"

namespace lowrank::simd::LOWRANK_ISA {

template <class T>
void eigh(const Batch<const T>& A, T* w, T* V, std::int32_t* info, index_t begin, index_t end) {
  const index_t n = A.first.rows;
  Workspace workspace(SymmetricEigen<T>::bytes(n));
  SymmetricEigen<T> eigen(workspace, n);
  const Interleaved<T> a{eigen.A, n, 1};
  forGroups<T>(begin, end, [&](Group group) {
    announce<T>(n, n, group, V);
    gather<T>(A, group, a);
    const Int<T> refused = findNonFinite<T>(a, n, n, Part::lowerTriangle);
    clear<T>(a, n, n, refused);
    const auto scale = PowerOfTwo<T>::normalizing(largestMagnitude<T>(a, n, n, Part::lowerTriangle));
    for (index_t i = 0; i < n; ++i) {
      for (index_t j = 0; j <= i; ++j) a(i, j) = a(j, i) = a(i, j) * scale.value;
    }
    const Int<T> failed = eigen.run();
    sortColumns<T>(
        eigen.d, n, [](Vec<T> first, Vec<T> second) { return first > second; },
        [&](index_t j, Int<T> wrong) { exchange<T>(eigen.V + j * n, eigen.V + (j + 1) * n, n, wrong); });
    for (index_t j = 0; j < n; ++j) {
      multiply<T>({eigen.V + j * n, 1, n}, n, 1, signOfLargest<T>(eigen.V + j * n, n));
    }
    multiply<T>({eigen.d, 0, 1}, 1, n, scale.inverse);
    scatter<T>({eigen.d, 0, 1}, 1, n, group, w);
    scatter<T>({eigen.V, 1, n}, n, n, group, V);
    const Int<T> judged = failed ? Int<T>{} + static_cast<Integer<T>>(1) : Int<T>{};
    scatterNumbers<T>(refused ? Int<T>{} + nonFinite : judged, group, info);
  });
}

LOWRANK_SIMD_INSTANTIATE(eigh)

}  // namespace lowrank::simd::LOWRANK_ISA
