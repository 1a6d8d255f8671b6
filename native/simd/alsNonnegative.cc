// The half-sweep of alternating least squares with x ≥ 0: a few passes of coordinate descent on a row's normal
// equations, from where the sweep before has left it, find nearly all of what is positive; block principal pivoting then
// ends at the minimizer itself. See Kim, Park, Fast Nonnegative Matrix Factorization: An Active-Set-Like Method and
// Comparisons, SIAM J. Sci. Comput. 33 (2011).
#include "alsEntries.hpp"
#include "alsGram.hpp"
#include "declare.hpp"

namespace lowrank::simd::LOWRANK_ISA {

namespace {

template <class T>
struct Nonnegative {
  const index_t n, stride;
  T* const matrix;  // n rows, whole, `stride` apart, zeros behind each
  T *const rhs, *const x, *const gradient, *const goal, *const candidate, *const reciprocals;  // gradient: b − A x
  T* const factor;
  index_t *const chosen, *const wrong;  // the positions that may be positive; those on the wrong side
  bool* const isChosen;
  index_t count = 0;

  static std::size_t bytes(index_t n) {
    const index_t stride = paddedWidth<T>(n);
    const auto numbers = static_cast<std::size_t>(2 * n * stride + 6 * stride);
    return numbers * sizeof(T) + static_cast<std::size_t>(n) * (2 * sizeof(index_t) + sizeof(bool));
  }
  Nonnegative(Workspace& workspace, index_t n)
      : n(n),
        stride(paddedWidth<T>(n)),
        matrix(workspace.take<T>(n * stride)),
        rhs(workspace.take<T>(stride)),
        x(workspace.take<T>(stride)),
        gradient(workspace.take<T>(stride)),
        goal(workspace.take<T>(stride)),
        candidate(workspace.take<T>(stride)),
        reciprocals(workspace.take<T>(stride)),
        factor(workspace.take<T>(n * stride)),
        chosen(workspace.take<index_t>(n)),
        wrong(workspace.take<index_t>(n)),
        isChosen(workspace.take<bool>(n)) {}

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
    // Until no position has become zero or positive in a pass: the rest is pivoting's.
    descend(20, true);
    // Rounding and singular matrices end in coordinate descent.
    if (!pivot()) descend(500, false);
  }

  double objective(T squares) {
    setGradient(x);
    return static_cast<double>(squares) - dot<T>(rhs, x, n) - dot<T>(gradient, x, n);
  }

 private:
  void setGradient(const T* at) {
    for (index_t c = 0; c < stride; ++c) gradient[c] = rhs[c];
    for (index_t c = 0; c < n; ++c)
      if (at[c] != 0) addMultiple<T>(-at[c], matrix + c * stride, gradient, n);
  }

  void descend(int passes, bool untilSettled) {
    setGradient(x);
    for (index_t c = 0; c < n; ++c) {
      const T diagonal = matrix[c * stride + c];
      reciprocals[c] = diagonal > 0 ? 1 / diagonal : T(0);
    }
    for (int pass = 0; pass < passes; ++pass) {
      double moved = 0, size = 0;
      bool settled = true;
      for (index_t c = 0; c < n; ++c) {
        const T diagonal = matrix[c * stride + c];
        if (!(diagonal > 0)) continue;
        const T wanted = x[c] + gradient[c] * reciprocals[c], next = wanted > 0 ? wanted : T(0), step = next - x[c];
        size += static_cast<double>(next) * static_cast<double>(next) * static_cast<double>(diagonal);
        if (step == 0) continue;
        moved += static_cast<double>(step) * static_cast<double>(step) * static_cast<double>(diagonal);
        settled &= (next > 0) == (x[c] > 0);
        x[c] = next;
        addMultiple<T>(-step, matrix + c * stride, gradient, n);
      }
      const double precision = static_cast<double>(epsilon<T>);
      if ((untilSettled && settled) || !(moved > precision * precision * size)) return;
    }
  }

  // Solves for what is chosen, and lets all that is on the wrong side change it, as long as that leaves fewer there;
  // then the last one alone, by which rule no choice comes twice. False, and x as it was, where no choice is right.
  bool pivot() {
    for (index_t c = 0; c < n; ++c) isChosen[c] = x[c] > 0;
    index_t fewest = n + 1;
    int patience = 3;
    for (index_t round = 0; round < 3 * n + 10; ++round) {
      if (!solveChosen()) return false;
      index_t changing = findWrong();
      if (changing == 0) {
        for (index_t c = 0; c < n; ++c) x[c] = candidate[c];
        return true;
      }
      if (changing < fewest) {
        fewest = changing;
        patience = 3;
      } else if (patience > 0) {
        --patience;
      } else {
        wrong[0] = wrong[changing - 1];
        changing = 1;
      }
      for (index_t a = 0; a < changing; ++a) isChosen[wrong[a]] = !isChosen[wrong[a]];
    }
    return false;
  }

  // candidate ← the minimizer over the chosen positions, zero elsewhere, by Cholesky; false where that fails.
  bool solveChosen() {
    count = 0;
    for (index_t c = 0; c < n; ++c)
      if (isChosen[c]) chosen[count++] = c;
    const index_t width = paddedWidth<T>(count);
    for (index_t a = 0; a < count; ++a) {
      const T* const source = matrix + chosen[a] * stride;
      T* const row = factor + a * stride;
      for (index_t b = firstOfVector(a); b < count; ++b) row[b] = source[chosen[b]];
      for (index_t b = count; b < width; ++b) row[b] = 0;
      goal[a] = rhs[chosen[a]];
    }
    for (index_t a = count; a < width; ++a) goal[a] = 0;
    if (!eliminate(width)) return false;
    for (index_t c = 0; c < stride; ++c) candidate[c] = 0;
    for (index_t a = count - 1; a >= 0; --a) {
      const index_t first = firstOfVector(a);
      const T rest = static_cast<T>(dot<T>(factor + a * stride + first, goal + first, width - first));
      candidate[chosen[a]] = goal[a] = (goal[a] - rest) * reciprocals[a];
    }
    return true;
  }

  // A = UᵀU in place and goal ← U⁻ᵀ·goal; U's diagonal goes to the reciprocals, zeros stay where it was and before it,
  // so that whole vectors can be taken.
  bool eliminate(index_t width) {
    for (index_t a = 0; a < count; ++a) {
      const index_t first = firstOfVector(a);
      T* const row = factor + a * stride;
      const T pivot = row[a];
      if (!(pivot > 64 * epsilon<T> * matrix[chosen[a] * stride + chosen[a]])) return false;
      const T root = sizeof(T) == 8 ? T(__builtin_sqrt(pivot)) : T(__builtin_sqrtf(static_cast<float>(pivot)));
      reciprocals[a] = 1 / root;
      for (index_t b = first; b <= a; ++b) row[b] = 0;
      for (index_t b = first; b < width; ++b) row[b] *= reciprocals[a];
      goal[a] *= reciprocals[a];
      for (index_t b = a + 1; b < count; ++b) {
        const index_t from = firstOfVector(b);
        addMultiple<T>(-row[b], row + from, factor + b * stride + from, width - from);
        goal[b] -= row[b] * goal[a];
      }
    }
    return true;
  }

  static index_t firstOfVector(index_t a) { return a / lanes<T> * lanes<T>; }

  // Fills `wrong` with what is chosen and not positive, and with the zeros whose increase would lower the objective
  // beyond rounding; returns their number.
  index_t findWrong() {
    setGradient(candidate);
    index_t found = 0;
    for (index_t c = 0; c < n; ++c)
      if (isChosen[c] ? !(candidate[c] > 0) : promises(c)) wrong[found++] = c;
    return found;
  }

  bool promises(index_t c) const {
    if (!(gradient[c] > 0)) return false;
    T size = rhs[c] < 0 ? -rhs[c] : rhs[c];
    const T* const row = matrix + c * stride;
    for (index_t a = 0; a < count; ++a) {
      const T term = candidate[chosen[a]] * row[chosen[a]];
      size += term < 0 ? -term : term;
    }
    return gradient[c] > 32 * epsilon<T> * size;
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
      rows.objectives[i] = objectiveOfRow(rows, i, system.x, system.candidate);
  }
}

LOWRANK_SIMD_INSTANTIATE(alsNonnegative)

}  // namespace lowrank::simd::LOWRANK_ISA
