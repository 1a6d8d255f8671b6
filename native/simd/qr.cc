// A = Q R, thin, with diag(R) ≥ 0.
#include "declare.hpp"
#include "finite.hpp"
#include "householder.hpp"
#include "scaling.hpp"

namespace lowrank::simd::LOWRANK_ISA {

namespace {

// Brings each column near 1 by its own power of two: R's columns take it back exactly, and a column's error stays in
// proportion to it.
template <class T>
void normalizeColumns(const Householder<T>& qr, Vec<T>* restore) {
  for (index_t j = 0; j < qr.n; ++j) {
    const Interleaved<T> column{qr.entries + j * qr.m, 1, qr.m};
    const auto scale = PowerOfTwo<T>::normalizing(largestMagnitude<T>(column, qr.m, 1));
    multiply<T>(column, qr.m, 1, scale.value);
    restore[j] = scale.inverse;
  }
}

// R in place of the reflectors, Q with the signs that make R's diagonal ≥ 0.
template <class T>
void finish(const Householder<T>& qr, Vec<T>* Q, const Vec<T>* restore) {
  for (index_t k = 0; k < qr.reflectors; ++k) {
    const Vec<T> sign = select<T>(qr.at(k, k) < T(0), broadcast<T>(-1), broadcast<T>(1));
    multiply<T>({Q + k * qr.m, 1, qr.m}, qr.m, 1, sign);
    for (index_t j = k; j < qr.n; ++j) qr.at(k, j) *= sign * restore[j];
    for (index_t i = k + 1; i < qr.m; ++i) qr.at(i, k) = Vec<T>{};
  }
}

}  // namespace

template <class T>
void qr(const Batch<const T>& A, T* Q, T* R, std::int32_t* info, index_t begin, index_t end) {
  const index_t m = A.first.rows, n = A.first.columns, k = m < n ? m : n;
  Workspace workspace(Householder<T>::bytes(m, n) + static_cast<std::size_t>(m * k + n) * sizeof(Vec<T>));
  Householder<T> factors(workspace, m, n);
  Vec<T>* const q = workspace.take<Vec<T>>(m * k);
  Vec<T>* const restore = workspace.take<Vec<T>>(n);
  forGroups<T>(begin, end, [&](Group group) {
    announce<T>(m, k, group, Q);
    announce<T>(k, n, group, R);
    gather<T>(A, group, factors.matrix());
    const Int<T> refused = findNonFinite<T>(factors.matrix(), m, n);
    clear<T>(factors.matrix(), m, n, refused);
    normalizeColumns<T>(factors, restore);
    factors.run();
    factors.formQ(q, k);
    finish<T>(factors, q, restore);
    scatter<T>({q, 1, m}, m, k, group, Q);
    scatter<T>(factors.matrix(), k, n, group, R);
    scatterNumbers<T>(refused ? Int<T>{} + nonFinite : Int<T>{}, group, info);
  });
}

LOWRANK_SIMD_INSTANTIATE(qr)

}  // namespace lowrank::simd::LOWRANK_ISA
