#include "lstsqSquare.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "buffer.hpp"
#include "lapack.hpp"
#include "lstsqDeflated.hpp"
#include "svd.hpp"

namespace lowrank {
namespace {

template <class T>
double frobenius(const T* M, index_t count) {
  double sum = 0;
  for (index_t i = 0; i < count; ++i) sum += double(M[i]) * double(M[i]);
  return std::sqrt(sum);
}

// Is σₖ > rtol·σ₁ beyond doubt? ‖M‖_F·‖M⁻¹‖_F bounds the condition from above; for large M, where the inverse is dear,
// LAPACK's estimate is asked first, with a margin for all that it may be off by.
template <class T>
bool certainlyFullRank(const T* M, bool upper, index_t k, double rtol) {
  const char* uplo = upper ? "U" : "L";
  int info = 0;
  if (k > 256) {
    Buffer<T> work(3 * k);
    Buffer<int> integers(k);
    T reciprocal = 0;
    lapack::trcon<T>("1", uplo, "N", int(k), M, int(k), &reciprocal, work.data(), integers.data(), &info);
    if (double(reciprocal) > 10 * double(k) * rtol) return true;
    if (double(reciprocal) < 2 * rtol && deflationPays(k, rtol)) return false;  // so would the bound be, about
  }
  Buffer<T> inverse(k * k);
  std::copy(M, M + k * k, inverse.data());
  lapack::trtri<T>(uplo, "N", int(k), inverse.data(), int(k), &info);
  return info == 0 && frobenius(M, k * k) * frobenius(inverse.data(), k * k) * rtol < 0.5;
}

// Y = V·S⁻¹·Uᵀ·C with the singular values that pass; for a threshold gelsd does not honour, and where it fails.
template <class T>
LstsqOutcome solveBySvd(const T* M, index_t k, T* C, index_t p, double rtol, T* singularValues) {
  Buffer<T> U(k * k), s(k), Vt(k * k), Z(k * p);
  LstsqOutcome outcome;
  static_cast<Outcome&>(outcome) = svd(columnMajor(M, k, k), SvdMode::thin, U.data(), s.data(), Vt.data());
  if (!outcome) return outcome;
  if (singularValues) std::copy(s.data(), s.data() + k, singularValues);
  while (outcome.rank < k && double(s[outcome.rank]) > rtol * double(s[0])) ++outcome.rank;
  const int K = int(k), P = int(p), rank = int(outcome.rank);
  // U and Vt are row-major, so Uᵀ and V for BLAS.
  lapack::gemm<T>("N", "N", rank, P, K, T(1), U.data(), K, C, K, T(0), Z.data(), K);
  for (index_t j = 0; j < p; ++j)
    for (index_t i = 0; i < rank; ++i) Z[j * k + i] /= s[i];
  std::fill(C, C + k * p, T(0));
  if (rank > 0) lapack::gemm<T>("N", "N", K, P, rank, T(1), Vt.data(), K, Z.data(), K, T(0), C, K);
  return outcome;
}

template <class T>
LstsqOutcome gelsd(const T* M, index_t k, T* C, index_t p, double rtol, T* singularValues) {
  if (!(rtol >= double(std::numeric_limits<T>::epsilon()) && rtol < 1))
    return solveBySvd(M, k, C, p, rtol, singularValues);
  const int K = int(k), P = int(p);
  Buffer<T> a(k * k), s(k), kept(k * p);
  std::copy(M, M + k * k, a.data());
  std::copy(C, C + k * p, kept.data());
  int rank = 0, info = 0, integerSize = 0;
  T size = 0;
  lapack::gelsd<T>(K, K, P, a.data(), K, C, K, s.data(), T(rtol), &rank, &size, -1, &integerSize, &info);
  Buffer<T> work(index_t(double(size) * 1.001) + 1);  // a float may have rounded the size down
  Buffer<int> integers(integerSize);
  lapack::gelsd<T>(K, K, P, a.data(), K, C, K, s.data(), T(rtol), &rank, work.data(), int(work.size()), integers.data(),
                   &info);
  if (info != 0) {
    std::copy(kept.data(), kept.data() + k * p, C);
    return solveBySvd(M, k, C, p, rtol, singularValues);
  }
  if (singularValues) std::copy(s.data(), s.data() + k, singularValues);
  return {{}, rank};
}

template <class T>
LstsqOutcome gelsy(const T* M, index_t k, T* C, index_t p, double rtol) {
  const int K = int(k), P = int(p);
  Buffer<T> a(k * k);
  Buffer<int> pivots(k);
  std::copy(M, M + k * k, a.data());
  std::fill(pivots.data(), pivots.data() + k, 0);
  Buffer<T> work(std::max(4 * k + 1, 2 * k + p) * 64);  // with blocks of up to 64 columns
  int rank = 0, info = 0;
  lapack::gelsy<T>(K, K, P, a.data(), K, C, K, pivots.data(), T(rtol), &rank, work.data(), int(work.size()), &info);
  return {{}, rank};
}

}  // namespace

template <class T>
LstsqOutcome lstsqSquare(const T* M, bool upper, index_t k, T* C, index_t p, double rtol, LstsqMethod method,
                         T* singularValues) {
  if (k == 0) return {};
  if (method == LstsqMethod::qr) return gelsy(M, k, C, p, rtol);
  if (method == LstsqMethod::svd) return gelsd(M, k, C, p, rtol, singularValues);
  if (!certainlyFullRank(M, upper, k, rtol)) {
    if (deflationPays(k, rtol))
      if (const auto rank = lstsqDeflated(M, upper, k, C, p, rtol)) return {{}, *rank};
    return gelsd(M, k, C, p, rtol, singularValues);
  }
  lapack::trsm<T>("L", upper ? "U" : "L", "N", "N", int(k), int(p), T(1), M, int(k), C, int(k));
  return {{}, k};
}

template LstsqOutcome lstsqSquare(const float*, bool, index_t, float*, index_t, double, LstsqMethod, float*);
template LstsqOutcome lstsqSquare(const double*, bool, index_t, double*, index_t, double, LstsqMethod, double*);

}  // namespace lowrank
