// Householder QR, one matrix in each lane.
#pragma once
#include "reflector.hpp"
#include "workspace.hpp"

namespace lowrank::simd::LOWRANK_ISA {

// A = Q R in place, m×n, column-major, min(m, n) reflectors: H_k = I − τ v vᵀ with v_k = 1 and the rest of v below R's
// diagonal. The entries have been scaled to be about 1 at most, so that no square overflows.
template <class T>
struct Householder {
  const index_t m, n, reflectors;
  Vec<T>* const entries;

  static std::size_t bytes(index_t m, index_t n) {
    return static_cast<std::size_t>(m * n + (m < n ? m : n)) * sizeof(Vec<T>);
  }
  Householder(Workspace& workspace, index_t m, index_t n)
      : m(m),
        n(n),
        reflectors(m < n ? m : n),
        entries(workspace.take<Vec<T>>(m * n)),
        tau_(workspace.take<Vec<T>>(reflectors)) {}

  Vec<T>& at(index_t i, index_t j) const { return entries[j * m + i]; }
  Interleaved<T> matrix() const { return {entries, 1, m}; }

  void run() {
    for (index_t k = 0; k < reflectors; ++k) {
      tau_[k] = makeReflector<T>(&at(k, k), m - k);
      reflect(k, entries, k + 1, n);
    }
  }

  // C := Qᵀ C for an m×columns C, column-major.
  void applyTransposed(Vec<T>* C, index_t columns) const {
    for (index_t k = 0; k < reflectors; ++k) reflect(k, C, 0, columns);
  }

  // C := Q C.
  void apply(Vec<T>* C, index_t columns) const {
    for (index_t k = reflectors - 1; k >= 0; --k) reflect(k, C, 0, columns);
  }

  // The first `columns` columns of Q, column-major.
  void formQ(Vec<T>* Q, index_t columns) const {
    for (index_t e = 0; e < m * columns; ++e) Q[e] = Vec<T>{};
    for (index_t k = 0; k < columns; ++k) Q[k * m + k] = broadcast<T>(1);
    // H_k leaves the unit vectors before the k-th alone.
    for (index_t k = reflectors - 1; k >= 0; --k) reflect(k, Q, k, columns);
  }

 private:
  Vec<T>* const tau_;

  // H_k times the columns [begin, end) of C.
  void reflect(index_t k, Vec<T>* C, index_t begin, index_t end) const {
    applyReflector<T>(&at(k, k), tau_[k], m - k, C + begin * m + k, end - begin, m);
  }
};

}  // namespace lowrank::simd::LOWRANK_ISA
