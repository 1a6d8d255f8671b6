#include "lstsq.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "columnScaling.hpp"
#include "lapack.hpp"
#include "lstsqNormal.hpp"
#include "lstsqSquare.hpp"
#include "pack.hpp"
#include "qrHouseholder.hpp"
#include "qrTree.hpp"

namespace lowrank {
namespace {

// squares[j] += ‖column j of C − M·Y‖², all column-major, k rows.
template <class T>
void addResiduals(const T* M, index_t k, const T* Y, T* C, index_t p, double* squares) {
  if (k == 0) return;
  lapack::gemm<T>("N", "N", int(k), int(p), int(k), T(-1), M, int(k), Y, int(k), T(1), C, int(k));
  for (index_t j = 0; j < p; ++j)
    for (index_t i = 0; i < k; ++i) squares[j] += double(C[j * k + i]) * double(C[j * k + i]);
}

struct Question {
  double rtol;
  LstsqMethod method;
};

// R·X = C as column-major memory; C is lost.
template <class T>
LstsqOutcome solveReduced(const T* R, index_t n, T* C, index_t p, Question question, T* X, double* squares,
                          T* singularValues) {
  Buffer<T> Y(n * p);
  std::copy(C, C + n * p, Y.data());
  const LstsqOutcome outcome = lstsqSquare(R, true, n, Y.data(), p, question.rtol, question.method, singularValues);
  if (!outcome) return outcome;
  addResiduals(R, n, Y.data(), C, p, squares);
  copy(columnMajor(Y.data(), n, p), rowMajor(X, n, p));
  return outcome;
}

// m ≥ n: [A B] = Q·[R C; 0 D], which leaves R·X = C, and ‖D‖² whatever X may be. `joined` holds [A B], row-major.
template <class T>
LstsqOutcome solveTall(T* joined, index_t m, index_t n, index_t p, Question question, T* X, double* squares,
                       T* singularValues) {
  const index_t width = n + p;
  const TreeQR<T> factors(joined, m, width, n, false);
  for (index_t i = n; i < m; ++i)
    for (index_t j = 0; j < p; ++j) squares[j] += double(joined[i * width + n + j]) * double(joined[i * width + n + j]);
  Buffer<T> rowsOfR(n * n), R(n * n), C(n * p);
  extractR(View<const T>{joined, n, n, width, 1}, rowsOfR.data());
  copy(rowMajor(rowsOfR.data(), n, n), columnMajor(R.data(), n, n));
  copy(View<T>{joined + n, n, p, width, 1}, columnMajor(C.data(), n, p));
  return solveReduced(R.data(), n, C.data(), p, question, X, squares, singularValues);
}

// m < n: Aᵀ = Q·[R; 0], which leaves Rᵀ·Y = B, and X = Q·[Y; 0]. `turned` holds Aᵀ, row-major; B is column-major.
template <class T>
LstsqOutcome solveWide(T* turned, index_t m, index_t n, T* B, index_t p, Question question, T* X, double* squares,
                       T* singularValues) {
  const TreeQR<T> factors(turned, n, m, m, true);
  Buffer<T> L(m * m), Y(m * p);
  extractR(View<const T>{turned, m, m, m, 1}, L.data());  // R row-major is L = Rᵀ column-major
  std::copy(B, B + m * p, Y.data());
  const LstsqOutcome outcome =
      lstsqSquare(L.data(), false, m, Y.data(), p, question.rtol, question.method, singularValues);
  if (!outcome) return outcome;
  addResiduals(L.data(), m, Y.data(), B, p, squares);
  copy(columnMajor(Y.data(), m, p), rowMajor(X, m, p));
  std::fill(X + m * p, X + n * p, T(0));
  factors.multiply(X, p);
  return outcome;
}

}  // namespace

template <class T>
LstsqOutcome lstsq(View<const T> A, View<const T> B, double rtol, LstsqMethod method, T* X, T* residuals,
                   T* singularValues) {
  const index_t m = A.rows, n = A.columns, p = B.columns;
  if (rtol < 0) rtol = double(std::numeric_limits<T>::epsilon()) * double(std::max(m, n));
  if (p == 0) {  // LAPACK refuses to have no right-hand side, and the rank is wanted all the same
    Buffer<T> zeros(m), x(n);
    std::fill(zeros.data(), zeros.data() + m, T(0));
    T residual;
    return lstsq(A, View<const T>{zeros.data(), m, 1, 1, 1}, rtol, method, x.data(), &residual, singularValues);
  }
  const Question question{rtol, method};
  if (method == LstsqMethod::automatic && n > 0 && m >= 3 * n) {
    ReducedSystem<T> reduced;
    const NormalOutcome normal = lstsqNormal(A, B, rtol, X, residuals, reduced);
    if (normal == NormalOutcome::solved) return {{}, n};
    if (normal == NormalOutcome::reduced) {
      const LstsqOutcome outcome =
          solveReduced(reduced.R.data(), n, reduced.C.data(), p, question, X, reduced.squares.data(), singularValues);
      std::copy(reduced.squares.data(), reduced.squares.data() + p, residuals);
      return outcome;
    }
  }

  const bool tall = m >= n;
  const index_t width = n + p;
  Buffer<T> workA(tall ? m * width : m * n), workB(tall ? 0 : m * p);
  const View<T> packedA = tall ? View<T>{workA.data(), m, n, width, 1} : columnMajor(workA.data(), m, n);
  const View<T> packedB = tall ? View<T>{workA.data() + n, m, p, width, 1} : columnMajor(workB.data(), m, p);
  const Scan<T> seenA = pack(A, packedA), seenB = pack(B, packedB);
  if (!seenA.finite || !seenB.finite) return {{false}, 0};
  const int exponentA = rangeExponent(seenA.largest), exponentB = rangeExponent(seenB.largest);
  scaleByPower(packedA, -exponentA);
  scaleByPower(packedB, -exponentB);

  Buffer<double> squares(p);
  std::fill(squares.data(), squares.data() + p, 0.0);
  const LstsqOutcome outcome =
      tall ? solveTall(workA.data(), m, n, p, question, X, squares.data(), singularValues)
           : solveWide(workA.data(), m, n, workB.data(), p, question, X, squares.data(), singularValues);
  scaleByPower(rowMajor(X, n, p), exponentB - exponentA);
  for (index_t j = 0; j < p; ++j) residuals[j] = T(std::ldexp(squares[j], 2 * exponentB));
  if (singularValues) scaleByPower(rowMajor(singularValues, 1, std::min(m, n)), exponentA);
  return outcome;
}

template LstsqOutcome lstsq(View<const float>, View<const float>, double, LstsqMethod, float*, float*, float*);
template LstsqOutcome lstsq(View<const double>, View<const double>, double, LstsqMethod, double*, double*, double*);

}  // namespace lowrank
