// Householder QR, one matrix in each lane.
#pragma once
#include "chunks.hpp"
#include "scaling.hpp"
#include "workspace.hpp"

namespace lowrank::simd::LOWRANK_ISA {

// Columns shorter than this, next to 1, count as 0: the squares below it underflow, and a reflector made of them would not be orthogonal.
template <class T>
inline constexpr T negligibleNorm = sizeof(T) == 8 ? T(0x1p-450) : T(0x1p-40);

// A = Q R in place, m×n, column-major, min(m, n) reflectors: H_k = I − τ v vᵀ with v_k = 1 and the rest of v below R's diagonal.
// The entries have been scaled to be about 1 at most, so that no square overflows.
template <class T>
struct Householder {
  const index_t m, n, reflectors;
  Vec<T>* const entries;

  static std::size_t bytes(index_t m, index_t n) { return static_cast<std::size_t>(m * n + (m < n ? m : n)) * sizeof(Vec<T>); }
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
      makeReflector(k);
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

  void makeReflector(index_t k) {
    const Vec<T> alpha = at(k, k);
    Vec<T> tail{};
    for (index_t i = k + 1; i < m; ++i) tail += at(i, k) * at(i, k);
    const Vec<T> squaredNorm = alpha * alpha + tail;
    // H = I where nothing stands below the diagonal, or nothing that counts.
    const Int<T> trivial = (tail == T(0)) | (squaredNorm < negligibleNorm<T> * negligibleNorm<T>);
    const Vec<T> beta = -signOf<T>(alpha) * squareRoot<T>(squaredNorm);
    tau_[k] = select<T>(trivial, Vec<T>{}, (beta - alpha) / beta);
    const Vec<T> scale = select<T>(trivial, Vec<T>{}, 1 / (alpha - beta));
    for (index_t i = k + 1; i < m; ++i) at(i, k) *= scale;
    at(k, k) = select<T>(trivial, alpha, beta);
  }

  // H_k times the columns [begin, end) of C.
  void reflect(index_t k, Vec<T>* C, index_t begin, index_t end) const {
    forChunks<widestChunk>(begin, end, [&](auto width, index_t j) { reflectColumns<decltype(width)::value>(k, C + j * m); });
  }

  template <int width>
  void reflectColumns(index_t k, Vec<T>* C) const {
    const Vec<T>* const v = entries + k * m;
    Vec<T> product[width];
    for (int c = 0; c < width; ++c) product[c] = C[c * m + k];
    for (index_t i = k + 1; i < m; ++i) {
      for (int c = 0; c < width; ++c) product[c] += v[i] * C[c * m + i];
    }
    for (int c = 0; c < width; ++c) {
      product[c] *= tau_[k];
      C[c * m + k] -= product[c];
    }
    for (index_t i = k + 1; i < m; ++i) {
      for (int c = 0; c < width; ++c) C[c * m + i] -= v[i] * product[c];
    }
  }
};

}  // namespace lowrank::simd::LOWRANK_ISA
