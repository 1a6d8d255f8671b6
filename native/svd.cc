#include "svd.hpp"

#include <algorithm>

#include "buffer.hpp"
#include "lapack.hpp"
#include "pack.hpp"
#include "qrHouseholder.hpp"
#include "signs.hpp"
#include "svdBidiagonal.hpp"
#include "svdTall.hpp"

namespace lowrank {
namespace {

// From this many singular values on, our own reduction beats gesdd (measured: about equal at 16 and 24, 12 % at 32).
constexpr index_t ownFrom = 24;

// One orientation of the problem, the taller one: A is A itself, column-major, or Aᵀ where A is wide; U and Vt are its
// own factors, views on the caller's matrices in either layout.
template <class T>
struct Problem {
  SvdMode mode;
  index_t m, n;  // m ≥ n
  T* A;
  View<T> U, Vt;
  T* singularValues;
};

// LAPACK's drivers write column-major: this is the place, the caller's own where the layout fits.
template <class T>
class Target {
  View<T> target_;
  Buffer<T> turned_;

 public:
  explicit Target(View<T> target) : target_(target), turned_(direct() ? 0 : target.rows * target.columns) {}
  bool direct() const { return target_.data == nullptr || target_.rowStride == 1; }
  T* data() const { return direct() ? target_.data : turned_.data(); }
  void deliver() const {
    if (!direct()) copy(columnMajor(turned_.data(), target_.rows, target_.columns), target_);
  }
};

enum class Driver { divideAndConquer, qrIteration };

template <class T>
int callLapack(Driver driver, const Problem<T>& p) {
  const char job = p.mode == SvdMode::values ? 'N' : p.mode == SvdMode::thin ? 'S' : 'A';
  const Target<T> U(p.U), Vt(p.Vt);
  Buffer<int> integers(8 * p.n);
  int info = 0;
  const auto call = [&](T* work, index_t size) {
    if (driver == Driver::divideAndConquer)
      lapack::gesdd<T>(job, p.m, p.n, p.A, p.m, p.singularValues, U.data(), p.m, Vt.data(), p.n, work, size,
                       integers.data(), &info);
    else
      lapack::gesvd<T>(job, job, p.m, p.n, p.A, p.m, p.singularValues, U.data(), p.m, Vt.data(), p.n, work, size,
                       &info);
  };
  T size = 0;
  call(&size, -1);
  Buffer<T> work(lapack::workspaceSize(size));
  call(work.data(), work.size());
  if (info == 0 && p.mode != SvdMode::values) {
    U.deliver();
    Vt.deliver();
  }
  return info;
}

template <class T>
int decompose(const Problem<T>& p, T largest) {
  if (p.n < ownFrom) return callLapack(Driver::divideAndConquer, p);
  return svdBidiagonal(p.A, p.m, p.n, largest, p.U, p.singularValues, p.Vt);
}

// The sign convention. Extra vectors of mode full have a sign of their own.
template <class T>
void fixSigns(index_t m, index_t n, index_t columnsOfU, index_t rowsOfVt, T* U, T* Vt) {
  const index_t k = std::min(m, n);
  Buffer<T> signs(std::max(columnsOfU, rowsOfVt));
  signsOfColumns(U, m, columnsOfU, signs.data());
  scaleColumns(U, m, columnsOfU, signs.data());
  signsOfRows(Vt + k * n, rowsOfVt - k, n, signs.data() + k);
  scaleRows(Vt, rowsOfVt, n, signs.data());
}

// Whether the detour through a QR factorization is the faster way for m×n, m ≥ n (measured; it is dear where n is
// small, because of its many steps, and our own reduction takes longer to fall behind than gesdd's).
bool isTall(index_t m, index_t n) { return n > 0 && (m >= 3 * n ? m >= 100 : m >= 2 * n && n >= 200); }

template <class T>
Outcome throughQR(View<const T> A, T* U, T* singularValues, T* Vt) {
  if (A.rows > A.columns || !U) return svdTall(A.rows > A.columns ? A : A.transposed(), U, singularValues, Vt);
  const index_t k = A.rows, n = A.columns;
  Buffer<T> right(n * k), left(k * k);
  const Outcome outcome = svdTall(A.transposed(), right.data(), singularValues, left.data(), PositiveVectors::right);
  if (!outcome) return outcome;
  copy(rowMajor(right.data(), n, k), rowMajor(Vt, k, n).transposed());
  copy(rowMajor(left.data(), k, k), rowMajor(U, k, k).transposed());
  return outcome;
}

}  // namespace

template <class T>
Outcome svd(View<const T> A, SvdMode mode, T* U, T* singularValues, T* Vt) {
  const index_t m = A.rows, n = A.columns, k = std::min(m, n);
  const bool tall = m > n;
  if (mode == SvdMode::values) U = Vt = nullptr;
  if (mode != SvdMode::full && isTall(std::max(m, n), k)) return throughQR(A, U, singularValues, Vt);
  const index_t columnsOfU = mode == SvdMode::full ? m : k, rowsOfVt = mode == SvdMode::full ? n : k;
  // A wide or square row-major A is a column-major, tall Aᵀ = V S Uᵀ, whose factors come out just as our caller wants
  // them.
  const View<const T> tallA = tall ? A : A.transposed();
  const View<T> left = rowMajor(U, m, columnsOfU), right = rowMajor(Vt, rowsOfVt, n);
  Buffer<T> copyOfA(m * n);
  const View<T> packed = columnMajor(copyOfA.data(), tallA.rows, tallA.columns);
  const Problem<T> problem{mode,
                           tallA.rows,
                           tallA.columns,
                           copyOfA.data(),
                           tall ? left : right.transposed(),
                           tall ? right : left.transposed(),
                           singularValues};

  Outcome outcome;
  const Scan<T> scanned = pack(tallA, packed);
  outcome.finite = scanned.finite;
  if (!outcome.finite) return outcome;
  if (k == 0) {
    if (mode == SvdMode::full) {
      setIdentity(U, m, m);
      setIdentity(Vt, n, n);
    }
    return outcome;
  }
  outcome.info = decompose(problem, scanned.largest);
  if (outcome.info > 0) {  // rare; A has been overwritten
    pack(tallA, packed);
    outcome.info = callLapack(Driver::qrIteration, problem);
  }
  if (outcome.info == 0 && U) fixSigns(m, n, columnsOfU, rowsOfVt, U, Vt);
  return outcome;
}

template Outcome svd(View<const float>, SvdMode, float*, float*, float*);
template Outcome svd(View<const double>, SvdMode, double*, double*, double*);

}  // namespace lowrank
