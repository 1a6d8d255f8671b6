#include "alsHard.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "buffer.hpp"
#include "lapack.hpp"
#include "threads.hpp"

namespace lowrank {

namespace {

// The least-squares problem of a row in double: features (entries×width, column-major), weights and targets.
struct Problem {
  index_t entries, width;
  Buffer<double> features, weights, targets;
  double penalty, atZero = 0;

  template <class T>
  Problem(const AlsRows<T>& rows, index_t i)
      : entries(rows.A.rowPointers[i + 1] - rows.A.rowPointers[i]),
        width(rows.width),
        features(entries * width),
        weights(entries),
        targets(entries),
        penalty(static_cast<double>(rows.regularizationOf(i))) {
    for (index_t s = 0; s < entries; ++s) {
      const index_t at = rows.A.rowPointers[i] + s;
      const T* const f = rows.features + rows.A.columnIndices[at] * rows.stride;
      const double value = rows.A.values[at];
      for (index_t c = 0; c < width; ++c) features[c * entries + s] = f[c];
      weights[s] = rows.implicit ? static_cast<double>(rows.alpha) * std::abs(value) : 1;
      if (rows.implicit) targets[s] = value > 0 ? 1 + weights[s] : 0;
      else targets[s] = value - static_cast<double>(rows.mean) - (rows.offsets ? static_cast<double>(f[width]) : 0);
      atZero += rows.implicit ? targets[s] : targets[s] * targets[s];
    }
  }
};

// Normal equations: matrix (lower triangle, column-major) and right-hand side.
template <class T>
void formNormal(const AlsRows<T>& rows, const Problem& problem, double* matrix, double* rhs) {
  const index_t n = problem.width, m = problem.entries;
  for (index_t c = 0; c < n; ++c) {
    const double* const column = problem.features.data() + c * m;
    double sum = 0;
    for (index_t s = 0; s < m; ++s) sum += problem.targets[s] * column[s];
    rhs[c] = sum;
    for (index_t r = c; r < n; ++r) {
      const double* const other = problem.features.data() + r * m;
      double entry = rows.gram ? static_cast<double>(rows.gram[c * rows.gramStride + r]) : 0;
      for (index_t s = 0; s < m; ++s) entry += problem.weights[s] * column[s] * other[s];
      matrix[c * n + r] = entry + (r == c ? problem.penalty : 0);
    }
  }
}

// x in place of b; false where a pivot has lost all but a fraction of its diagonal entry.
bool solveCholesky(index_t n, const double* matrix, double* factor, double* b) {
  std::copy_n(matrix, n * n, factor);
  int info = 0;
  lapack::potrf<double>('L', n, factor, n, &info);
  if (info != 0) return false;
  const double smallest = 1e3 * std::numeric_limits<double>::epsilon();
  for (index_t j = 0; j < n; ++j)
    if (!(factor[j * n + j] * factor[j * n + j] > smallest * matrix[j * n + j])) return false;
  lapack::trsv<double>('L', 'N', 'N', n, factor, n, b, 1);
  lapack::trsv<double>('L', 'T', 'N', n, factor, n, b, 1);
  return true;
}

bool allFinite(const double* values, index_t count) {
  return std::all_of(values, values + count, [](double value) { return std::isfinite(value); });
}

// The minimizer of least norm of ‖M x − b‖; M is rows×n, column-major, and lost. b has max(rows, n) numbers; the first
// n become x: NaN where something overflowed, which LAPACK must not see.
void solveLeastNorm(index_t rows, index_t n, double* M, double* b, double smallest) {
  const index_t ldb = std::max(rows, n);
  if (!allFinite(M, rows * n) || !allFinite(b, ldb)) {
    std::fill_n(b, n, std::numeric_limits<double>::quiet_NaN());
    return;
  }
  Buffer<double> values(std::min(rows, n));
  double size = 0;
  int rank = 0, info = 0, integers = 0;
  lapack::gelsd<double>(rows, n, 1, M, rows, b, ldb, values.data(), smallest, &rank, &size, -1, &integers, &info);
  Buffer<double> work(lapack::workspaceSize(size));
  Buffer<int> integerWork(std::max(1, integers));
  lapack::gelsd<double>(rows, n, 1, M, rows, b, ldb, values.data(), smallest, &rank, work.data(), work.size(),
                        integerWork.data(), &info);
  if (info != 0) std::fill_n(b, n, 0.0);
}

}  // namespace

template <class T>
void solveHardRow(const AlsRows<T>& rows, index_t i) {
  const Problem problem(rows, i);
  const index_t n = problem.width, m = problem.entries, penalized = problem.penalty > 0 ? n : 0;
  Buffer<double> matrix(n * n), factor(n * n), rhs(n), x(std::max(m + penalized, n));
  formNormal(rows, problem, matrix.data(), rhs.data());
  std::copy_n(rhs.data(), n, x.data());
  const BlasThreads governed(1);  // the half-sweep as a whole is to do without BLAS
  if (!solveCholesky(n, matrix.data(), factor.data(), x.data())) {
    const double epsilon = std::numeric_limits<T>::epsilon();
    if (rows.implicit) {
      for (index_t c = 0; c < n; ++c)
        for (index_t r = 0; r < c; ++r) matrix[c * n + r] = matrix[r * n + c];
      std::copy_n(rhs.data(), n, x.data());
      solveLeastNorm(n, n, matrix.data(), x.data(), static_cast<double>(n) * epsilon);
    } else {
      const index_t height = m + penalized;
      Buffer<double> stacked(height * n);
      std::fill_n(stacked.data(), height * n, 0.0);
      std::fill_n(x.data(), x.size(), 0.0);
      for (index_t c = 0; c < n; ++c) {
        std::copy_n(problem.features.data() + c * m, m, stacked.data() + c * height);
        if (penalized) stacked[c * height + m + c] = std::sqrt(problem.penalty);
      }
      std::copy_n(problem.targets.data(), m, x.data());
      solveLeastNorm(height, n, stacked.data(), x.data(), static_cast<double>(std::max(height, n)) * epsilon);
    }
  }
  T* const solution = rows.solutions + i * rows.solutionStride;
  for (index_t c = 0; c < n; ++c) solution[c] = static_cast<T>(x[c]);
  double objective = problem.atZero;
  // ‖a‖² − 2bᵀx + xᵀAx loses digits where little is left; entry by entry it does not.
  if (!rows.implicit) {
    objective = 0;
    for (index_t s = 0; s < m; ++s) {
      double error = problem.targets[s];
      for (index_t c = 0; c < n; ++c) error -= problem.features[c * m + s] * x[c];
      objective += error * error;
    }
    for (index_t c = 0; c < n; ++c) objective += problem.penalty * x[c] * x[c];
  } else {
    for (index_t c = 0; c < n; ++c) objective -= rhs[c] * x[c];
  }
  rows.objectives[i] = objective;
}

template void solveHardRow(const AlsRows<float>&, index_t);
template void solveHardRow(const AlsRows<double>&, index_t);

}  // namespace lowrank
