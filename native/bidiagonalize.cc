#include "bidiagonalize.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "buffer.hpp"
#include "lapack.hpp"

namespace lowrank {
namespace {

// Columns reduced before the rest of the matrix is updated, by one GEMM with an inner extent of twice this.
constexpr index_t blockWidth = 12;

// The part of A that one half of the pass leaves in cache for the other.
constexpr index_t strideBytes = 1 << 20;

// While a block of columns is being reduced, A stands for A − L Rᵀ: what each reflector changes is kept as two columns
// of L (m×2b) and R (n×2b), v and x in L against y and u in R.
template <class T>
class Reduction {
  T* A_;
  index_t m_, n_;
  T *d_, *e_, *tauQ_, *tauP_;
  Buffer<T> L_, R_, row_, small_;

 public:
  Reduction(T* A, index_t m, index_t n, T* d, T* e, T* tauQ, T* tauP)
      : A_(A),
        m_(m),
        n_(n),
        d_(d),
        e_(e),
        tauQ_(tauQ),
        tauP_(tauP),
        L_(m * 2 * blockWidth),
        R_(n * 2 * blockWidth),
        row_(n),
        small_(2 * blockWidth) {}

  void run() {
    for (index_t begin = 0; begin < n_; begin += blockWidth) {
      const index_t end = std::min(begin + blockWidth, n_);
      for (index_t i = begin; i < end; ++i) {
        const index_t pending = 2 * (i - begin);
        reduceColumn(i, pending);
        if (i + 1 < n_) reduceRow(i, pending);
      }
      if (end < n_)
        lapack::gemm<T>('N', 'T', m_ - end, n_ - end, 2 * (end - begin), -1, L(end, 0), m_, R(end, 0), n_, 1,
                        A(end, end), m_);
    }
  }

 private:
  T* A(index_t i, index_t j) { return A_ + j * m_ + i; }
  T* L(index_t i, index_t k) { return L_.data() + k * m_ + i; }
  T* R(index_t j, index_t k) { return R_.data() + k * n_ + j; }

  // Brings column i up to date and turns it into d_i and v.
  void reduceColumn(index_t i, index_t pending) {
    const index_t rows = m_ - i;
    lapack::gemv<T>('N', rows, pending, -1, L(i, 0), m_, R(i, 0), n_, 1, A(i, i), 1);
    lapack::larfg<T>(rows, A(i, i), A(std::min(i + 1, m_ - 1), i), 1, tauQ_ + i);
    d_[i] = *A(i, i);
    T* v = L(i, pending);
    v[0] = 1;
    std::copy(A(i, i) + 1, A(i, i) + rows, v + 1);
  }

  // y = τ (A − L Rᵀ)ᵀ v is what v does to the rest; row i of the result becomes e_i and u; x = τ (A − L Rᵀ) u.
  void reduceRow(index_t i, index_t pending) {
    const index_t next = i + 1, rows = m_ - i, columns = n_ - next;
    const T* v = L(i, pending);
    T *y = R(next, pending), *u = R(next, pending + 1), *x = L(next, pending + 1), *row = row_.data(),
      *small = small_.data();

    for (index_t j = 0; j < columns; ++j) row[j] = *A(i, next + j);
    std::fill(y, y + columns, T(0));
    if (pending > 0) {
      lapack::gemv<T>('N', columns, pending, -1, R(next, 0), n_, L(i, 0), m_, 1, row, 1);
      lapack::gemv<T>('T', rows, pending, 1, L(i, 0), m_, v, 1, 0, small, 1);
      lapack::gemv<T>('N', columns, pending, -1, R(next, 0), n_, small, 1, 0, y, 1);
    }
    std::fill(x, x + rows - 1, T(0));
    const index_t stride = std::max<index_t>(8, strideBytes / index_t(sizeof(T)) / rows);
    for (index_t j = 0; j < columns; j += stride) {
      const index_t width = std::min(stride, columns - j);
      lapack::gemv<T>('T', rows, width, 1, A(i, next + j), m_, v, 1, 1, y + j, 1);
      for (index_t c = j; c < j + width; ++c) {
        y[c] *= tauQ_[i];
        row[c] -= y[c];
      }
      lapack::gemv<T>('N', rows - 1, width, 1, A(next, next + j), m_, row + j, 1, 1, x, 1);
    }

    // The pass has used the row itself, because u = (row − β e₀) / (α − β) is known only at its end.
    const T alpha = row[0];
    lapack::larfg<T>(columns, row, row + std::min<index_t>(1, columns - 1), 1, tauP_ + i);
    const T beta = e_[i] = row[0], scale = 1 / (alpha - beta);
    row[0] = 1;
    std::copy(row, row + columns, u);
    for (index_t j = 1; j < columns; ++j) *A(i, next + j) = u[j];
    if (tauP_[i] == 0) {
      std::fill(x, x + rows - 1, T(0));
      return;
    }
    if (std::abs(beta) > std::numeric_limits<T>::min() / std::numeric_limits<T>::epsilon()) {
      const T* first = A(next, next);
      for (index_t r = 0; r < rows - 1; ++r) x[r] = scale * (x[r] - beta * first[r]);
    } else {  // there larfg has scaled the row up before dividing, and so must x be
      lapack::gemv<T>('N', rows - 1, columns, 1, A(next, next), m_, u, 1, 0, x, 1);
    }
    lapack::gemv<T>('T', columns, pending + 1, 1, R(next, 0), n_, u, 1, 0, small, 1);
    lapack::gemv<T>('N', rows - 1, pending + 1, -1, L(next, 0), m_, small, 1, 1, x, 1);
    for (index_t r = 0; r < rows - 1; ++r) x[r] *= tauP_[i];
  }
};

}  // namespace

template <class T>
void bidiagonalize(T* A, index_t m, index_t n, T* d, T* e, T* tauQ, T* tauP) {
  if (n > 0) Reduction<T>(A, m, n, d, e, tauQ, tauP).run();
}

template void bidiagonalize(float*, index_t, index_t, float*, float*, float*, float*);
template void bidiagonalize(double*, index_t, index_t, double*, double*, double*, double*);

}  // namespace lowrank
