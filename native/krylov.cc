#include "krylov.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "eigh.hpp"
#include "gemm.hpp"
#include "simd/dispatch.hpp"

namespace lowrank {

namespace {

constexpr double lost = 0.1;  // of a unit vector: where less is left after a projection, the rest is not orthogonal enough
constexpr index_t panel = 120;  // rows of V at a time: they stay in the cache between two uses

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
  memory_ = Buffer<double>(n_ * capacity_ + 2 * block + 2 * square + 16 * 16 + capacity_ * width_);
  V_ = memory_.data();
  X_ = V_ + n_ * capacity_;
  Z_ = X_ + block;
  T_ = Z_ + block;
  Y_ = T_ + square;
  coefficients_ = Y_ + square;
  R_ = coefficients_ + capacity_ * width_;
  std::fill_n(T_, square, 0.0);
}

Krylov::Krylov(const Krylov& other, index_t capacity)
    : n_(other.n_), width_(other.width_), capacity_(capacity) {
  const Lock lock(other.mutex_);
  size_ = other.size_;
  seed_ = other.seed_;
  norm_ = other.norm_;
  if (capacity < other.capacity_) throw std::logic_error("krylov: less room than before");
  allocate();
  for (index_t i = 0; i < n_; ++i) std::copy_n(other.V_ + i * other.capacity_, size_, V_ + i * capacity_);
  for (index_t i = 0; i < size_; ++i) std::copy_n(other.T_ + i * other.capacity_, size_, T_ + i * capacity_);
  std::copy_n(other.X_, n_ * width_, X_);
  std::copy_n(other.R_, width_ * width_, R_);
}

Krylov::Krylov(index_t n, int width, index_t capacity, std::uint64_t seed)
    : n_(n), width_(width), capacity_(capacity), size_(0), seed_(seed) {
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

// Z −= V(VᵀZ), twice: what rounding leaves after the first time would grow from step to step. coefficients: VᵀZ (size×width).
// V is read three times, panel by panel.
void Krylov::project(double* Z, double* coefficients) const {
  const auto& kernels = simd::kernels<double>();
  const index_t K = size_, count = K * width_;
  Buffer<double> factors(2 * count);
  double* const again = factors.data() + count;
  const auto collect = [&](index_t i, double* into) {
    kernels.narrowTransposed(V_ + i * capacity_, capacity_, std::min(panel, n_ - i), K, Z + i * width_, width_, i > 0, into);
  };
  const auto subtract = [&](index_t i) {
    kernels.narrowProduct(V_ + i * capacity_, capacity_, std::min(panel, n_ - i), K, factors.data(), width_, true, Z + i * width_);
  };
  for (index_t i = 0; i < n_; i += panel) collect(i, coefficients);
  for (index_t k = 0; k < count; ++k) factors[k] = -coefficients[k];
  for (index_t i = 0; i < n_; i += panel) {
    subtract(i);
    collect(i, again);
  }
  for (index_t k = 0; k < count; ++k) {
    factors[k] = -again[k];
    coefficients[k] += again[k];
  }
  for (index_t i = 0; i < n_; i += panel) subtract(i);
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

// Z = QR by Gram-Schmidt, where columns may depend on each other. A column of which no more than `negligible` is left gives a
// zero in R and becomes a random one orthogonal to V and to its predecessors; a zero column where the whole space is used up.
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

void Krylov::step(const LargeOperand& B, double s) {
  const Lock lock(mutex_);
  if (full() || B.columns() != n_) throw std::logic_error("krylov: no room for a step");
  const int w = width_;
  B.gram(s, X_, w, Z_);
  double size = 0;
  for (index_t k = 0; k < n_ * w; ++k) size += Z_[k] * Z_[k];
  norm_ = std::max(norm_, std::sqrt(size / w));
  project(Z_, coefficients_);
  const index_t current = size_ - w;
  for (index_t k = 0; k < size_; ++k)
    for (int c = 0; c < w; ++c) T_[k * capacity_ + current + c] = T_[(current + c) * capacity_ + k] = coefficients_[k * w + c];

  double first[16 * 16], second[16 * 16];
  // Where the space of BᵀB is used up, what is left is rounding error: it has no direction to follow, and none orthogonal to V.
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
  const View<const double> T{T_, K, K, capacity_, 1};
  if (!eigh<double>(T, ascending.data(), Y_)) return false;
  for (index_t i = 0; i < K; ++i) {
    values[i] = ascending[K - 1 - i];
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

void Krylov::vectors(index_t count, double* target, index_t stride) const {
  const Lock lock(mutex_);
  const index_t K = closed();
  if (count > K) throw std::logic_error("krylov: more vectors than there are");
  // The eigenvalues ascend: the last columns, from the right.
  Buffer<double> chosen(K * count);
  for (index_t k = 0; k < K; ++k)
    for (index_t c = 0; c < count; ++c) chosen[k * count + c] = Y_[k * K + K - 1 - c];
  multiply<double>(1, {V_, n_, K, capacity_, 1}, rowMajor<const double>(chosen.data(), K, count), 0,
                   {target, n_, count, stride, 1});
}

void Krylov::restart(index_t count) {
  const Lock lock(mutex_);
  const index_t K = closed();
  Buffer<double> kept(n_ * count), values(K), residuals(K);
  if (!ritz(K, values.data(), residuals.data())) throw std::logic_error("krylov: eigenvalues of the restart");
  vectors(count, kept.data(), count);
  for (index_t i = 0; i < n_; ++i) {
    std::copy_n(kept.data() + i * count, count, V_ + i * capacity_);
    std::copy_n(X_ + i * width_, width_, V_ + i * capacity_ + count);
  }
  std::fill_n(T_, capacity_ * capacity_, 0.0);
  for (index_t k = 0; k < count; ++k) T_[k * capacity_ + k] = values[k];
  size_ = count + width_;
}

}  // namespace lowrank
