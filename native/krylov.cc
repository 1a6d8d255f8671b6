#include "krylov.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <vector>

#include "eigh.hpp"
#include "gemm.hpp"
#include "simd/dispatch.hpp"

namespace lowrank {

namespace {

// Of a unit vector: where less is left after a projection, the rest is not orthogonal enough.
constexpr double lost = 0.1;
constexpr index_t panel = 120;  // rows of V at a time: they stay in the cache between two uses

double squares(const double* x, index_t count) {
  double sums[8]{};
  for (index_t k = 0; k < count; k += 8)
    for (int c = 0; c < 8; ++c) sums[c] += x[k + c] * x[k + c];
  return ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
}

// R (w×w, upper) with G = RᵀR, in place of the row-major symmetric G. False where a column depends on those before it.
bool choleskyOf(double* G, int w) {
  for (int j = 0; j < w; ++j) {
    double pivot = G[j * w + j];
    const double size = pivot;
    for (int k = 0; k < j; ++k) pivot -= G[k * w + j] * G[k * w + j];
    if (!(pivot > 1e-10 * size)) return false;
    const double root = std::sqrt(pivot);
    G[j * w + j] = root;
    for (int c = j + 1; c < w; ++c) {
      double sum = G[j * w + c];
      for (int k = 0; k < j; ++k) sum -= G[k * w + j] * G[k * w + c];
      G[j * w + c] = sum / root;
      G[c * w + j] = 0;
    }
  }
  return true;
}

// inverse = R⁻¹ of an upper triangular R.
void invert(const double* R, int w, double* inverse) {
  std::fill_n(inverse, w * w, 0.0);
  for (int j = 0; j < w; ++j) {
    inverse[j * w + j] = 1 / R[j * w + j];
    for (int i = j - 1; i >= 0; --i) {
      double sum = 0;
      for (int k = i + 1; k <= j; ++k) sum += R[i * w + k] * inverse[k * w + j];
      inverse[i * w + j] = -sum / R[i * w + i];
    }
  }
}

}  // namespace

void Krylov::allocate() {
  const index_t block = n_ * width_, square = capacity_ * capacity_;
  memory_ =
      Buffer<double>(n_ * capacity_ + 2 * block + 2 * square + 16 * 16 + capacity_ * width_ + workspaceRows_ * width_);
  V_ = memory_.data();
  X_ = V_ + n_ * capacity_;
  Z_ = X_ + block;
  T_ = Z_ + block;
  Y_ = T_ + square;
  coefficients_ = Y_ + square;
  R_ = coefficients_ + capacity_ * width_;
  workspace_ = R_ + 16 * 16;
  std::fill_n(T_, square, 0.0);
}

Krylov::Krylov(const Krylov& other, index_t capacity)
    : n_(other.n_), width_(other.width_), capacity_(capacity) {
  const Lock lock(other.mutex_);
  size_ = other.size_;
  seed_ = other.seed_;
  norm_ = other.norm_;
  workspaceRows_ = other.workspaceRows_;
  if (capacity < other.capacity_) throw std::logic_error("krylov: less room than before");
  allocate();
  for (index_t i = 0; i < n_; ++i) std::copy_n(other.V_ + i * other.capacity_, size_, V_ + i * capacity_);
  for (index_t i = 0; i < size_; ++i) std::copy_n(other.T_ + i * other.capacity_, size_, T_ + i * capacity_);
  std::copy_n(other.X_, n_ * width_, X_);
  std::copy_n(other.R_, width_ * width_, R_);
}

Krylov::Krylov(index_t n, int width, index_t capacity, std::uint64_t seed, index_t workspaceRows)
    : n_(n), width_(width), capacity_(capacity), size_(0), workspaceRows_(workspaceRows), seed_(seed) {
  allocate();
  const index_t block = n * width;
  double R[16 * 16];
  for (index_t k = 0; k < block; ++k) Z_[k] = random();
  if (!orthonormalize(Z_, R)) repair(Z_, R, lost);
  if (!orthonormalize(Z_, R)) repair(Z_, R, lost);
  for (index_t i = 0; i < n; ++i) std::copy_n(Z_ + i * width, width, V_ + i * capacity);
  std::copy_n(Z_, block, X_);
  size_ = width;
}

// Uniform on [−1, 1): splitmix64.
double Krylov::random() {
  std::uint64_t z = (seed_ += 0x9e3779b97f4a7c15ull);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
  return static_cast<double>(static_cast<std::int64_t>(z ^ (z >> 31))) * 0x1p-63;
}

// Z −= V(VᵀZ), and again for what rounding left, which would grow from step to step. coefficients: VᵀZ (size×width).
// All of V is looked at, but only those blocks are subtracted of which Z holds more than rounding errors: in exact
// arithmetic the last three, and after a restart those that were kept.
void Krylov::project(double* Z, double* coefficients) const {
  const auto& kernels = simd::kernels<double>();
  const int w = width_;
  Buffer<double> factors(size_ * w);
  struct Range {
    index_t begin, count;
  };
  const auto collect = [&](Range columns, double* into) {
    for (index_t i = 0; i < n_; i += panel)
      kernels.narrowTransposed(V_ + i * capacity_ + columns.begin, capacity_, std::min(panel, n_ - i), columns.count,
                               Z + i * w, w, i > 0, into + columns.begin * w);
  };
  const auto subtract = [&](Range columns) {
    double* const negative = factors.data() + columns.begin * w;
    for (index_t k = 0; k < columns.count * w; ++k) negative[k] = -negative[k];
    kernels.narrowProduct(V_ + columns.begin, capacity_, n_, columns.count, negative, w, true, Z);
  };
  collect({0, size_}, coefficients);
  const double negligible = 1e-14 * std::sqrt(squares(Z, n_ * w) / w);
  std::vector<Range> ranges;
  for (index_t begin = 0; begin < size_; begin += w) {
    double largest = 0;
    for (index_t k = begin * w; k < (begin + w) * w; ++k) largest = std::max(largest, std::abs(coefficients[k]));
    if (!(largest > negligible)) continue;
    if (!ranges.empty() && ranges.back().begin + ranges.back().count == begin) ranges.back().count += w;
    else ranges.push_back({begin, w});
  }
  std::copy_n(coefficients, size_ * w, factors.data());
  for (const Range columns : ranges) subtract(columns);
  for (const Range columns : ranges) collect(columns, factors.data());
  for (const Range columns : ranges) {
    for (index_t k = columns.begin * w; k < (columns.begin + columns.count) * w; ++k) coefficients[k] += factors[k];
    subtract(columns);
  }
}

// Z = QR by Cholesky, Q in place of Z. False, and Z as it was, where its columns are too dependent for that.
bool Krylov::orthonormalize(double* Z, double* R) const {
  const auto& kernels = simd::kernels<double>();
  const int w = width_;
  for (index_t i = 0; i < n_; i += panel)
    kernels.narrowTransposed(Z + i * w, w, std::min(panel, n_ - i), w, Z + i * w, w, i > 0, R);
  if (!choleskyOf(R, w)) return false;
  double inverse[16 * 16];
  invert(R, w, inverse);
  Buffer<double> rows(panel * w);
  for (index_t i = 0; i < n_; i += panel) {
    const index_t count = std::min(panel, n_ - i);
    kernels.narrowProduct(Z + i * w, w, count, w, inverse, w, false, rows.data());
    std::copy_n(rows.data(), count * w, Z + i * w);
  }
  return true;
}

// Z = QR by Gram-Schmidt, where columns may depend on each other. A column of which no more than `negligible` is left
// gives a zero in R and becomes a random one orthogonal to V and to its predecessors; a zero column where the whole
// space is used up.
void Krylov::repair(double* Z, double* R, double negligible) {
  const int w = width_;
  std::fill_n(R, w * w, 0.0);
  const auto dot = [&](int a, int b) {
    double sum = 0;
    for (index_t i = 0; i < n_; ++i) sum += Z[i * w + a] * Z[i * w + b];
    return sum;
  };
  const auto subtract = [&](int j, int k, double factor) {
    for (index_t i = 0; i < n_; ++i) Z[i * w + j] -= factor * Z[i * w + k];
  };
  const auto clean = [&](int j) {
    for (int k = 0; k < j; ++k) {
      const double factor = dot(k, j);
      R[k * w + j] += factor;
      subtract(j, k, factor);
    }
  };
  for (int j = 0; j < w; ++j) {
    clean(j);
    clean(j);
    double norm = std::sqrt(dot(j, j));
    R[j * w + j] = norm;
    bool usedUp = false;
    if (!(norm > negligible)) {
      R[j * w + j] = 0;
      for (index_t i = 0; i < n_; ++i) Z[i * w + j] = random();
      const double before = std::sqrt(dot(j, j));
      for (int round = 0; round < 2; ++round) {
        for (index_t k = 0; k < size_; ++k) {
          double sum = 0;
          for (index_t i = 0; i < n_; ++i) sum += V_[i * capacity_ + k] * Z[i * w + j];
          for (index_t i = 0; i < n_; ++i) Z[i * w + j] -= sum * V_[i * capacity_ + k];
        }
        for (int k = 0; k < j; ++k) subtract(j, k, dot(k, j));
      }
      norm = std::sqrt(dot(j, j));
      usedUp = !(norm > 1e-8 * before);
    }
    const double factor = usedUp ? 0 : 1 / norm;
    for (index_t i = 0; i < n_; ++i) Z[i * w + j] *= factor;
  }
}

void Krylov::step(const LargeOperand& B, double s, bool single) {
  const Lock lock(mutex_);
  if (full() || B.columns() != n_ || B.workspaceRows() > workspaceRows_)
    throw std::logic_error("krylov: no room for a step");
  const int w = width_;
  B.gram(s, X_, w, Z_, workspace_, single);
  norm_ = std::max(norm_, std::sqrt(squares(Z_, n_ * w) / w));
  project(Z_, coefficients_);
  const index_t current = size_ - w;
  for (index_t k = 0; k < size_; ++k)
    for (int c = 0; c < w; ++c)
      T_[k * capacity_ + current + c] = T_[(current + c) * capacity_ + k] = coefficients_[k * w + c];

  double first[16 * 16], second[16 * 16];
  // Where the space of BᵀB is used up, what is left is rounding error: it has no direction to follow, and none
  // orthogonal to V.
  const double negligible = 1e-13 * norm_;
  const auto leastOf = [w](const double* R) {
    double least = R[0];
    for (int c = 1; c < w; ++c) least = std::min(least, R[c * w + c]);
    return least;
  };
  Buffer<double> kept(n_ * w);
  std::copy_n(Z_, n_ * w, kept.data());
  const bool plain = orthonormalize(Z_, first) && leastOf(first) > negligible;
  if (!plain) {
    std::copy_n(kept.data(), n_ * w, Z_);
    repair(Z_, first, negligible);
  }
  double least = first[0], most = first[0];
  for (int c = 1; c < w; ++c) {
    least = std::min(least, first[c * w + c]);
    most = std::max(most, first[c * w + c]);
  }
  // Columns that nearly depend on each other: the division has magnified what was left along V.
  if (!plain || least < 0.01 * most) project(Z_, coefficients_);
  if (!orthonormalize(Z_, second)) {
    project(Z_, coefficients_);
    repair(Z_, second, lost);
  }
  for (int i = 0; i < w; ++i)
    for (int j = 0; j < w; ++j) {
      double sum = 0;
      for (int k = i; k <= j; ++k) sum += second[i * w + k] * first[k * w + j];
      R_[i * w + j] = sum;
    }
  for (index_t i = 0; i < n_; ++i) std::copy_n(Z_ + i * w, w, V_ + i * capacity_ + size_);
  std::swap(X_, Z_);
  size_ += w;
}

bool Krylov::ritz(index_t count, double* values, double* residuals) {
  const Lock lock(mutex_);
  const index_t K = closed();
  if (count != K) throw std::logic_error("krylov: another number of values");
  Buffer<double> ascending(K);
  theta_ = Buffer<double>(K);
  const View<const double> T{T_, K, K, capacity_, 1};
  if (!eigh<double>(T, ascending.data(), Y_)) return false;
  for (index_t i = 0; i < K; ++i) {
    values[i] = theta_[i] = ascending[K - 1 - i];
    double sum = 0;
    for (int r = 0; r < width_; ++r) {
      double entry = 0;
      for (int c = r; c < width_; ++c) entry += R_[r * width_ + c] * Y_[(K - width_ + c) * K + K - 1 - i];
      sum += entry * entry;
    }
    residuals[i] = std::sqrt(sum);
  }
  return true;
}

// The coefficients of the first `count` Ritz vectors (K×count). The eigenvalues ascend: the last columns, from the
// right.
Buffer<double> Krylov::chosen(index_t count) const {
  const index_t K = closed();
  if (count > K || theta_.size() != K) throw std::logic_error("krylov: vectors without values");
  Buffer<double> coefficients(K * count);
  for (index_t k = 0; k < K; ++k)
    for (index_t c = 0; c < count; ++c) coefficients[k * count + c] = Y_[k * K + K - 1 - c];
  return coefficients;
}

void Krylov::vectors(index_t count, double* target) const {
  const Lock lock(mutex_);
  const Buffer<double> coefficients = chosen(count);
  multiply<double>(1, {V_, n_, closed(), capacity_, 1}, rowMajor<const double>(coefficients.data(), closed(), count), 0,
                   rowMajor(target, n_, count));
}

void Krylov::restart(index_t count) {
  const Lock lock(mutex_);
  const index_t K = closed();
  const Buffer<double> coefficients = chosen(count), rows(panel * count);
  for (index_t i = 0; i < n_; i += panel) {
    const index_t height = std::min(panel, n_ - i);
    multiply<double>(1, {V_ + i * capacity_, height, K, capacity_, 1},
                     rowMajor<const double>(coefficients.data(), K, count), 0, rowMajor(rows.data(), height, count));
    for (index_t r = 0; r < height; ++r) {
      std::copy_n(rows.data() + r * count, count, V_ + (i + r) * capacity_);
      std::copy_n(X_ + (i + r) * width_, width_, V_ + (i + r) * capacity_ + count);
    }
  }
  std::fill_n(T_, capacity_ * capacity_, 0.0);
  for (index_t k = 0; k < count; ++k) T_[k * capacity_ + k] = theta_[k];
  size_ = count + width_;
}

}  // namespace lowrank
