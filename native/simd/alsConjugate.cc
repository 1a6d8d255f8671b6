// The half-sweep of alternating least squares by a few steps of conjugate gradients, which never form a row's normal
// equations.
#include "alsEntries.hpp"
#include "declare.hpp"
#include "workspace.hpp"

namespace lowrank::simd::LOWRANK_ISA {

namespace {

// One row's system A x = b with A = Σ w f fᵀ + G + λI, and the vectors of the iteration. `inverse` is that of A's
// diagonal, by which the steps are scaled: the feature of ones is much larger than the others. Vectors are padded; the
// padding of x, p and `inverse` is zero.
template <class T>
struct ConjugateGradients {
  const AlsRows<T>& rows;
  const index_t width, padded;
  const int steps;
  T *const x, *const residual, *const scaled, *const p, *const product, *const inverse;

  static std::size_t bytes(index_t width) { return static_cast<std::size_t>(6 * paddedWidth<T>(width)) * sizeof(T); }
  ConjugateGradients(const AlsRows<T>& rows, int steps, Workspace& workspace)
      : rows(rows),
        width(rows.width),
        padded(paddedWidth<T>(width)),
        steps(steps),
        x(workspace.take<T>(padded)),
        residual(workspace.take<T>(padded)),
        scaled(workspace.take<T>(padded)),
        p(workspace.take<T>(padded)),
        product(workspace.take<T>(padded)),
        inverse(workspace.take<T>(padded)) {}

  void run(index_t i) {
    copyPadded(rows.solutions + i * rows.solutionStride, width, x);
    const T penalty = rows.regularizationOf(i);
    double objective = start(i, penalty);
    for (index_t c = 0; c < padded; c += lanes<T>) store(p + c, scale(c));
    double size = dot<T>(residual, scaled, width);
    for (int step = 0; step < steps && size > 0; ++step) {
      multiply(i, penalty, step + 1);
      const double curvature = dot<T>(p, product, width);
      if (!(curvature > 0)) break;
      const double length = size / curvature;
      addMultiple<T>(static_cast<T>(length), p, x, width);
      objective -= length * size;
      if (step + 1 == steps) break;
      addMultiple<T>(static_cast<T>(-length), product, residual, width);
      for (index_t c = 0; c < padded; c += lanes<T>) scale(c);
      const double next = dot<T>(residual, scaled, width);
      const T turn = static_cast<T>(next / size);
      for (index_t c = 0; c < padded; c += lanes<T>) store(p + c, load(scaled + c) + turn * load(p + c));
      size = next;
    }
    for (index_t c = 0; c < width; ++c) rows.solutions[i * rows.solutionStride + c] = x[c];
    rows.objectives[i] = objective;
  }

 private:
  Vec<T> scale(index_t c) {
    const Vec<T> part = load(residual + c) * load(inverse + c);
    store(scaled + c, part);
    return part;
  }

  // Asks for some of the cache lines of the features of the row behind this one, others in each pass over the entries.
  void ask(index_t at, index_t entries, int pass) const {
    constexpr index_t line = 64 / static_cast<index_t>(sizeof(T));
    const index_t ahead = at + entries + lanes<T>;
    if (ahead > rows.A.rowPointers[rows.A.rows]) return;
    for (int lane = 0; lane < lanes<T>; ++lane) {
      const T* const features = rows.features + rows.A.columnIndices[at + entries + lane] * rows.stride;
      for (index_t c = pass * line; c < width; c += (steps + 1) * line) __builtin_prefetch(features + c);
    }
  }

  // The residual b − A x and A's diagonal; returns the objective.
  double start(index_t i, T penalty) {
    for (index_t c = 0; c < padded; ++c) residual[c] = inverse[c] = 0;
    const index_t entries = rows.A.rowPointers[i + 1] - rows.A.rowPointers[i];
    index_t at = rows.A.rowPointers[i];
    double sums[1];
    sumEntries<T>(rows, i, sums, [&](const EntryGroup<T>& group, Vec<T>* parts) {
      ask(at, entries, 0);
      at += lanes<T>;
      const Vec<T> products = group.times(x, width) * group.real;
      const Vec<T> targets = group.targets(rows), weights = group.weights(rows);
      parts[0] += squaredErrors<T>(rows, group, products);
      group.add(rows.implicit ? targets * (1 + weights) - weights * products : targets - products, residual, width);
      group.addSquares(weights, inverse, width);
    });
    double objective = sums[0] + static_cast<double>(penalty) * dot<T>(x, x, width);
    addMultiple<T>(-penalty, x, residual, width);
    if (rows.gram) {
      for (index_t c = 0; c < padded; ++c) product[c] = 0;
      addGramProduct<T>(rows, 1, x, product);
      objective += dot<T>(x, product, width);
      addMultiple<T>(-1, product, residual, width);
    }
    for (index_t c = 0; c < width; ++c) {
      const T diagonal = inverse[c] + penalty + (rows.gram ? rows.gram[c * rows.gramStride + c] : 0);
      inverse[c] = diagonal > 0 ? 1 / diagonal : 0;
    }
    for (index_t c = width; c < padded; ++c) inverse[c] = 0;
    return objective;
  }

  // product = A p.
  void multiply(index_t i, T penalty, int pass) {
    for (index_t c = 0; c < padded; c += lanes<T>) store(product + c, penalty * load(p + c));
    const index_t begin = rows.A.rowPointers[i], end = rows.A.rowPointers[i + 1];
    for (index_t at = begin; at < end; at += lanes<T>) {
      ask(at, end - begin, pass);
      const EntryGroup<T> group(rows, at, end);
      group.add(group.times(p, width) * group.weights(rows), product, width);
    }
    if (rows.gram) addGramProduct<T>(rows, 1, p, product);
  }
};

}  // namespace

template <class T>
void alsConjugate(const AlsRows<T>& rows, int steps, index_t begin, index_t end) {
  Workspace workspace(ConjugateGradients<T>::bytes(rows.width));
  ConjugateGradients<T> iteration(rows, steps, workspace);
  for (index_t i = begin; i < end; ++i) {
    if (rows.A.rowPointers[i] < rows.A.rowPointers[i + 1]) iteration.run(i);
    else setEmpty(rows, i);
  }
}

LOWRANK_SIMD_INSTANTIATE(alsConjugate)

}  // namespace lowrank::simd::LOWRANK_ISA
