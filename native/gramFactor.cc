#include "gramFactor.hpp"

#include <algorithm>
#include <cmath>

#include "lapack.hpp"
#include "pack.hpp"

namespace lowrank {
namespace {

// Largest singular value of an upper triangular matrix, by a few steps of the power method: enough to tell a condition
// of 2 from one of 20, which is what the callers decide by.
double norm2(const double* R, index_t n) {
  Buffer<double> vector(n);
  double* x = vector.data();
  for (index_t i = 0; i < n; ++i) x[i] = 1 + 0.3 * double(i * 7 % 11) * (i % 2 ? -1 : 1);
  double norm = 0;
  for (int step = 0; step < 4; ++step) {
    double length = 0;
    for (index_t i = 0; i < n; ++i) length += x[i] * x[i];
    for (index_t i = 0; i < n; ++i) x[i] /= std::sqrt(length);
    lapack::trmv<double>("U", "N", "N", int(n), R, int(n), x, 1);
    norm = 0;
    for (index_t i = 0; i < n; ++i) norm += x[i] * x[i];
    norm = std::sqrt(norm);
    if (!(norm > 0) || step == 3) break;
    for (index_t i = 0; i < n; ++i) x[i] /= norm;
    lapack::trmv<double>("U", "T", "N", int(n), R, int(n), x, 1);
  }
  return norm;
}

double frobenius(const double* R, index_t n) {
  double sum = 0;
  for (index_t j = 0; j < n; ++j)
    for (index_t i = 0; i <= j; ++i) sum += R[j * n + i] * R[j * n + i];
  return std::sqrt(sum);
}

}  // namespace

template <class T>
RowPanel rowPanel(View<const T> A, index_t first, index_t count, double* buffer) {
  const View<const T> rows{A.data + first * A.rowStride, count, A.columns, A.rowStride, A.columnStride};
  if constexpr (std::is_same_v<T, double>)
    if (A.columnStride == 1 && A.rowStride >= A.columns && A.rowStride < (index_t{1} << 31))
      return {rows.data, A.rowStride};
  copy(rows, rowMajor(buffer, count, A.columns));
  return {buffer, A.columns};
}

index_t panelRows(index_t n) { return n <= 512 ? 128 : 256; }

void addGram(RowPanel panel, index_t rows, index_t n, double* gram, bool fresh) {
  const double beta = fresh ? 0 : 1;
  const int N = int(n), K = int(rows), ld = int(panel.stride);
  // Below about 100 columns twice the flops of a plain product are still sooner done than a symmetric one.
  if (n <= 96) lapack::gemm<double>("N", "T", N, N, K, 1.0, panel.data, ld, panel.data, ld, beta, gram, N);
  else lapack::syrk<double>("U", "N", N, K, 1.0, panel.data, ld, beta, gram, N);
}

bool GramFactor::factor(const double* gram, index_t order, double worst) {
  n = order;
  R = Buffer<double>(n * n);
  inverse = Buffer<double>(n * n);
  Buffer<double> scales(n);
  for (index_t j = 0; j < n; ++j) {
    const double square = gram[j * n + j];
    if (!(square > 1e-200 && square < 1e200)) return false;
    scales[j] = std::ldexp(1.0, -std::ilogb(square) / 2);
  }
  for (index_t j = 0; j < n; ++j) {
    for (index_t i = 0; i <= j; ++i) R[j * n + i] = scales[i] * gram[j * n + i] * scales[j];
    std::fill(&R[j * n] + j + 1, &R[j * n] + n, 0.0);
  }
  int info = 0;
  lapack::potrf<double>("U", int(n), R.data(), int(n), &info);
  if (info != 0) return false;
  double least = R[0], most = R[0];
  for (index_t j = 1; j < n; ++j) {
    least = std::min(least, R[j * n + j]);
    most = std::max(most, R[j * n + j]);
  }
  if (most > worst * least) return false;  // the ratio is a lower bound of the condition
  return measure(scales.data()) && condition <= worst;
}

bool GramFactor::adopt(const double* triangle, index_t order) {
  n = order;
  R = Buffer<double>(n * n);
  inverse = Buffer<double>(n * n);
  Buffer<double> scales(n);
  copy(rowMajor(triangle, n, n), columnMajor(R.data(), n, n));
  for (index_t j = 0; j < n; ++j) {
    double* column = &R[j * n];
    double largest = 0;
    for (index_t i = 0; i <= j; ++i) largest = std::max(largest, std::abs(column[i]));
    if (!(largest > 1e-100 && largest < 1e100)) return false;
    scales[j] = std::ldexp(1.0, -std::ilogb(largest));
    for (index_t i = 0; i <= j; ++i) column[i] *= scales[j];
  }
  return measure(scales.data());
}

// R has its columns scaled to norms near one: inverts it, judges it, and takes the scales off.
bool GramFactor::measure(const double* scales) {
  std::copy(R.data(), R.data() + n * n, inverse.data());
  int info = 0;
  lapack::trtri<double>("U", "N", int(n), inverse.data(), int(n), &info);
  if (info != 0) return false;
  condition = norm2(R.data(), n) * norm2(inverse.data(), n);
  for (index_t j = 0; j < n; ++j)
    for (index_t i = 0; i <= j; ++i) {
      R[j * n + i] /= scales[j];
      inverse[j * n + i] *= scales[i];
    }
  conditionBound = frobenius(R.data(), n) * frobenius(inverse.data(), n);
  return true;
}

template RowPanel rowPanel(View<const float>, index_t, index_t, double*);
template RowPanel rowPanel(View<const double>, index_t, index_t, double*);

}  // namespace lowrank
