#include "khatriRao.hpp"

#include <algorithm>

#include "buffer.hpp"
#include "pack.hpp"
#include "pool.hpp"

namespace lowrank {

namespace {

// Columns of A that are gathered at a time: a row-major A gives a cache line of each of its rows.
constexpr index_t groupColumns = 8;

// One column a as a tensor, and the vectors whose product is near it, one after the other.
class Column {
 public:
  Column(const std::vector<index_t>& extents, const double* a, double* vectors)
      : extents_(extents), a_(a), vectors_(vectors) {}

  // Solves for the vector of one extent; left and right are the products of all vectors before and behind it.
  void solve(std::size_t t, index_t offset, const double* left, index_t lefts, const double* right,
             index_t rights) const {
    const index_t p = extents_[t];
    for (index_t i = 0; i < p; ++i) {
      double above = 0, below = 0;
      for (index_t l = 0; l < lefts; ++l) {
        const double* a = a_ + (l * p + i) * rights;
        double dot = 0, square = 0;
        for (index_t k = 0; k < rights; ++k) {
          const bool known = a[k] == a[k];
          dot += known ? a[k] * right[k] : 0;
          square += known ? right[k] * right[k] : 0;
        }
        above += left[l] * dot;
        below += left[l] * left[l] * square;
      }
      if (below > 0) vectors_[offset + i] = above / below;
    }
  }

  // The squared error, by the last vector and the product of all before it.
  double error(index_t offset, const double* left, index_t lefts) const {
    const index_t p = extents_.back();
    const double* a = a_;
    double sum = 0;
    for (index_t l = 0; l < lefts; ++l, a += p) {
      for (index_t i = 0; i < p; ++i) {
        const double left_over = a[i] - left[l] * vectors_[offset + i];
        sum += a[i] == a[i] ? left_over * left_over : 0;
      }
    }
    return sum;
  }

 private:
  const std::vector<index_t>& extents_;
  const double* a_;
  double* vectors_;
};

// x ⊗ y
index_t kron(const double* x, index_t m, const double* y, index_t n, double* product) {
  for (index_t i = 0; i < m; ++i) {
    for (index_t j = 0; j < n; ++j) product[i * n + j] = x[i] * y[j];
  }
  return m * n;
}

// Sweeps over one column; `work` holds 4·∏p numbers. Returns its squared error.
double sweepColumn(const std::vector<index_t>& extents, index_t size, const double* a, double* vectors, double* work) {
  const Column column(extents, a, vectors);
  double *left = work, *next = work + size, *right = work + 2 * size, *spare = work + 3 * size;
  index_t lefts = 1, offset = 0;
  left[0] = 1;
  for (std::size_t t = 0; t < extents.size(); ++t) {
    index_t rights = 1, behind = offset + extents[t];
    right[0] = 1;
    for (std::size_t s = t + 1; s < extents.size(); behind += extents[s++]) {
      rights = kron(right, rights, vectors + behind, extents[s], spare);
      std::swap(right, spare);
    }
    column.solve(t, offset, left, lefts, right, rights);
    if (t + 1 == extents.size()) break;
    lefts = kron(left, lefts, vectors + offset, extents[t], next);
    std::swap(left, next);
    offset += extents[t];
  }
  return column.error(offset, left, lefts);
}

}  // namespace

template <class T>
double khatriRaoSweep(View<const T> A, const std::vector<index_t>& extents, const T* factors, T* result) {
  const index_t n = A.columns, m = A.rows;
  index_t length = 0;
  for (const index_t p : extents) length += p;
  const index_t groups = (n + groupColumns - 1) / groupColumns;
  std::vector<double> errors(static_cast<std::size_t>(n));
  parallelFor(groups, 1, [&](index_t first, index_t last) {
    Buffer<double> columns(m * groupColumns), vectors(length), work(4 * m);
    for (index_t j = first * groupColumns; j < std::min(last * groupColumns, n); j += groupColumns) {
      const index_t count = std::min(groupColumns, n - j);
      copy(View<const T>{A.data + j * A.columnStride, m, count, A.rowStride, A.columnStride},
           columnMajor(columns.data(), m, count));
      for (index_t c = j; c < j + count; ++c) {
        for (index_t k = 0; k < length; ++k) vectors[k] = static_cast<double>(factors[k * n + c]);
        errors[static_cast<std::size_t>(c)] =
            sweepColumn(extents, m, columns.data() + (c - j) * m, vectors.data(), work.data());
        for (index_t k = 0; k < length; ++k) result[k * n + c] = static_cast<T>(vectors[k]);
      }
    }
  });
  double sum = 0;
  for (const double error : errors) sum += error;
  return sum;
}

template double khatriRaoSweep(View<const float>, const std::vector<index_t>&, const float*, float*);
template double khatriRaoSweep(View<const double>, const std::vector<index_t>&, const double*, double*);

}  // namespace lowrank
