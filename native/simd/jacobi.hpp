// One-sided Jacobi (Hestenes): turns the columns of a square matrix until they are orthogonal, one matrix in each lane.
#pragma once
#include "../view.hpp"
#include "inverseSquareRoot.hpp"
#include "workspace.hpp"

namespace lowrank::simd::LOWRANK_ISA {

// X := X J with orthogonal columns, longest first, and J accumulated if there is one. X has been scaled to `size`.
//
// A sweep meets every pair of columns once, in the order of a round-robin tournament: the pairs of a round are
// independent, and each step is done for all of them before the next, because a single turn is one long chain of
// waiting for a square root. A lane whose columns are orthogonal does nothing in a sweep; then nothing changes in the
// sweeps that its neighbours still need.
template <class T>
class OneSidedJacobi {
  // [x y] := [x y]·[c −s; s c], the turn that makes two columns orthogonal and brings the longer one first.
  struct Turn {
    Vec<T> c, s;
  };

  const index_t n_;
  Vec<T>* const squaredNorms_;
  Turn* const turns_;  // of the pairs of a round

  static constexpr int sweepLimit = 40;  // 6 to 10 are needed

 public:
  // Where X's largest entry should be, and below which length a column counts as 0: between them, and down to ε times
  // the product of two columns, neither squares nor products of squares leave the range of T.
  static constexpr T size = sizeof(T) == 8 ? T(1) : T(0x1p20), shortest = sizeof(T) == 8 ? T(0x1p-200) : T(0x1p-10);

  Vec<T>* const X;  // n×n, column-major
  Vec<T>* const J;  // n×n, column-major, or null

  static std::size_t bytes(index_t n) {
    return static_cast<std::size_t>(2 * n * n + n) * sizeof(Vec<T>) + static_cast<std::size_t>(n) * sizeof(Turn);
  }
  OneSidedJacobi(Workspace& workspace, index_t n, bool accumulate)
      : n_(n),
        squaredNorms_(workspace.take<Vec<T>>(n)),
        turns_(workspace.take<Turn>(n)),
        X(workspace.take<Vec<T>>(n * n)),
        J(accumulate ? workspace.take<Vec<T>>(n * n) : nullptr) {}

  // Returns the lanes that did not converge.
  Int<T> run() const {
    if (J) setIdentity();
    Int<T> changed{};
    for (int sweep = 0; sweep < sweepLimit; ++sweep) {
      changed = turnAllPairs();
      if (!any<T>(changed)) break;
    }
    // Lanes at rest are turned by c = 1, s = 0 while their neighbours work, which leaves everything but the sign of a
    // zero.
    for (index_t e = 0; e < n_ * n_; ++e) X[e] += T(0);
    for (index_t e = 0; J && e < n_ * n_; ++e) J[e] += T(0);
    return changed;
  }

 private:
  void setIdentity() const {
    for (index_t j = 0; j < n_; ++j) {
      for (index_t i = 0; i < n_; ++i) J[j * n_ + i] = broadcast<T>(i == j ? T(1) : T(0));
    }
  }

  // Calls body(p, q, turn) for the pairs p < q of a round. With an odd number of columns the first pair has a bye.
  template <class Body>
  void forPairs(index_t round, Body body) const {
    const index_t players = n_ + n_ % 2, rounds = players - 1;
    for (index_t i = n_ % 2; i < players / 2; ++i) {
      index_t a = round + i, b = round + rounds - i;
      if (i == 0) a = rounds;
      else if (a >= rounds) a -= rounds;
      if (b >= rounds) b -= rounds;
      body(a < b ? a : b, a < b ? b : a, turns_[i]);
    }
  }

  // The lanes in which something changed.
  Int<T> turnAllPairs() const {
    for (index_t j = 0; j < n_; ++j) squaredNorms_[j] = dot(X + j * n_, X + j * n_);
    Int<T> changed{};
    for (index_t round = 0; round < n_ - 1 + n_ % 2; ++round) {
      Int<T> acts{};
      forPairs(round, [&](index_t p, index_t q, Turn& turn) {
        acts |= findTurn(squaredNorms_[p], squaredNorms_[q], dot(X + p * n_, X + q * n_), turn);
      });
      if (!any<T>(acts)) continue;
      changed |= acts;
      forPairs(round, [&](index_t p, index_t q, const Turn& turn) {
        rotate(X + p * n_, X + q * n_, turn);
        if (J) rotate(J + p * n_, J + q * n_, turn);
      });
    }
    return changed;
  }

  // tan 2θ = 2xy / (longer − shorter), |θ| ≤ π/4. Brings the squared norms up to date and returns the lanes in which
  // the turn does anything.
  static Int<T> findTurn(Vec<T>& xx, Vec<T>& yy, Vec<T> xy, Turn& turn) {
    // Products smaller than 4ε times the norms are rounding errors of the product itself.
    constexpr T sharpness = 1 / (4 * epsilon<T>);
    const Vec<T> longer = maximum<T>(xx, yy), shorter = minimum<T>(xx, yy), gap = longer - shorter;
    const Int<T> exchanged = xx < yy;
    const Int<T> turned = (shorter > shortest * shortest) & ((xy * sharpness) * (xy * sharpness) > xx * yy);
    const Vec<T> unitHypotenuse = inverseSquareRoot<T>(gap * gap + 4 * xy * xy);
    const Vec<T> squaredCosine = T(0.5) + T(0.5) * gap * unitHypotenuse, secant = inverseSquareRoot<T>(squaredCosine);
    Vec<T> cosine = squaredCosine * secant, sine = xy * unitHypotenuse * secant;
    const Vec<T> gain = select<T>(turned, sine * secant * xy, Vec<T>{});
    xx = longer + gain;
    yy = maximum<T>(shorter - gain, Vec<T>{});
    // Many turns would add up their errors in c² + s² = 1.
    const Vec<T> excess = T(0.5) * (cosine * cosine - 1 + sine * sine);
    cosine = select<T>(turned, cosine - cosine * excess, broadcast<T>(1));
    sine = select<T>(turned, sine - sine * excess, Vec<T>{});
    turn.c = select<T>(exchanged, sine, cosine);
    turn.s = select<T>(exchanged, cosine, sine);
    return turned | exchanged;
  }

  // Four sums at a time: one alone would wait for each addition.
  Vec<T> dot(const Vec<T>* x, const Vec<T>* y) const {
    Vec<T> sums[4]{};
    index_t i = 0;
    for (; i + 4 <= n_; i += 4) {
      for (int c = 0; c < 4; ++c) sums[c] += x[i + c] * y[i + c];
    }
    for (; i < n_; ++i) sums[0] += x[i] * y[i];
    return (sums[0] + sums[1]) + (sums[2] + sums[3]);
  }

  void rotate(Vec<T>* x, Vec<T>* y, const Turn& turn) const {
    const Vec<T> c = turn.c, s = turn.s;
    for (index_t i = 0; i < n_; ++i) {
      const Vec<T> u = x[i], v = y[i];
      x[i] = c * u + s * v;
      y[i] = c * v - s * u;
    }
  }
};

}  // namespace lowrank::simd::LOWRANK_ISA
