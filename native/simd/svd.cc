// Thin SVD and singular values by one-sided Jacobi.
//
// A (or Aᵀ, whichever is not wide) is QR-factored, and Jacobi turns the columns of Rᵀ: Rᵀ J = Y Σ, so that A = (Q J) Σ
// Yᵀ. On Rᵀ it needs fewer sweeps than on A (32×32: 10 for 12), and a tall A costs no more than its R. J is orthogonal
// by construction; the columns of Y that belong to zero singular values are completed to a basis.
#include "declare.hpp"
#include "finite.hpp"
#include "householder.hpp"
#include "jacobi.hpp"
#include "scaling.hpp"
#include "vectors.hpp"

namespace lowrank::simd::LOWRANK_ISA {

namespace {

template <class T>
class Decomposition {
  const bool wide_;
  const index_t n_;  // the number of singular values
  Householder<T> reduction_, completion_;
  OneSidedJacobi<T> jacobi_;

 public:
  Vec<T>* const sigma;    // the singular values
  Vec<T>* const longer;   // the vectors on the side of max(m, n), column-major; null for values alone
  Vec<T>* const shorter;  // those on the other side

  static std::size_t bytes(index_t m, index_t n) {
    const index_t large = m < n ? n : m, small = m < n ? m : n;
    return Householder<T>::bytes(large, small) + Householder<T>::bytes(small, small) + OneSidedJacobi<T>::bytes(small) +
           static_cast<std::size_t>(small + large * small) * sizeof(Vec<T>);
  }
  Decomposition(Workspace& workspace, index_t m, index_t n, bool vectors)
      : wide_(m < n),
        n_(wide_ ? m : n),
        reduction_(workspace, wide_ ? n : m, n_),
        completion_(workspace, n_, n_),
        jacobi_(workspace, n_, vectors),
        sigma(workspace.take<Vec<T>>(n_)),
        longer(vectors ? workspace.take<Vec<T>>(reduction_.m * n_) : nullptr),
        shorter(jacobi_.X) {}

  // Returns info.
  Int<T> run(const Batch<const T>& A, Group group) {
    const Interleaved<T> a = reduction_.matrix();
    gather<T>(A, group, wide_ ? a.transposed() : a);
    const Int<T> refused = findNonFinite<T>(a, reduction_.m, n_);
    clear<T>(a, reduction_.m, n_, refused);
    const auto scale = PowerOfTwo<T>::normalizing(largestMagnitude<T>(a, reduction_.m, n_));
    multiply<T>(a, reduction_.m, n_, scale.value);
    reduction_.run();
    for (index_t j = 0; j < n_; ++j) {
      for (index_t i = 0; i < n_; ++i)
        jacobi_.X[j * n_ + i] = i < j ? Vec<T>{} : reduction_.at(j, i) * OneSidedJacobi<T>::size;
    }
    const Int<T> failed = jacobi_.run();
    const Int<T> missing = normalize();
    if (longer) {
      if (any<T>(missing)) complete();
      for (index_t j = 0; j < n_; ++j) {
        for (index_t i = 0; i < reduction_.m; ++i)
          longer[j * reduction_.m + i] = i < n_ ? jacobi_.J[j * n_ + i] : Vec<T>{};
      }
      reduction_.apply(longer, n_);
    }
    sort();
    multiply<T>({sigma, 1, n_}, n_, 1, scale.inverse / OneSidedJacobi<T>::size);
    const Int<T> judged = failed ? Int<T>{} + static_cast<Integer<T>>(1) : Int<T>{};
    return refused ? Int<T>{} + nonFinite : judged;
  }

  Interleaved<T> left() const {
    return wide_ ? Interleaved<T>{shorter, 1, n_} : Interleaved<T>{longer, 1, reduction_.m};
  }
  Interleaved<T> right() const {
    return wide_ ? Interleaved<T>{longer, 1, reduction_.m} : Interleaved<T>{shorter, 1, n_};
  }

 private:
  // Splits X's columns into their norms and directions. Returns the lanes with a column too short to have one: those
  // become 0.
  Int<T> normalize() const {
    Int<T> missing{};
    for (index_t j = 0; j < n_; ++j) {
      const Interleaved<T> column{jacobi_.X + j * n_, 1, n_};
      // A power of two of its own: the squares of a short column would lose bits.
      const auto scale = PowerOfTwo<T>::normalizing(largestMagnitude<T>(column, n_, 1));
      multiply<T>(column, n_, 1, scale.value);
      Vec<T> squares{};
      for (index_t i = 0; i < n_; ++i) squares += column(i, 0) * column(i, 0);
      const Vec<T> norm = squareRoot<T>(squares);
      sigma[j] = norm * scale.inverse;
      // Twice what Jacobi neglects: whatever lies above has been made orthogonal.
      const Int<T> negligible = sigma[j] < 2 * OneSidedJacobi<T>::shortest;
      missing |= negligible;
      if (!longer) continue;
      const Vec<T> unit = 1 / norm;
      for (index_t i = 0; i < n_; ++i) column(i, 0) = select<T>(negligible, Vec<T>{}, column(i, 0) * unit);
    }
    return missing;
  }

  // Zero columns, which come last, become those that a QR of the others adds to them.
  void complete() {
    const index_t size = n_ * n_;
    for (index_t e = 0; e < size; ++e) completion_.entries[e] = jacobi_.X[e];
    completion_.run();
    completion_.formQ(longer, n_);
    for (index_t j = 0; j < n_; ++j) {
      const Int<T> negligible = sigma[j] < 2 * OneSidedJacobi<T>::shortest;
      for (index_t e = j * n_; e < (j + 1) * n_; ++e) jacobi_.X[e] = select<T>(negligible, longer[e], jacobi_.X[e]);
    }
  }

  // Jacobi leaves at most neighbours out of order, by rounding.
  void sort() const {
    sortColumns<T>(
        sigma, n_, [](Vec<T> first, Vec<T> second) { return first < second; },
        [&](index_t j, Int<T> wrong) {
          if (!longer) return;
          exchange<T>(shorter + j * n_, shorter + (j + 1) * n_, n_, wrong);
          exchange<T>(longer + j * reduction_.m, longer + (j + 1) * reduction_.m, reduction_.m, wrong);
        });
  }
};

}  // namespace

template <class T>
void svd(const Batch<const T>& A, T* U, T* singularValues, T* Vt, std::int32_t* info, index_t begin, index_t end) {
  const index_t m = A.first.rows, n = A.first.columns, k = m < n ? m : n;
  Workspace workspace(Decomposition<T>::bytes(m, n));
  Decomposition<T> decomposition(workspace, m, n, true);
  forGroups<T>(begin, end, [&](Group group) {
    announce<T>(m, k, group, U);
    announce<T>(k, n, group, Vt);
    const Int<T> judged = decomposition.run(A, group);
    const Interleaved<T> left = decomposition.left(), right = decomposition.right();
    for (index_t j = 0; j < k; ++j) {
      const Vec<T> sign = signOfLargest<T>(&left(0, j), m);
      multiply<T>({&left(0, j), 1, m}, m, 1, sign);
      multiply<T>({&right(0, j), 1, n}, n, 1, sign);
    }
    scatter<T>(left, m, k, group, U);
    scatter<T>({decomposition.sigma, 0, 1}, 1, k, group, singularValues);
    scatter<T>(right.transposed(), k, n, group, Vt);
    scatterNumbers<T>(judged, group, info);
  });
}

template <class T>
void singularValues(const Batch<const T>& A, T* values, std::int32_t* info, index_t begin, index_t end) {
  const index_t m = A.first.rows, n = A.first.columns, k = m < n ? m : n;
  Workspace workspace(Decomposition<T>::bytes(m, n));
  Decomposition<T> decomposition(workspace, m, n, false);
  forGroups<T>(begin, end, [&](Group group) {
    const Int<T> judged = decomposition.run(A, group);
    scatter<T>({decomposition.sigma, 0, 1}, 1, k, group, values);
    scatterNumbers<T>(judged, group, info);
  });
}

LOWRANK_SIMD_INSTANTIATE(svd)
LOWRANK_SIMD_INSTANTIATE(singularValues)

}  // namespace lowrank::simd::LOWRANK_ISA
