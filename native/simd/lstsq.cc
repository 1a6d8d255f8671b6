// min ‖A x − b‖ for tall A of full rank, by Householder QR.
#include "declare.hpp"
#include "divisor.hpp"
#include "finite.hpp"
#include "householder.hpp"
#include "scaling.hpp"

namespace lowrank::simd::LOWRANK_ISA {

namespace {

// The upper triangle of a factored matrix.
template <class T>
struct Triangle {
  const Householder<T>& qr;
  Divisor<T>* diagonal;

  void prepare() const {
    for (index_t k = 0; k < qr.n; ++k) diagonal[k] = Divisor<T>(qr.at(k, k));
  }

  // The first n entries of C's columns, each m long: C := R⁻¹ C.
  void solve(Vec<T>* C, index_t columns) const {
    forChunks<widestChunk>(
        0, columns, [&](auto width, index_t j) { substitute<decltype(width)::value>(C + j * qr.m, qr.m, qr.n); });
  }

  // ‖R‖·‖R⁻¹‖ in the Frobenius norm: at least σ₁/σₙ, at most n times that. R⁻¹ goes through `column`, n long.
  Vec<T> conditionBound(Vec<T>* column) const {
    Vec<T> squares{}, inverseSquares{};
    for (index_t j = 0; j < qr.n; ++j) {
      for (index_t i = 0; i <= j; ++i) squares += qr.at(i, j) * qr.at(i, j);
      for (index_t i = 0; i < j; ++i) column[i] = Vec<T>{};
      column[j] = broadcast<T>(1);
      substitute<1>(column, qr.n, j + 1);
      for (index_t i = 0; i <= j; ++i) inverseSquares += column[i] * column[i];
    }
    return squareRoot<T>(squares) * squareRoot<T>(inverseSquares);
  }

 private:
  template <int width>
  void substitute(Vec<T>* C, index_t stride, index_t order) const {
    for (index_t k = order - 1; k >= 0; --k) {
      Vec<T> x[width];
      for (int c = 0; c < width; ++c) x[c] = C[c * stride + k];
      for (index_t i = k + 1; i < order; ++i) {
        for (int c = 0; c < width; ++c) x[c] -= qr.at(k, i) * C[c * stride + i];
      }
      for (int c = 0; c < width; ++c) C[c * stride + k] = diagonal[k].divide(x[c]);
    }
  }
};

// The squared norms of what Qᵀb has below the triangle.
template <class T>
void scatterResiduals(const Vec<T>* C, index_t m, index_t n, index_t p, Vec<T> restore, Group group, T* residuals) {
  for (index_t j = 0; j < p; ++j) {
    Vec<T> sum{};
    for (index_t i = n; i < m; ++i) sum += C[j * m + i] * C[j * m + i];
    sum = sum * restore * restore;
    for (int lane = 0; lane < group.real; ++lane) residuals[(group.first + lane) * p + j] = sum[lane];
  }
}

}  // namespace

template <class T>
void lstsq(const Batch<const T>& A, const Batch<const T>& B, T smallestRatio, T* X, T* residuals, std::int32_t* info,
           index_t begin, index_t end) {
  const index_t m = A.first.rows, n = A.first.columns, p = B.first.columns;
  Workspace workspace(Householder<T>::bytes(m, n) + static_cast<std::size_t>(m * p + n) * sizeof(Vec<T>) +
                      static_cast<std::size_t>(n) * sizeof(Divisor<T>));
  Householder<T> factors(workspace, m, n);
  const Interleaved<T> c{workspace.take<Vec<T>>(m * p), 1, m};
  Vec<T>* const column = workspace.take<Vec<T>>(n);
  const Triangle<T> triangle{factors, workspace.take<Divisor<T>>(n)};
  forGroups<T>(begin, end, [&](Group group) {
    gather<T>(A, group, factors.matrix());
    gather<T>(B, group, c);
    const Int<T> refused = findNonFinite<T>(factors.matrix(), m, n) | findNonFinite<T>(c, m, p);
    clear<T>(factors.matrix(), m, n, refused);
    clear<T>(c, m, p, refused);
    const auto scaleA = PowerOfTwo<T>::normalizing(largestMagnitude<T>(factors.matrix(), m, n));
    const auto scaleB = PowerOfTwo<T>::normalizing(largestMagnitude<T>(c, m, p));
    multiply<T>(factors.matrix(), m, n, scaleA.value);
    multiply<T>(c, m, p, scaleB.value);
    factors.run();
    factors.applyTransposed(c.entries, p);
    triangle.prepare();
    Int<T> zeroPivot{};
    for (index_t k = 0; k < n; ++k) zeroPivot |= factors.at(k, k) == T(0);
    const Int<T> wellConditioned = triangle.conditionBound(column) * smallestRatio < T(1);  // false for NaN too
    const Int<T> deficient = zeroPivot | ~wellConditioned;
    triangle.solve(c.entries, p);
    multiply<T>(c, n, p, scaleB.inverse);
    multiply<T>(c, n, p, scaleA.value);
    scatter<T>(c, n, p, group, X);
    scatterResiduals<T>(c.entries, m, n, p, scaleB.inverse, group, residuals);
    const Int<T> judged = deficient ? Int<T>{} + static_cast<Integer<T>>(1) : Int<T>{};
    scatterNumbers<T>(refused ? Int<T>{} + nonFinite : judged, group, info);
  });
}

LOWRANK_SIMD_INSTANTIATE(lstsq)

}  // namespace lowrank::simd::LOWRANK_ISA
