// The half-sweep of alternating least squares with x ≥ 0: coordinate descent on a row's normal equations from where the
// sweep before has left it, which finds what is positive; then active sets, which end at the minimizer itself.
#include "alsEntries.hpp"
#include "alsGram.hpp"
#include "declare.hpp"

namespace lowrank::simd::LOWRANK_ISA {

namespace {

template <class T>
struct Nonnegative {
  const index_t n, stride;
  T* const matrix;  // n rows, whole, `stride` apart, zeros behind each
  T *const rhs, *const x, *const gradient, *const goal, *const spare;  // gradient: b − A x
  T* const factor;
  index_t* const chosen;  // the positions that may be positive
  index_t count = 0;

  static std::size_t bytes(index_t n) {
    const index_t stride = paddedWidth<T>(n);
    const auto numbers = static_cast<std::size_t>(2 * n * stride + 5 * stride);
    return numbers * sizeof(T) + static_cast<std::size_t>(n) * sizeof(index_t);
  }
  Nonnegative(Workspace& workspace, index_t n)
      : n(n),
        stride(paddedWidth<T>(n)),
        matrix(workspace.take<T>(n * stride)),
        rhs(workspace.take<T>(stride)),
        x(workspace.take<T>(stride)),
        gradient(workspace.take<T>(stride)),
        goal(workspace.take<T>(stride)),
        spare(workspace.take<T>(stride)),
        factor(workspace.take<T>(n * stride)),
        chosen(workspace.take<index_t>(n)) {}

  void read(const AlsRows<T>& rows, index_t i, const Normal<T>& normal) {
    const T penalty = rows.regularizationOf(i);
    for (index_t r = 0; r < n; ++r) {
      for (index_t c = r; c < n; ++c) {
        const T common = rows.gram ? rows.gram[r * rows.gramStride + c] : T(0);
        matrix[r * stride + c] = matrix[c * stride + r] = normal.sums[r * normal.stride() + c] + common;
      }
      matrix[r * stride + r] += penalty;
      for (index_t c = n; c < stride; ++c) matrix[r * stride + c] = 0;
    }
    copyPadded(normal.sums + n * normal.stride(), n, rhs);
    for (index_t c = 0; c < n; ++c) {
      const T start = rows.solutions[i * rows.solutionStride + c];
      x[c] = start > 0 ? start : T(0);
    }
    for (index_t c = n; c < stride; ++c) x[c] = 0;
  }

  void run() {
    descend(20);
    // Each round lowers the objective, so that no set comes twice; rounding and singular matrices end in coordinate
    // descent.
    choose();
    for (index_t round = 0; round < 3 * n + 10; ++round) {
      if (!solveChosen()) break;
      if (!advance()) continue;
      const index_t entering = mostPromising();
      if (entering < 0) return;
      chosen[count++] = entering;
    }
    descend(500);
  }

  double objective(T squares) {
    refreshGradient();
    return static_cast<double>(squares) - dot<T>(rhs, x, n) - dot<T>(gradient, x, n);
  }

 private:
  void refreshGradient() {
    for (index_t c = 0; c < stride; ++c) gradient[c] = rhs[c];
    for (index_t c = 0; c < n; ++c)
      if (x[c] != 0) addMultiple<T>(-x[c], matrix + c * stride, gradient, n);
  }

  void descend(int passes) {
    refreshGradient();
    for (int pass = 0; pass < passes; ++pass) {
      double moved = 0, size = 0;
      for (index_t c = 0; c < n; ++c) {
        const T diagonal = matrix[c * stride + c];
        if (!(diagonal > 0)) continue;
        const T wanted = x[c] + gradient[c] / diagonal, next = wanted > 0 ? wanted : T(0), step = next - x[c];
        size += static_cast<double>(next) * static_cast<double>(next) * static_cast<double>(diagonal);
        if (step == 0) continue;
        moved += static_cast<double>(step) * static_cast<double>(step) * static_cast<double>(diagonal);
        x[c] = next;
        addMultiple<T>(-step, matrix + c * stride, gradient, n);
      }
      const double precision = static_cast<double>(epsilon<T>);
      if (!(moved > precision * precision * size)) return;
    }
  }

  void choose() {
    count = 0;
    for (index_t c = 0; c < n; ++c)
      if (x[c] > 0) chosen[count++] = c;
  }

  // goal ← the minimizer over the chosen positions, by Cholesky (A = UᵀU, row by row); false where that fails.
  bool solveChosen() {
    for (index_t a = 0; a < count; ++a) {
      for (index_t b = a; b < count; ++b) factor[a * stride + b] = matrix[chosen[a] * stride + chosen[b]];
      goal[a] = rhs[chosen[a]];
    }
    for (index_t a = 0; a < count; ++a) {
      T* const row = factor + a * stride;
      if (!(row[a] > 64 * epsilon<T> * matrix[chosen[a] * stride + chosen[a]])) return false;
      const T root = sizeof(T) == 8 ? T(__builtin_sqrt(row[a])) : T(__builtin_sqrtf(static_cast<float>(row[a])));
      for (index_t b = a; b < count; ++b) row[b] /= root;
      goal[a] /= root;
      for (index_t b = a + 1; b < count; ++b) {
        T* const other = factor + b * stride;
        const T ratio = row[b];
        for (index_t c = b; c < count; ++c) other[c] -= ratio * row[c];
        goal[b] -= ratio * goal[a];
      }
    }
    for (index_t a = count - 1; a >= 0; --a) {
      T sum = goal[a];
      for (index_t b = a + 1; b < count; ++b) sum -= factor[a * stride + b] * goal[b];
      goal[a] = sum / factor[a * stride + a];
    }
    return true;
  }

  // Moves x to the goal; where that is not positive, as far as x stays ≥ 0, and gives up what has become zero: false
  // then.
  bool advance() {
    T length = 1;
    for (index_t a = 0; a < count; ++a) {
      const T from = x[chosen[a]];
      if (!(goal[a] > 0) && from - goal[a] > 0 && from / (from - goal[a]) < length) length = from / (from - goal[a]);
      if (!(goal[a] > 0) && from == 0) length = 0;
    }
    index_t left = 0;
    bool whole = true;
    for (index_t a = 0; a < count; ++a) {
      const index_t c = chosen[a];
      const T from = x[c], next = length == 1 && goal[a] > 0 ? goal[a] : from + length * (goal[a] - from);
      const bool stays = goal[a] > 0 ? next > 0 || length == 0 : length < from / (from - goal[a]) && next > 0;
      x[c] = next > 0 && stays ? next : T(0);
      if (stays) chosen[left++] = c;
      else whole = false;
    }
    count = left;
    return whole;
  }

  // The zero whose increase lowers the objective fastest, −1 where none does so beyond rounding.
  index_t mostPromising() {
    refreshGradient();
    index_t best = -1;
    T steepest = 0;
    for (index_t c = 0; c < n; ++c) {
      if (x[c] > 0 || !(gradient[c] > 0)) continue;
      T size = rhs[c] < 0 ? -rhs[c] : rhs[c];
      const T* const row = matrix + c * stride;
      for (index_t d = 0; d < n; ++d) size += x[d] * (row[d] < 0 ? -row[d] : row[d]);
      if (!(gradient[c] > 32 * epsilon<T> * size) || isChosen(c)) continue;
      if (gradient[c] > steepest) steepest = gradient[c], best = c;
    }
    return best;
  }

  bool isChosen(index_t c) const {
    for (index_t a = 0; a < count; ++a)
      if (chosen[a] == c) return true;
    return false;
  }
};

}  // namespace

template <class T>
void alsNonnegative(const AlsRows<T>& rows, index_t begin, index_t end) {
  const index_t n = rows.width;
  Workspace workspace(static_cast<std::size_t>(Normal<T>::entries(n)) * sizeof(T) + Nonnegative<T>::bytes(n));
  Normal<T> normal{n, workspace.take<T>(Normal<T>::entries(n)), 0};
  Nonnegative<T> system(workspace, n);
  Panel<T> panel;
  panel.features = rows.features;
  panel.stride = rows.stride;
  for (index_t i = begin; i < end; ++i) {
    if (rows.A.rowPointers[i] == rows.A.rowPointers[i + 1]) {
      setEmpty(rows, i);
      continue;
    }
    formNormal(rows, i, panel, normal);
    system.read(rows, i, normal);
    system.run();
    for (index_t c = 0; c < n; ++c) rows.solutions[i * rows.solutionStride + c] = system.x[c];
    rows.objectives[i] = system.objective(normal.squares);
    if (!(rows.objectives[i] > leastFree<T> * static_cast<double>(normal.squares)))
      rows.objectives[i] = objectiveOfRow(rows, i, system.x, system.spare);
  }
}

LOWRANK_SIMD_INSTANTIATE(alsNonnegative)

}  // namespace lowrank::simd::LOWRANK_ISA
