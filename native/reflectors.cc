#include "reflectors.hpp"

#include <algorithm>

#include "buffer.hpp"
#include "lapack.hpp"
#include "pack.hpp"

namespace lowrank {
namespace {

// Wide blocks feed GEMM, narrow ones waste less on the triangles: measured, 8 is best at 64 rows, 24 at 200, 64 at
// 1000.
index_t blockWidth(index_t rows) { return std::clamp<index_t>((rows / 10 + 7) / 8 * 8, 8, 64); }

// One block of reflectors in compact WY form, I − V T Vᵀ, as I − W Vᵀ with W = V T formed once.
template <class T>
class Block {
  index_t rows_ = 0, width_ = 0;
  Buffer<T> V_, W_, triangle_, gram_, product_;

 public:
  Block(index_t rows, index_t width, index_t columnsOfC)
      : V_(rows * width),
        W_(rows * width),
        triangle_(width * width),
        gram_(width * width),
        product_(width * columnsOfC) {}

  // `vectors` begins at the block's own diagonal.
  void load(View<const T> vectors, const T* tau) {
    rows_ = vectors.rows;
    width_ = vectors.columns;
    copy(vectors, columnMajor(V_.data(), rows_, width_));
    for (index_t j = 0; j < width_; ++j) {
      T* column = V_.data() + j * rows_;
      std::fill(column, column + j, T(0));
      column[j] = 1;
    }
    formTriangle(tau);
    lapack::gemm<T>('N', 'N', rows_, width_, width_, 1, V_.data(), rows_, triangle_.data(), width_, 0, W_.data(),
                    rows_);
  }

  // C := (I − W Vᵀ) C. A row-major C is a column-major Cᵀ := Cᵀ (I − V Wᵀ).
  void apply(View<T> C) {
    const index_t p = C.columns;
    if (C.rowStride == 1) {
      const index_t ld = std::max(C.columnStride, rows_);  // a single column may come with any stride
      lapack::gemm<T>('T', 'N', width_, p, rows_, 1, V_.data(), rows_, C.data, ld, 0, product_.data(), width_);
      lapack::gemm<T>('N', 'N', rows_, p, width_, -1, W_.data(), rows_, product_.data(), width_, 1, C.data, ld);
    } else {
      lapack::gemm<T>('N', 'N', p, width_, rows_, 1, C.data, C.rowStride, V_.data(), rows_, 0, product_.data(), p);
      lapack::gemm<T>('N', 'T', p, rows_, width_, -1, product_.data(), p, W_.data(), rows_, 1, C.data, C.rowStride);
    }
  }

 private:
  // T(0:j, j) = −τ_j T(0:j, 0:j) (VᵀV)(0:j, j), T(j, j) = τ_j.
  void formTriangle(const T* tau) {
    lapack::gemm<T>('T', 'N', width_, width_, rows_, 1, V_.data(), rows_, V_.data(), rows_, 0, gram_.data(), width_);
    for (index_t j = 0; j < width_; ++j) {
      T* column = triangle_.data() + j * width_;
      for (index_t i = 0; i < j; ++i) column[i] = -tau[j] * gram_[j * width_ + i];
      lapack::trmv<T>('U', 'N', 'N', j, triangle_.data(), width_, column, 1);
      column[j] = tau[j];
      std::fill(column + j + 1, column + width_, T(0));
    }
  }
};

}  // namespace

template <class T>
void applyReflectors(View<const T> vectors, const T* tau, View<T> C) {
  const index_t count = vectors.columns;
  if (count == 0 || C.rows == 0 || C.columns == 0) return;
  const index_t width = std::min(blockWidth(vectors.rows), count);
  Block<T> block(vectors.rows, width, C.columns);
  // Q C = H₀ (H₁ (… C)): the last block first.
  for (index_t j = (count - 1) / width * width; j >= 0; j -= width) {
    const index_t rows = vectors.rows - j;
    block.load({&vectors(j, j), rows, std::min(width, count - j), vectors.rowStride, vectors.columnStride}, tau + j);
    block.apply({&C(j, 0), rows, C.columns, C.rowStride, C.columnStride});
  }
}

template void applyReflectors(View<const float>, const float*, View<float>);
template void applyReflectors(View<const double>, const double*, View<double>);

}  // namespace lowrank
