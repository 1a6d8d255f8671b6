#include "normalSolve.hpp"

#include <algorithm>
#include <limits>

#include "cholesky.hpp"
#include "jobs/members.hpp"
#include "simd/dispatch.hpp"

namespace lowrank {

template <class S>
NormalSolver<S>::NormalSolver(index_t systems, index_t r)
    : r_(r), normals_(systems * r * r), damped_(systems * r * r), steps_(systems * r), info_(systems) {}

template <class S>
void NormalSolver<S>::solve(const S* gradient, index_t systems, S weight) {
  const index_t r = r_;
  index_t open = 0;
  for (index_t s = 0; s < systems; ++s) {
    if (info_[s] == 0) continue;
    ++open;
    const S* N = normals_.data() + s * r * r;
    S* damped = damped_.data() + s * r * r;
    S largest = 0;
    for (index_t a = 0; a < r; ++a) largest = std::max(largest, N[a * r + a]);
    std::copy(N, N + r * r, damped);
    for (index_t a = 0; a < r; ++a) damped[a * r + a] += weight * largest;
  }
  const Batch<const S> A{rowMajor<const S>(damped_.data(), r, r), systems, r * r},
      B{rowMajor<const S>(gradient, r, 1), systems, r};
  if (open == systems && interleaves(systems, r, r)) {
    simd::kernels<S>().solvePositive(A, B, steps_.data(), info_.data(), 0, systems);
    return;
  }
  for (index_t s = 0; s < systems; ++s) {
    if (info_[s] != 0) info_[s] = infoOf(solvePositiveDefinite<S>(A[s], B[s], steps_.data() + s * r));
  }
}

template <class S>
double NormalSolver<S>::run(const S* packed, const S* gradient, index_t systems, S* X) {
  const index_t r = r_;
  for (index_t s = 0; s < systems; ++s) {
    S* N = normals_.data() + s * r * r;
    for (index_t a = 0; a < r; ++a) {
      for (index_t b = 0; b <= a; ++b) N[a * r + b] = N[b * r + a] = *packed++;
    }
    info_[s] = 1;
  }
  // With less than the first weight, rounding in float turns steps along what N hardly sees into noise, and the descent
  // stalls. It is enough but where rounding made N indefinite; the last one barely moves.
  const S epsilon = std::numeric_limits<S>::epsilon();
  for (const S weight : {static_cast<S>(64 * r) * epsilon, static_cast<S>(4096 * r) * epsilon, S(1e-2)}) {
    solve(gradient, systems, weight);
    if (std::all_of(info_.data(), info_.data() + systems, [](std::int32_t i) { return i == 0; })) break;
  }
  double gained = 0;
  for (index_t s = 0; s < systems; ++s, X += r, gradient += r) {
    if (info_[s] != 0) continue;  // N is zero, or beyond solving: no step
    const S *step = steps_.data() + s * r, *N = normals_.data() + s * r * r;
    for (index_t a = 0; a < r; ++a) {
      S row = 0;
      for (index_t b = 0; b < r; ++b) row += N[a * r + b] * step[b];
      gained += static_cast<double>(step[a]) * static_cast<double>(2 * gradient[a] - row);
      X[a] += step[a];
    }
  }
  return gained;
}

template class NormalSolver<float>;
template class NormalSolver<double>;

}  // namespace lowrank
