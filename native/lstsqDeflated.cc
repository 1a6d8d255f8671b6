// All in double, where the Gram matrix G of M keeps what float can tell. By Sylvester's law of inertia a Cholesky
// factorization that succeeds is a proof: s²I − G says that σ₁ < s, and G − τ²I that σₖ > τ = rtol·s. Where the latter
// fails, inverse iteration finds the few singular triplets at fault, U₂, Σ₂, V₂: their Rayleigh quotients show that
// there are at least so many, and G + s²U₂U₂ᵀ − τ²I that there are no more. The solution is then
// (I − V₂V₂ᵀ)M⁻¹(I − U₂U₂ᵀ)C. A value so near rtol·σ₁ that the bounds of σ₁ do not tell, some 3 %, proves nothing.
#include "lstsqDeflated.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "buffer.hpp"
#include "gemm.hpp"
#include "krylov.hpp"
#include "lapack.hpp"
#include "pack.hpp"
#include "qr.hpp"
#include "svd.hpp"

namespace lowrank {
namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();
constexpr index_t block = 16;  // columns of the inverse iteration
constexpr index_t most = 8;    // of them that may be deflated; the others speed it up
constexpr int mostSteps = 12;
constexpr int lanczosSteps = 6;

struct Norm {
  double least, most;  // bounds of σ₁; the upper one is a guess that has to be proved
};

template <class T>
Norm estimateNorm(const T* M, index_t k) {
  constexpr int width = 16;
  const auto operand = makeLargeOperand(columnMajor(M, k, k));
  Krylov space(k, width, (lanczosSteps + 1) * width, 0, 0);
  for (int step = 0; step < lanczosSteps; ++step) space.step(*operand, 1, true);
  Buffer<double> values(space.closed()), residuals(space.closed());
  if (!space.ritz(space.closed(), values.data(), residuals.data())) return {0, 0};
  return {std::sqrt(values[0]), std::sqrt(1.01 * (values[0] + residuals[0]))};
}

// X −= Q(QᵀX) with the first `count` columns of Q; both row-major, k rows.
void deflate(const double* Q, index_t count, index_t k, double* X, index_t p) {
  Buffer<double> products(count * p);
  const View<const double> columns{Q, k, count, block, 1};
  multiply<double>(1, columns.transposed(), rowMajor<const double>(X, k, p), 0, rowMajor(products.data(), count, p));
  multiply<double>(-1, columns, rowMajor<const double>(products.data(), count, p), 1, rowMajor(X, k, p));
}

class Triangle {
  const char* const uplo_;
  const index_t k_;
  Buffer<double> M_, G_;  // G: MMᵀ of an upper M, MᵀM of a lower one, in the same triangle
  Buffer<double> U_, V_;  // k×block, row-major: singular vectors, those of the smallest values first

 public:
  // `norm` bounds σ₁, roughly.
  template <class T>
  Triangle(const T* M, bool upper, index_t k, double norm)
      : uplo_(upper ? "U" : "L"), k_(k), M_(k * k), G_(k * k), U_(k * block), V_(k * block) {
    copy(columnMajor(M, k, k), columnMajor(M_.data(), k, k));
    for (index_t i = 0; i < k; ++i) {  // a change that double's rounding of M would make
      double& pivot = M_[i * (k + 1)];
      if (!(std::abs(pivot) > epsilon * norm)) pivot = epsilon * norm;
    }
    std::minstd_rand random;
    for (index_t i = 0; i < k * block; ++i) V_[i] = static_cast<double>(random()) / 0x1p30 - 1;
  }

  // Before isBelow() and isAbove().
  void formGram() {
    std::copy(M_.data(), M_.data() + k_ * k_, G_.data());
    int info = 0;
    lapack::lauum<double>(uplo_, int(k_), G_.data(), int(k_), &info);
  }

  // Is σ₁ < s? In float, because s is not that near.
  bool isBelow(double s) const {
    Buffer<float> rest(k_ * k_);
    for (index_t i = 0; i < k_ * k_; ++i) rest[i] = static_cast<float>(-G_[i] / (s * s));
    for (index_t i = 0; i < k_; ++i) rest[i * (k_ + 1)] += 1;
    return isPositive(rest.data());
  }

  // Are all singular values above τ, but for the first `count` of iterate()?
  bool isAbove(double tau, double s, index_t count) const {
    Buffer<double> rest(k_ * k_);
    std::copy(G_.data(), G_.data() + k_ * k_, rest.data());
    for (index_t i = 0; i < k_; ++i) rest[i * (k_ + 1)] -= tau * tau;
    const double* const lifted = *uplo_ == 'U' ? U_.data() : V_.data();
    if (count > 0)
      lapack::syrk<double>(uplo_, "T", int(k_), int(count), s * s, lifted, int(block), 1.0, rest.data(), int(k_));
    return isPositive(rest.data());
  }

  struct Found {
    index_t count;  // the Ritz values at most τ: there are as many singular values at least
    bool settled;   // their vectors have hardly moved; says nothing of the first step
  };

  // A step of inverse iteration for the smallest singular triplets. None where it overflows.
  std::optional<Found> iterate(double tau) {
    Buffer<double> image(k_ * block), next(k_ * block), turned(k_ * block), inverses(block), small(block * block);
    const auto narrow = [this](const Buffer<double>& X) { return rowMajor<const double>(X.data(), k_, block); };
    std::copy(V_.data(), V_.data() + k_ * block, image.data());
    solve("T", image.data(), block);
    if (!qr<double>(narrow(image), QrMode::thin, U_.data(), small.data())) return {};
    std::copy(U_.data(), U_.data() + k_ * block, image.data());
    solve("N", image.data(), block);
    if (!svd<double>(narrow(image), SvdMode::thin, next.data(), inverses.data(), small.data())) return {};
    multiply<double>(1, narrow(U_), rowMajor<const double>(small.data(), block, block).transposed(), 0,
                     rowMajor(turned.data(), k_, block));
    index_t count = 0;
    while (count < block && inverses[count] * tau >= 1) ++count;
    const double moved = distance(next.data(), V_.data(), std::max<index_t>(count, 1));
    std::swap(U_, turned);
    std::swap(V_, next);
    return Found{count, moved < 1e-8};
  }

  // M·X = C with the first `count` triplets left out; X in place of C (k×p), row-major.
  void solveDeflated(index_t count, double* C, index_t p) const {
    if (count > 0) deflate(U_.data(), count, k_, C, p);
    solve("N", C, p);
    if (count > 0) deflate(V_.data(), count, k_, C, p);
  }

 private:
  // X := M⁻¹X or M⁻ᵀX, X row-major: from the right, as BLAS sees it.
  void solve(const char* transposed, double* X, index_t columns) const {
    const char* const fromTheRight = *transposed == 'T' ? "N" : "T";
    const int k = int(k_), p = int(columns);
    lapack::trsm<double>("R", uplo_, fromTheRight, "N", p, k, 1.0, M_.data(), k, X, p);
  }

  template <class E>
  bool isPositive(E* A) const {
    int info = 0;
    lapack::potrf<E>(uplo_, int(k_), A, int(k_), &info);
    return info == 0;
  }

  // Of the first `count` columns of X (orthonormal) what is outside the space of Q's (orthonormal).
  double distance(const double* X, const double* Q, index_t count) const {
    Buffer<double> outside(k_ * count);
    copy(View<const double>{X, k_, count, block, 1}, rowMajor(outside.data(), k_, count));
    deflate(Q, block, k_, outside.data(), count);
    double sum = 0;
    for (index_t i = 0; i < k_ * count; ++i) sum += outside[i] * outside[i];
    return std::sqrt(sum);
  }
};

// A matrix far from full rank shows that on the diagonal already, as a rule.
template <class T>
bool looksFarFromFullRank(const T* M, index_t k, double rtol) {
  const auto size = [&](index_t i) { return std::abs(static_cast<double>(M[i * (k + 1)])); };
  double largest = 0;
  for (index_t i = 0; i < k; ++i) largest = std::max(largest, size(i));
  index_t small = 0;
  for (index_t i = 0; i < k; ++i) small += size(i) <= rtol * largest;
  return small > most;
}

}  // namespace

bool deflationPays(index_t k, double rtol) { return k > 256 && rtol * rtol > 1000 * static_cast<double>(k) * epsilon; }

template <class T>
std::optional<index_t> lstsqDeflated(const T* M, bool upper, index_t k, T* C, index_t p, double rtol) {
  if (looksFarFromFullRank(M, k, rtol)) return {};
  const Norm norm = estimateNorm(M, k);
  if (!(norm.least > 1e-100 && norm.most < 1e100)) return {};
  Triangle triangle(M, upper, k, norm.most);
  auto small = triangle.iterate(rtol * norm.least);
  if (!small || small->count > most) return {};
  triangle.formGram();
  if (!triangle.isBelow(norm.most)) return {};
  // Above what rounding makes of G.
  const double tau = norm.most * std::sqrt(rtol * rtol + 8 * static_cast<double>(k) * epsilon);
  index_t count = 0;
  if (small->count > 0 || !triangle.isAbove(tau, norm.most, 0)) {
    int steps = 1;
    do {
      if (++steps > mostSteps) return {};
      small = triangle.iterate(rtol * norm.least);
      if (!small || small->count > most) return {};
    } while (!small->settled);
    count = small->count;
    if (count == 0 || !triangle.isAbove(tau, norm.most, count)) return {};
  }
  Buffer<double> X(k * p);
  copy(columnMajor<const T>(C, k, p), rowMajor(X.data(), k, p));
  triangle.solveDeflated(count, X.data(), p);
  copy(rowMajor<const double>(X.data(), k, p), columnMajor(C, k, p));
  return k - count;
}

template std::optional<index_t> lstsqDeflated(const float*, bool, index_t, float*, index_t, double);
template std::optional<index_t> lstsqDeflated(const double*, bool, index_t, double*, index_t, double);

}  // namespace lowrank
