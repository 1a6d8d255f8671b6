#include "svdTall.hpp"

#include <algorithm>

#include "columnScaling.hpp"
#include "pack.hpp"
#include "qrCholesky.hpp"
#include "qrHouseholder.hpp"
#include "qrTree.hpp"
#include "signs.hpp"
#include "svd.hpp"

namespace lowrank {
namespace {

// Cholesky-QR: U_R goes into the n×n matrix that makes Q from A, so that U costs no pass of its own.
template <class T>
bool byCholesky(View<const T> A, T* U, T* singularValues, T* Vt, Outcome& outcome) {
  const index_t n = A.columns;
  CholeskyQR<T> factors;
  if (!factors.factor(A, U)) return false;
  Buffer<T> R(n * n), left(U ? n * n : 0);
  copy(columnMajor(factors.R(), n, n), rowMajor(R.data(), n, n));
  outcome =
      svd(rowMajor<const T>(R.data(), n, n), U ? SvdMode::thin : SvdMode::values, left.data(), singularValues, Vt);
  if (!outcome || !U) return true;
  Buffer<double> wide(n * n);
  copy(rowMajor(left.data(), n, n), columnMajor(wide.data(), n, n));
  factors.multiply(wide.data());
  return true;
}

// Householder, in U's own memory.
template <class T>
Outcome byHouseholder(View<const T> A, T* U, T* singularValues, T* Vt) {
  const index_t m = A.rows, n = A.columns;
  Buffer<T> own(U ? 0 : m * n);
  T* work = U ? U : own.data();
  const Scan<T> seen = pack(A, rowMajor(work, m, n));
  if (!seen.finite) return {false};
  const int exponent = rangeExponent(seen.largest);
  scaleByPower(rowMajor(work, m, n), -exponent);
  const TreeQR<T> factors(work, m, n, n, U != nullptr);
  Buffer<T> R(n * n), left(U ? n * n : 0);
  extractR(rowMajor<const T>(work, n, n), R.data());
  const Outcome outcome =
      svd(rowMajor<const T>(R.data(), n, n), U ? SvdMode::thin : SvdMode::values, left.data(), singularValues, Vt);
  scaleByPower(rowMajor(singularValues, 1, n), exponent);
  if (!outcome || !U) return outcome;
  setIdentity(U, m, n);
  copy(rowMajor(left.data(), n, n), rowMajor(U, n, n));
  factors.multiply(U, n);
  return outcome;
}

// Turns pairs of vectors over; svd() has done so by the vectors of R, which says nothing about those of A.
template <class T>
void fixSigns(T* U, T* Vt, index_t m, index_t n, PositiveVectors positive) {
  Buffer<T> signs(n);
  if (positive == PositiveVectors::left) signsOfColumns(U, m, n, signs.data());
  else signsOfRows(Vt, n, n, signs.data());
  if (std::all_of(signs.data(), signs.data() + n, [](T sign) { return sign > 0; })) return;
  scaleColumns(U, m, n, signs.data());
  scaleRows(Vt, n, n, signs.data());
}

}  // namespace

template <class T>
Outcome svdTall(View<const T> A, T* U, T* singularValues, T* Vt, PositiveVectors positive) {
  const index_t m = A.rows, n = A.columns;
  if (n == 0) return {};
  Outcome outcome;
  if (m < 4 * n || !byCholesky(A, U, singularValues, Vt, outcome)) outcome = byHouseholder(A, U, singularValues, Vt);
  if (outcome && U) fixSigns(U, Vt, m, n, positive);
  return outcome;
}

template Outcome svdTall(View<const float>, float*, float*, float*, PositiveVectors);
template Outcome svdTall(View<const double>, double*, double*, double*, PositiveVectors);

}  // namespace lowrank
