// Dense: B is read once in a sweep, by panels of rows that stay in the cache between BX and BᵀY.
#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>

#include "buffer.hpp"
#include "largeOperand.hpp"
#include "pack.hpp"
#include "pool.hpp"
#include "simd/dispatch.hpp"

namespace lowrank {

namespace {

constexpr index_t panelEntries = 65536;  // half a megabyte
constexpr index_t tile = 12;             // the rows of a register tile with AVX-512

template <class T>
class LargeDense final : public LargeOperand {
 public:
  explicit LargeDense(View<const T> B)
      : LargeOperand(B.rows, B.columns),
        B_(B),
        height_(std::clamp<index_t>(panelEntries / std::max<index_t>(B.columns, 1) / tile, 1, 20) * tile),
        byRows_(B.columnStride == 1 || B.columnStride <= B.rowStride) {}

  index_t workspaceRows() const override { return 0; }

  void gram(double s, const double* X, int width, double* Z, double* workspace, bool single) const override {
    if constexpr (std::is_same_v<T, float>)
      if (single && s == 1 && width == 16 && gramInSingle(X, width, Z)) return;
    LargeOperand::gram(s, X, width, Z, workspace, single);
  }

  void means(bool ofRows, double* result) const override {
    const View<const T> B = ofRows ? B_ : B_.transposed();
    const double share = 1 / static_cast<double>(B.columns);
    if (B.columnStride <= B.rowStride) {
      for (index_t i = 0; i < B.rows; ++i) {
        double sum = 0;
        for (index_t j = 0; j < B.columns; ++j) sum += B(i, j);
        result[i] = sum * share;
      }
    } else {
      std::fill_n(result, B.rows, 0.0);
      for (index_t j = 0; j < B.columns; ++j)
        for (index_t i = 0; i < B.rows; ++i) result[i] += B(i, j);
      for (index_t i = 0; i < B.rows; ++i) result[i] *= share;
    }
  }

  double squares(double s) const override {
    const View<const T> B = byRows_ ? B_ : B_.transposed();
    double total = 0;
    for (index_t i = 0; i < B.rows; ++i) {
      double sums[8]{};
      const auto square = [&](index_t j) {
        const double x = s * (B(i, j) - (byRows_ ? mean(i, j) : mean(j, i)));
        return x * x;
      };
      index_t j = 0;
      if (!centred() && B.columnStride == 1) {
        const T* const row = B.data + i * B.rowStride;
        for (; j + 8 <= B.columns; j += 8)
          for (int c = 0; c < 8; ++c) sums[c] += (s * row[j + c]) * (s * row[j + c]);
      }
      for (; j < B.columns; ++j) sums[0] += square(j);
      total += ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
    }
    return total;
  }

  double largest() const override {
    const auto found = scan(byRows_ ? B_ : B_.transposed());
    return found.finite ? found.largest : std::numeric_limits<double>::quiet_NaN();
  }

  void densify(index_t begin, index_t end, double* target) const override {
    View<const T> rows = B_;
    rows.data += begin * B_.rowStride;
    rows.rows = end - begin;
    copy(rows, rowMajor(target, rows.rows, rows.columns));
    if (centred())
      for (index_t i = begin; i < end; ++i)
        for (index_t j = 0; j < columns(); ++j) *target++ -= mean(i, j);
  }

 protected:
  void sweep(const double* X, int width, double* Y, double* Z) const override {
    Buffer<double> sums(width);
    if (X && centred()) sumsOf(X, width, sums.data());
    sweepPanels(X, sums.data(), width, Y, Z);
  }

 private:
  // Z = BᵀBX with sums of a panel in float, sums over panels in double. False, and Z undefined, where the entries are
  // so large or small that float's range is near.
  bool gramInSingle(const double* X, int width, double* Z) const {
    Buffer<float> narrow(columns() * width);
    std::copy_n(X, columns() * width, narrow.data());
    Buffer<double> sums(width);
    if (centred()) sumsOf(X, width, sums.data());
    return sweepPanels<float>(narrow.data(), sums.data(), width, nullptr, Z);
  }

  // sweep() with panels, X, Y and sums of a panel in E; `sums` is what centring takes from BX. False, and Z undefined,
  // where E is float and its range is near.
  template <class E>
  bool sweepPanels(const E* X, const double* sums, int width, E* Y, double* Z) const {
    constexpr bool single = std::is_same_v<E, float>;
    const index_t m = rows(), n = columns(), panels = (m + height_ - 1) / height_, size = n * width;
    const index_t parts = std::min(panels, Z ? partsOf(static_cast<double>(m) * n, static_cast<double>(n)) : 8);
    Buffer<double> partial(Z && parts > 1 ? (parts - 1) * size : 0), partialLeft(parts * width);
    std::fill_n(partialLeft.data(), parts * width, 0.0);
    std::atomic<bool> inRange{true};
    parallelFor(parts, 1, [&](index_t first, index_t last) {
      Buffer<E> scratch(inPlace<E>() ? 0 : height_ * n), product(X && !Y ? height_ * width : 0), sum(single ? size : 0);
      for (index_t part = first; part < last; ++part) {
        double* const target = Z ? part == 0 ? Z : partial.data() + (part - 1) * size : nullptr;
        if (single && Z) std::fill_n(target, size, 0.0);
        bool add = false;
        for (index_t p = panels * part / parts; p < panels * (part + 1) / parts; ++p, add = true) {
          const index_t begin = p * height_, count = std::min(height_, m - begin);
          const Panel<E> panel = load(begin, count, scratch.data());
          E* const y = Y ? Y + begin * width : product.data();
          if (X) {
            multiply(panel, count, X, width, y);
            if (centred()) subtract(begin, count, sums, width, y);
          }
          if (!Z) continue;
          if constexpr (single) {
            if (!isModerate(y, count * width)) inRange = false;
            if (!inRange) return;
            multiplyTransposed(panel, count, y, width, false, sum.data());
            for (index_t k = 0; k < size; ++k) target[k] += sum[k];
          } else {
            multiplyTransposed(panel, count, y, width, add, target);
          }
          if (centred()) addLeftSums(begin, count, y, width, partialLeft.data() + part * width);
        }
      }
    });
    if (!Z || !inRange) return inRange;
    if (panels == 0) std::fill_n(Z, size, 0.0);
    collect(parts, width, partial.data(), partialLeft.data(), Z);
    return true;
  }

  static bool isModerate(const float* y, index_t length) {
    float largest = 0;
    bool finite = true;
    for (index_t k = 0; k < length; ++k) {
      const float size = std::abs(y[k]);
      finite &= size <= 1e15f;
      largest = std::max(largest, size);
    }
    return finite && (largest == 0 || largest >= 1e-15f);
  }

  // `count` rows of B, row by row or column by column.
  template <class E>
  struct Panel {
    const E* data;
    index_t stride;
  };

  template <class E>
  bool inPlace() const {
    return std::is_same_v<T, E> && (byRows_ ? B_.columnStride : B_.rowStride) == 1;
  }

  template <class E>
  Panel<E> load(index_t begin, index_t count, E* scratch) const {
    View<const T> rows = B_;
    rows.data += begin * B_.rowStride;
    rows.rows = count;
    if constexpr (std::is_same_v<T, E>)
      if (inPlace<E>()) return {rows.data, byRows_ ? B_.rowStride : B_.columnStride};
    if (!byRows_) rows = rows.transposed();
    copy(rows, rowMajor(scratch, rows.rows, rows.columns));
    return {scratch, rows.columns};
  }

  template <class E>
  void multiply(Panel<E> panel, index_t count, const E* X, int width, E* y) const {
    const auto& kernels = simd::kernels<E>();
    if (byRows_) kernels.narrowProduct(panel.data, panel.stride, count, columns(), X, width, false, y);
    else kernels.narrowTransposed(panel.data, panel.stride, columns(), count, X, width, false, y);
  }

  template <class E>
  void multiplyTransposed(Panel<E> panel, index_t count, const E* y, int width, bool add, E* Z) const {
    const auto& kernels = simd::kernels<E>();
    if (byRows_) kernels.narrowTransposed(panel.data, panel.stride, count, columns(), y, width, add, Z);
    else kernels.narrowProduct(panel.data, panel.stride, columns(), count, y, width, add, Z);
  }

  template <class E>
  void subtract(index_t begin, index_t count, const double* sums, int width, E* y) const {
    for (index_t i = 0; i < count; ++i)
      for (int c = 0; c < width; ++c) y[i * width + c] -= static_cast<E>(left(begin + i) * sums[c]);
  }

  template <class E>
  void addLeftSums(index_t begin, index_t count, const E* y, int width, double* sums) const {
    for (index_t i = 0; i < count; ++i)
      for (int c = 0; c < width; ++c) sums[c] += left(begin + i) * y[i * width + c];
  }

  // Z += the parts after the first one, and what centring takes away.
  void collect(index_t parts, int width, const double* partial, double* partialLeft, double* Z) const {
    const index_t size = columns() * width;
    for (index_t part = 1; part < parts; ++part) {
      const double* const source = partial + (part - 1) * size;
      for (index_t k = 0; k < size; ++k) Z[k] += source[k];
      for (int c = 0; c < width; ++c) partialLeft[c] += partialLeft[part * width + c];
    }
    if (centred()) subtractSums(partialLeft, width, Z);
  }

  View<const T> B_;
  index_t height_;
  bool byRows_;
};

}  // namespace

template <class T>
std::unique_ptr<LargeOperand> makeLargeOperand(View<const T> B) {
  return std::make_unique<LargeDense<T>>(B);
}

template std::unique_ptr<LargeOperand> makeLargeOperand(View<const float>);
template std::unique_ptr<LargeOperand> makeLargeOperand(View<const double>);

}  // namespace lowrank
