#include "truncated.hpp"

#include <algorithm>
#include <cmath>

#include "buffer.hpp"
#include "gemm.hpp"
#include "qr.hpp"
#include "svd.hpp"

namespace lowrank {

namespace {

enum class Side { product, transposed };

// BX or BᵀX for X of p columns, sixteen at a time.
void multiplyWide(const LargeOperand& B, Side side, const double* X, index_t p, double* Y) {
  const index_t from = side == Side::product ? B.columns() : B.rows(),
                to = side == Side::product ? B.rows() : B.columns();
  for (index_t begin = 0; begin < p; begin += 16) {
    const index_t count = std::min<index_t>(16, p - begin);
    const int width = count <= 8 ? 8 : 16;
    Buffer<double> narrow(from * width), product(to * width);
    std::fill_n(narrow.data(), from * width, 0.0);
    for (index_t i = 0; i < from; ++i) std::copy_n(X + i * p + begin, count, narrow.data() + i * width);
    if (side == Side::product) B.product(narrow.data(), width, product.data());
    else B.transposedProduct(narrow.data(), width, product.data());
    for (index_t i = 0; i < to; ++i) std::copy_n(product.data() + i * width, count, Y + i * p + begin);
  }
}

}  // namespace

Outcome tripletsFrom(const LargeOperand& B, const double* V, index_t p, int refinements, index_t k, double* U,
                     double* values, double* Vt) {
  const index_t m = B.rows(), n = B.columns();
  Buffer<double> image(m * p), left(m * p), basis(n * p), s(p), right(p * p);
  // Restarts leave V orthonormal to a few hundred ε only.
  Outcome outcome = qr<double>(rowMajor<const double>(V, n, p), QrMode::thin, basis.data(), right.data());
  if (!outcome) return outcome;
  multiplyWide(B, Side::product, basis.data(), p, image.data());
  for (int round = 0; round < refinements; ++round) {
    outcome = qr<double>(rowMajor<const double>(image.data(), m, p), QrMode::thin, left.data(), right.data());
    if (!outcome) return outcome;
    multiplyWide(B, Side::transposed, left.data(), p, basis.data());
    Buffer<double> back(n * p);
    outcome = qr<double>(rowMajor<const double>(basis.data(), n, p), QrMode::thin, back.data(), right.data());
    if (!outcome) return outcome;
    std::copy_n(back.data(), n * p, basis.data());
    multiplyWide(B, Side::product, basis.data(), p, image.data());
  }
  // B·basis = left·diag(s)·right, so the right vectors are basis·rightᵀ.
  outcome = svd<double>(rowMajor<const double>(image.data(), m, p), SvdMode::thin, left.data(), s.data(), right.data());
  if (!outcome) return outcome;
  std::copy_n(s.data(), k, values);
  for (index_t i = 0; i < m; ++i) std::copy_n(left.data() + i * p, k, U + i * k);
  multiply<double>(1, {right.data(), k, p, p, 1}, rowMajor<const double>(basis.data(), n, p).transposed(), 0,
                   rowMajor(Vt, k, n));
  return outcome;
}

double residualSquares(const LargeOperand& B, double s, const double* U, const double* values, const double* Vt,
                       index_t k) {
  const index_t m = B.rows(), n = B.columns(), height = std::clamp<index_t>(65536 / std::max<index_t>(n, 1), 8, 256);
  Buffer<double> rows(height * n), scaled(height * k);
  double total = 0;
  for (index_t begin = 0; begin < m; begin += height) {
    const index_t count = std::min(height, m - begin);
    B.densify(begin, begin + count, rows.data());
    for (index_t i = 0; i < count; ++i)
      for (index_t c = 0; c < k; ++c) scaled[i * k + c] = U[(begin + i) * k + c] * values[c];
    multiply<double>(-1, rowMajor<const double>(scaled.data(), count, k), rowMajor<const double>(Vt, k, n), 1,
                     rowMajor(rows.data(), count, n));
    double sum = 0;
    for (index_t e = 0; e < count * n; ++e) sum += s * rows[e] * (s * rows[e]);
    total += sum;
  }
  return total;
}

}  // namespace lowrank
