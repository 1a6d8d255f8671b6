#include "denseSweep.hpp"

#include <algorithm>
#include <vector>

#include "buffer.hpp"
#include "largeOperand.hpp"
#include "pack.hpp"
#include "pool.hpp"
#include "simd/dispatch.hpp"

namespace lowrank {

namespace {

constexpr index_t panelEntries = 65536;  // half a megabyte
constexpr index_t tile = 24;             // a multiple of the heights of all register tiles with AVX-512

// k numbers a row, padded, in chunks of as many columns as one narrow product takes; a chunk of all rows is contiguous.
template <class T>
class Chunks {
 public:
  struct Chunk {
    index_t begin;
    int width;
  };

  explicit Chunks(index_t k) : k_(k), padded_((k + unit - 1) / unit * unit) {
    const index_t units = padded_ / unit, count = (units + 3) / 4;
    for (index_t c = 0; c < count; ++c) {
      const index_t begin = units * c / count, end = units * (c + 1) / count;
      chunks_.push_back({begin * unit, static_cast<int>((end - begin) * unit)});
    }
  }

  index_t padded() const { return padded_; }
  auto begin() const { return chunks_.begin(); }
  auto end() const { return chunks_.end(); }

  // Columns of X (k×rows) ↔ rows of the packed ones.
  void pack(View<const T> X, T* packed) const {
    for (const Chunk& chunk : chunks_)
      for (index_t i = 0; i < X.columns; ++i)
        for (index_t c = 0; c < chunk.width; ++c)
          packed[X.columns * chunk.begin + i * chunk.width + c] = chunk.begin + c < k_ ? X(chunk.begin + c, i) : T(0);
  }
  template <class Use>
  void unpack(const T* packed, index_t rows, Use use) const {
    for (const Chunk& chunk : chunks_)
      for (index_t c = 0; c < std::min<index_t>(chunk.width, k_ - chunk.begin); ++c)
        for (index_t i = 0; i < rows; ++i)
          use(chunk.begin + c, i, packed[rows * chunk.begin + i * chunk.width + c]);
  }

 private:
  static constexpr index_t unit = 64 / sizeof(T);
  index_t k_, padded_;
  std::vector<Chunk> chunks_;
};

template <class T>
class Sweep {
 public:
  Sweep(View<const T> A, View<const T> F, View<const T> L, View<T> X, View<T> G)
      : A_(A),
        L_(L),
        X_(X),
        G_(G),
        chunks_(X.rows),
        height_(std::clamp<index_t>(panelEntries / std::max<index_t>(A.columns, 1) / tile, 1, 20) * tile),
        byRows_(A.columnStride == 1 || A.columnStride <= A.rowStride),
        given_(F.rows > 0 ? A.columns * chunks_.padded() : 0) {
    if (F.rows > 0) chunks_.pack(F, given_.data());
  }

  double run() {
    const index_t m = A_.rows, n = A_.columns, size = n * chunks_.padded(), panels = (m + height_ - 1) / height_;
    const index_t parts = std::min(panels, partsOf(static_cast<double>(m) * n, static_cast<double>(n)));
    const bool collecting = G_.rows > 0;
    Buffer<T> partial(collecting ? std::max<index_t>(parts, 1) * size : 0);
    std::vector<double> explained(static_cast<std::size_t>(parts), 0.0);
    parallelFor(parts, 1, [&](index_t first, index_t last) {
      const Workspace workspace(*this);
      for (index_t part = first; part < last; ++part)
        for (index_t begin = panels * part / parts, p = begin; p < panels * (part + 1) / parts; ++p)
          explained[static_cast<std::size_t>(part)] +=
              panel(p * height_, workspace, collecting ? partial.data() + part * size : nullptr, p > begin);
    });
    if (collecting) collect(parts, size, partial.data());
    double total = 0;
    for (const double one : explained) total += one;
    return total;
  }

 private:
  // Of one thread: a panel of A where it cannot be read in place, its products as the narrow products take and give
  // them, and the same a row for each of the k, before and after solving.
  struct Workspace {
    Buffer<T> entries, packed, products, solutions;
    explicit Workspace(const Sweep& sweep)
        : entries(sweep.inPlace() ? 0 : sweep.height_ * sweep.A_.columns),
          packed(sweep.height_ * sweep.chunks_.padded()),
          products(sweep.X_.rows * sweep.paddedHeight()),
          solutions(sweep.X_.rows * sweep.paddedHeight()) {}
  };

  bool inPlace() const { return (byRows_ ? A_.columnStride : A_.rowStride) == 1; }
  // To whole vectors.
  index_t paddedHeight() const { return (height_ + 15) / 16 * 16; }

  double panel(index_t begin, const Workspace& workspace, T* sums, bool add) const {
    const index_t count = std::min(height_, A_.rows - begin), n = A_.columns;
    View<const T> rows{A_.data + begin * A_.rowStride, count, n, A_.rowStride, A_.columnStride};
    if (!byRows_) rows = rows.transposed();
    const T* data = rows.data;
    index_t stride = rows.rowStride;
    if (!inPlace()) {
      copy(rows, rowMajor(workspace.entries.data(), rows.rows, rows.columns));
      data = workspace.entries.data();
      stride = rows.columns;
    }
    const View<T> X{X_.data + begin * X_.columnStride, X_.rows, count, X_.rowStride, X_.columnStride};
    T* const packed = workspace.packed.data();
    const auto& kernels = simd::kernels<T>();
    double explained = 0;
    if (given_.size() > 0) {
      for (const auto& chunk : chunks_)
        (byRows_ ? kernels.narrowProduct : kernels.narrowTransposed)(data, stride, rows.rows, rows.columns,
                                                                    given_.data() + n * chunk.begin, chunk.width, false,
                                                                    packed + count * chunk.begin);
      explained = solve(count, workspace, X);
    }
    if (sums == nullptr) return explained;
    chunks_.pack(X, packed);
    for (const auto& chunk : chunks_)
      (byRows_ ? kernels.narrowTransposed : kernels.narrowProduct)(data, stride, rows.rows, rows.columns,
                                                                  packed + count * chunk.begin, chunk.width, add,
                                                                  sums + n * chunk.begin);
    return explained;
  }

  // X ← (LLᵀ)⁻¹P of the panel, or P; returns ⟨P, X⟩.
  double solve(index_t count, const Workspace& workspace, View<T> X) const {
    const index_t width = paddedHeight();
    T *const P = workspace.products.data(), *const solutions = workspace.solutions.data();
    std::fill_n(P, X.rows * width, T(0));
    chunks_.unpack(workspace.packed.data(), count, [&](index_t c, index_t i, T value) { P[c * width + i] = value; });
    std::copy_n(P, X.rows * width, solutions);
    if (L_.rows > 0) simd::kernels<T>().factoredSolve(L_.data, X.rows, solutions, width);
    double explained = 0;
    for (index_t c = 0; c < X.rows; ++c) {
      double sums[4]{};
      for (index_t i = 0; i < width; ++i)
        sums[i % 4] += static_cast<double>(P[c * width + i]) * static_cast<double>(solutions[c * width + i]);
      explained += (sums[0] + sums[1]) + (sums[2] + sums[3]);
      for (index_t i = 0; i < count; ++i) X(c, i) = solutions[c * width + i];
    }
    return explained;
  }

  // G ← the sum over the parts.
  void collect(index_t parts, index_t size, T* partial) const {
    if (parts == 0) std::fill_n(partial, size, T(0));
    for (index_t part = 1; part < parts; ++part)
      for (index_t e = 0; e < size; ++e) partial[e] += partial[part * size + e];
    chunks_.unpack(partial, A_.columns, [&](index_t c, index_t j, T value) { G_(c, j) = value; });
  }

  View<const T> A_, L_;
  View<T> X_, G_;
  Chunks<T> chunks_;
  index_t height_;
  bool byRows_;
  Buffer<T> given_;  // F
};

}  // namespace

template <class T>
double denseSweep(View<const T> A, View<const T> F, View<const T> L, View<T> X, View<T> G) {
  return Sweep<T>(A, F, L, X, G).run();
}

template double denseSweep(View<const float>, View<const float>, View<const float>, View<float>, View<float>);
template double denseSweep(View<const double>, View<const double>, View<const double>, View<double>, View<double>);

}  // namespace lowrank
