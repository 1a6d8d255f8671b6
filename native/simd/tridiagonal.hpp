// Eigenvalues and eigenvectors by Householder reduction to tridiagonal form and implicit QL, one symmetric matrix in
// each lane.
#pragma once
#include "inverseSquareRoot.hpp"
#include "reflector.hpp"
#include "workspace.hpp"

namespace lowrank::simd::LOWRANK_ISA {

// A = V diag(d) Vᵀ. A has been scaled to be about 1 at most.
template <class T>
struct SymmetricEigen {
  const index_t n;
  Vec<T>* const A;  // n×n, both triangles; destroyed
  Vec<T>* const V;  // n×n, column-major
  Vec<T>* const d;  // the diagonal, then the eigenvalues

  static std::size_t bytes(index_t n) { return static_cast<std::size_t>(2 * n * n + 5 * n) * sizeof(Vec<T>); }
  SymmetricEigen(Workspace& workspace, index_t n)
      : n(n),
        A(workspace.take<Vec<T>>(n * n)),
        V(workspace.take<Vec<T>>(n * n)),
        d(workspace.take<Vec<T>>(n)),
        e_(workspace.take<Vec<T>>(n)),
        tau_(workspace.take<Vec<T>>(n)),
        w_(workspace.take<Vec<T>>(n)),
        inBlock_(workspace.take<Int<T>>(n)) {}

  // Returns the lanes that did not converge.
  Int<T> run() const {
    for (index_t k = 0; k + 1 < n; ++k) reduceColumn(k);
    for (index_t i = 0; i < n; ++i) d[i] = A[i * n + i];
    formV();
    Int<T> failed{};
    for (index_t l = 0; l + 1 < n; ++l) failed |= isolate(l);
    // Lanes at rest are turned by c = 1, s = 0 while their neighbours work, which leaves everything but the sign of a
    // zero.
    for (index_t i = 0; i < n * n; ++i) V[i] += T(0);
    return failed;
  }

 private:
  Vec<T>* const e_;  // e_[i] stands between d[i] and d[i+1]
  Vec<T>* const tau_;
  Vec<T>* const w_;
  Int<T>* const inBlock_;

  static constexpr int stepLimit = 60;  // 2 or 3 are needed

  // A := H A H with the H that clears column k below the subdiagonal; its v stays there, and β goes to e.
  void reduceColumn(index_t k) const {
    const index_t length = n - k - 1;
    Vec<T>* const v = A + k * n + k + 1;
    tau_[k] = makeReflector<T>(v, length);
    e_[k] = v[0];
    v[0] = broadcast<T>(1);
    if (length > 1) updateRest(A + (k + 1) * n + k + 1, v, tau_[k], length);
  }

  // B := H B H = B − v wᵀ − w vᵀ with w = p − ½τ(p·v) v, p = τ B v.
  void updateRest(Vec<T>* B, const Vec<T>* v, Vec<T> tau, index_t length) const {
    forChunks<widestChunk>(0, length, [&](auto width, index_t j) {
      constexpr int columns = decltype(width)::value;
      Vec<T> p[columns]{};
      for (index_t i = 0; i < length; ++i) {
        for (int c = 0; c < columns; ++c) p[c] += B[(j + c) * n + i] * v[i];
      }
      for (int c = 0; c < columns; ++c) w_[j + c] = tau * p[c];
    });
    Vec<T> product{};
    for (index_t i = 0; i < length; ++i) product += w_[i] * v[i];
    const Vec<T> half = T(0.5) * tau * product;
    for (index_t i = 0; i < length; ++i) w_[i] -= half * v[i];
    forChunks<widestChunk / 2>(0, length, [&](auto width, index_t j) {
      for (index_t i = 0; i < length; ++i) {
        for (int c = 0; c < decltype(width)::value; ++c) B[(j + c) * n + i] -= v[i] * w_[j + c] + w_[i] * v[j + c];
      }
    });
  }

  // V := H₀ H₁ …
  void formV() const {
    for (index_t j = 0; j < n; ++j) {
      for (index_t i = 0; i < n; ++i) V[j * n + i] = broadcast<T>(i == j ? T(1) : T(0));
    }
    for (index_t k = n - 3; k >= 0; --k) {
      const index_t length = n - k - 1;
      applyReflector<T>(A + k * n + k + 1, tau_[k], length, V + (k + 1) * n + k + 1, length, n);
    }
  }

  // QL steps until e[l] is negligible in every lane.
  Int<T> isolate(index_t l) const {
    for (int step = 0; step < stepLimit; ++step) {
      markBlock(l);
      if (!any<T>(inBlock_[l])) return Int<T>{};
      stepQL(l);
    }
    markBlock(l);
    return inBlock_[l];
  }

  // inBlock[i]: no negligible e stands between l and i+1. Each lane has its own block l … m.
  void markBlock(index_t l) const {
    Int<T> connected = ~Int<T>{};
    for (index_t i = l; i + 1 < n; ++i) {
      const Vec<T> size = absolute<T>(e_[i]);
      connected &= (size > epsilon<T> * (absolute<T>(d[i]) + absolute<T>(d[i + 1]))) & (size > negligibleNorm<T>);
      inBlock_[i] = connected;
    }
    inBlock_[n - 1] = Int<T>{};
  }

  // One implicit QL step on each lane's block: turns in the planes (i, i+1) from m−1 down to l.
  void stepQL(index_t l) const {
    Vec<T> g = shifted(l), s = broadcast<T>(1), c = s, p{};
    Int<T> turning = inBlock_[l];
    for (index_t i = n - 2; i >= l; --i) {
      const Int<T> on = inBlock_[i] & turning;
      if (!any<T>(on)) continue;
      const Vec<T> f = s * e_[i], b = c * e_[i], squares = f * f + g * g;
      // The chase ends early where the bulge vanishes.
      const Int<T> vanished = on & (squares < negligibleNorm<T> * negligibleNorm<T>), turns = on & ~vanished;
      turning &= ~vanished;
      const Vec<T> unit = inverseSquareRoot<T>(squares), r = squares * unit;
      e_[i + 1] = select<T>(on, select<T>(turns & inBlock_[i + 1], r, Vec<T>{}), e_[i + 1]);
      s = select<T>(turns, f * unit, s);
      c = select<T>(turns, g * unit, c);
      const Vec<T> rest = d[i + 1] - p, q = (d[i] - rest) * s + 2 * c * b;
      p = select<T>(turns, s * q, p);
      d[i + 1] = select<T>(turns, rest + p, select<T>(vanished, rest, d[i + 1]));
      g = select<T>(turns, c * q - b, g);
      rotate(V + i * n, V + (i + 1) * n, select<T>(turns, c, broadcast<T>(1)), select<T>(turns, s, Vec<T>{}));
    }
    d[l] = select<T>(turning, d[l] - p, d[l]);
    e_[l] = select<T>(turning, g, e_[l]);
  }

  // d[m] less Wilkinson's shift.
  Vec<T> shifted(index_t l) const {
    Vec<T> last = d[l];
    for (index_t i = l; i + 1 < n; ++i) last = select<T>(inBlock_[i], d[i + 1], last);
    const Vec<T> g = (d[l + 1] - d[l]) / (2 * e_[l]), r = squareRoot<T>(g * g + 1);
    return last - d[l] + e_[l] / (g + signOf<T>(g) * r);
  }

  void rotate(Vec<T>* x, Vec<T>* y, Vec<T> c, Vec<T> s) const {
    for (index_t k = 0; k < n; ++k) {
      const Vec<T> u = x[k], v = y[k];
      x[k] = c * u - s * v;
      y[k] = s * u + c * v;
    }
  }
};

}  // namespace lowrank::simd::LOWRANK_ISA
