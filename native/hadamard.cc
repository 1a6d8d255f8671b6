#include "hadamard.hpp"

#include <algorithm>
#include <type_traits>

#include "buffer.hpp"
#include "gemm.hpp"
#include "normalSolve.hpp"
#include "pool.hpp"

namespace lowrank {

namespace {

constexpr index_t pieceSystems = 64;  // systems whose normal matrices are formed and solved together
constexpr index_t chunkLength = 512;  // of the summed extent: a block of both stays in the cache

constexpr index_t pairs(index_t r) { return r * (r + 1) / 2; }

// All products of two numbers of a row, lower triangle row by row: X (count×r), P (count×r(r+1)/2). `twice` doubles
// those of different ones.
template <class S>
void pairProducts(const S* X, index_t count, index_t r, bool twice, S* P) {
  const S weight = twice ? S(2) : S(1);
  for (index_t i = 0; i < count; ++i, X += r) {
    for (index_t a = 0; a < r; ++a) {
      for (index_t b = 0; b < a; ++b) *P++ = weight * X[a] * X[b];
      *P++ = X[a] * X[a];
    }
  }
}

// One block of a sweep: the rows of one factor, each a system by itself, everything else fixed. `summed` are the
// factors along the extent that is summed over, `moving` those along the systems, whose target is overwritten.
template <class S>
struct Block {
  const std::vector<index_t>& ranks;
  std::size_t target;
  index_t length, systems;
  std::vector<S*> summed, moving;

  index_t rank() const { return ranks[target]; }
  // The product of the other ranks, at most 2²⁰: from there on nothing asks how large it is.
  index_t otherRanks() const {
    index_t product = 1;
    for (std::size_t t = 0; t < ranks.size(); ++t) {
      if (t != target) product = std::min<index_t>(product * std::min<index_t>(ranks[t], 1 << 20), 1 << 20);
    }
    return product;
  }
};

// The rows [begin, begin + count) of the face-splitting product of all factors but the target.
template <class S>
void otherRows(const Block<S>& block, const std::vector<S*>& factors, index_t begin, index_t count, S* H) {
  const index_t R = block.otherRanks();
  for (index_t i = begin; i < begin + count; ++i, H += R) {
    index_t filled = 1;
    H[0] = 1;
    for (std::size_t t = 0; t < block.ranks.size(); ++t) {
      if (t == block.target) continue;
      const index_t r = block.ranks[t];
      const S* row = factors[t] + i * r;
      // From the back, so that what is multiplied has not been overwritten.
      for (index_t k = filled - 1; k >= 0; --k) {
        const S value = H[k];
        for (index_t a = r - 1; a >= 0; --a) H[k * r + a] = value * row[a];
      }
      filled *= r;
    }
  }
}

// How normal matrices are formed where nothing is missing: N_j = Σᵢ wᵢⱼ²·cᵢcᵢᵀ from blocks of W, or, because wᵢⱼ =
// hᵢ·gⱼ, by one tensor T = Σᵢ (hᵢ ⊗ hᵢ)(cᵢ ⊗ cᵢ)ᵀ for all j, N_j = (gⱼ ⊗ gⱼ)T. The cheaper one; W costs nothing where
// it is needed anyway.
template <class S>
bool contractionPays(const Block<S>& block, bool blocksAnyway) {
  const double n = static_cast<double>(block.systems), m = static_cast<double>(block.length);
  const double p = static_cast<double>(pairs(block.rank())), R = static_cast<double>(block.otherRanks());
  double others = 0;
  for (std::size_t t = 0; t < block.ranks.size(); ++t)
    others += t == block.target ? 0 : static_cast<double>(block.ranks[t]);
  const double contraction = (m + n) * R * (R + 1) / 2 * (p + 1);
  return R < 4096 && contraction < m * n * (p + (blocksAnyway ? 0 : others));
}

// T, summed over fixed segments in a fixed order.
template <class S>
Buffer<S> contract(const Block<S>& block) {
  const index_t r = block.rank(), R = block.otherRanks(), p = pairs(r), q = pairs(R);
  const index_t chunk = std::clamp<index_t>((index_t{1} << 17) / (p + q), 16, chunkLength);
  const index_t segments = std::clamp<index_t>(block.length / (4 * chunk), 1, 16);
  Buffer<S> partial(segments * q * p);
  parallelFor(segments, 1, [&](index_t first, index_t last) {
    Buffer<S> H(chunk * R), Q(chunk * q), P(chunk * p);
    for (index_t s = first; s < last; ++s) {
      const View<S> sum = rowMajor(partial.data() + s * q * p, q, p);
      const index_t from = block.length * s / segments, to = block.length * (s + 1) / segments;
      for (index_t i = from; i < to || i == from; i += chunk) {
        const index_t count = std::min(chunk, to - i);
        otherRows(block, block.summed, i, count, H.data());
        pairProducts(H.data(), count, R, false, Q.data());
        pairProducts<S>(block.summed[block.target] + i * r, count, r, false, P.data());
        multiply<S>(1, rowMajor<const S>(Q.data(), count, q).transposed(), rowMajor<const S>(P.data(), count, p),
                    i == from ? 0 : 1, sum);
      }
    }
  });
  for (index_t s = 1; s < segments; ++s) {
    for (index_t k = 0; k < q * p; ++k) partial[k] += partial[s * q * p + k];
  }
  return partial;
}

// What the pieces of a block work with.
template <class S>
struct Workspace {
  Buffer<S> W, V, Y, normals, gradient, H, G;
};

// W = ∏ summed·movingᵀ over the factors but the target, for `count` of the length from i and `systems` from j. V is
// room of the same size.
template <class S>
void formProduct(const Block<S>& block, index_t i, index_t count, index_t j, index_t systems, const View<S>& W, S* V) {
  const index_t size = count * systems;
  bool first = true;
  for (std::size_t t = 0; t < block.ranks.size(); ++t) {
    if (t == block.target) continue;
    const index_t r = block.ranks[t];
    const View<const S> left = rowMajor<const S>(block.summed[t] + i * r, count, r),
                        right = rowMajor<const S>(block.moving[t] + j * r, systems, r);
    View<S> product = W;
    if (!first) product.data = V;
    multiply<S>(1, left, right.transposed(), 0, product);
    if (!first) {
      for (index_t k = 0; k < size; ++k) W.data[k] *= V[k];
    }
    first = false;
  }
  if (first) std::fill(W.data, W.data + size, S(1));
}

// For each entry of a chunk of A, of W without the target's factor and of that factor Y, in one order: V = W∘(A − W∘Y),
// W ← W∘W, zeros where A is NaN. Returns Σ (A − W∘Y)².
template <bool masked, class T>
double weigh(const View<const T>& A, T* W, const T* Y, T* V) {
  const bool rowWise = A.columnStride == 1;
  const index_t lines = rowWise ? A.rows : A.columns, across = rowWise ? A.columns : A.rows;
  const index_t stride = rowWise ? A.rowStride : A.columnStride;
  double sum = 0;
  for (index_t l = 0; l < lines; ++l, W += across, Y += across, V += across) {
    const T* a = A.data + l * stride;
    T squares[8] = {};
    index_t k = 0;
    const auto entry = [&](index_t k, T& square) {
      const bool known = !masked || a[k] == a[k];
      const T w = known ? W[k] : T(0), left = known ? a[k] - w * Y[k] : T(0);
      V[k] = w * left;
      W[k] = w * w;
      square += left * left;
    };
    for (; k + 8 <= across; k += 8) {
      for (index_t c = 0; c < 8; ++c) entry(k + c, squares[c]);
    }
    for (; k < across; ++k) entry(k, squares[k & 7]);
    for (const T square : squares) sum += static_cast<double>(square);
  }
  return sum;
}

template <class T>
View<const T> part(const View<const T>& A, index_t i, index_t count, index_t j, index_t systems) {
  return {A.data + i * A.rowStride + j * A.columnStride, count, systems, A.rowStride, A.columnStride};
}

template <class S>
View<S> laidOutLike(const View<const S>* A, S* data, index_t rows, index_t columns) {
  return A != nullptr && A->columnStride != 1 ? columnMajor(data, rows, columns) : rowMajor(data, rows, columns);
}

// W∘W and V = W∘(A − W∘Y) of a block, laid out like A. Returns its squared error.
template <class S>
double weighBlock(const Block<S>& block, const View<const S>& A, bool masked, index_t i, index_t count, index_t j,
                  index_t systems, Workspace<S>& work) {
  const index_t r = block.rank();
  const View<S> W = laidOutLike(&A, work.W.data(), count, systems);
  View<S> Y = W;
  Y.data = work.Y.data();
  formProduct(block, i, count, j, systems, W, work.V.data());
  multiply<S>(1, rowMajor<const S>(block.summed[block.target] + i * r, count, r),
              rowMajor<const S>(block.moving[block.target] + j * r, systems, r).transposed(), 0, Y);
  const View<const S> entries = part(A, i, count, j, systems);
  return masked ? weigh<true>(entries, W.data, Y.data, work.V.data())
                : weigh<false>(entries, W.data, Y.data, work.V.data());
}

// Adds up, over blocks of W, the normal matrices of a piece (packed, where asked for) and, where A is given, the
// gradients Wᵀ(a − Wx).
template <class S>
void sumBlocks(const Block<S>& block, const View<const S>* A, bool masked, const S* P, index_t j, index_t systems,
               Workspace<S>& work, S* packed) {
  const index_t r = block.rank(), p = pairs(r);
  for (index_t i = 0; i < block.length; i += chunkLength) {
    const index_t count = std::min(chunkLength, block.length - i);
    const S beta = i == 0 ? S(0) : S(1);
    const View<S> W = laidOutLike(A, work.W.data(), count, systems);
    if (A != nullptr) {
      weighBlock(block, *A, masked, i, count, j, systems, work);
      View<const S> V = W;
      V.data = work.V.data();
      const View<const S> fixed = rowMajor<const S>(block.summed[block.target] + i * r, count, r);
      multiply<S>(1, V.transposed(), fixed, beta, rowMajor(work.gradient.data(), systems, r));
    } else {
      formProduct(block, i, count, j, systems, W, work.V.data());
      for (index_t k = 0; k < count * systems; ++k) W.data[k] *= W.data[k];
    }
    if (packed != nullptr)
      multiply<S>(1, View<const S>(W).transposed(), rowMajor<const S>(P + i * p, count, p), beta,
                  rowMajor(packed, systems, p));
  }
}

// The gradients b − Nx of systems [j, j + systems), b from the entries of their rows in A. Returns the squared error
// before the step: Σ a² − 2bᵀx + xᵀNx.
template <class T>
double sumEntries(const Block<double>& block, const Csr<T>& A, const double* packed, index_t j, index_t systems,
                  double* gradient) {
  const index_t r = block.rank();
  double squares = 0;
  for (index_t s = j; s < j + systems; ++s, gradient += r) {
    std::fill(gradient, gradient + r, 0.0);
    for (index_t k = A.rowPointers[s]; k < A.rowPointers[s + 1]; ++k) {
      const index_t i = A.columnIndices[k];
      double w = static_cast<double>(A.values[k]);
      squares += w * w;
      for (std::size_t t = 0; t < block.ranks.size(); ++t) {
        if (t == block.target) continue;
        const index_t q = block.ranks[t];
        const double *x = block.summed[t] + i * q, *y = block.moving[t] + s * q;
        double dot = 0;
        for (index_t a = 0; a < q; ++a) dot += x[a] * y[a];
        w *= dot;
      }
      const double* c = block.summed[block.target] + i * r;
      for (index_t a = 0; a < r; ++a) gradient[a] += w * c[a];
    }
    const double* x = block.moving[block.target] + s * r;
    for (index_t a = 0; a < r; ++a) squares -= 2 * gradient[a] * x[a];
    for (index_t a = 0; a < r; ++a) {
      for (index_t b = 0; b <= a; ++b) {
        const double n = *packed++;
        squares += (a == b ? 1 : 2) * n * x[a] * x[b];
        gradient[a] -= n * x[b];
        if (a != b) gradient[b] -= n * x[a];
      }
    }
  }
  return squares;
}

// Solves a block. dense: A (length×systems), or null and the rows of `sparse` are the systems'. Returns the squared
// error of a sparse A after it.
template <class S, class T>
double solveBlock(const Block<S>& block, const View<const S>* dense, bool masked, const Csr<T>* sparse) {
  const index_t r = block.rank(), p = pairs(r), R = block.otherRanks(), q = pairs(R);
  const bool contracted = !masked && contractionPays(block, dense != nullptr);
  const Buffer<S> tensor = contracted ? contract(block) : Buffer<S>();
  const Buffer<S> P(contracted ? 0 : block.length * p);
  if (!contracted) {
    parallelFor(block.length, 256, [&](index_t from, index_t to) {
      pairProducts<S>(block.summed[block.target] + from * r, to - from, r, false, P.data() + from * p);
    });
  }
  const index_t pieces = (block.systems + pieceSystems - 1) / pieceSystems;
  std::vector<double> errors(static_cast<std::size_t>(pieces));
  parallelFor(pieces, 1, [&](index_t first, index_t last) {
    Workspace<S> work;
    const index_t area = std::min(chunkLength, block.length) * pieceSystems;
    if (dense != nullptr || !contracted) {
      work.W = Buffer<S>(area);
      work.V = Buffer<S>(area);
    }
    if (dense != nullptr) work.Y = Buffer<S>(area);
    work.normals = Buffer<S>(pieceSystems * p);
    work.gradient = Buffer<S>(pieceSystems * r);
    if (contracted) {
      work.H = Buffer<S>(pieceSystems * R);
      work.G = Buffer<S>(pieceSystems * q);
    }
    NormalSolver<S> solver(pieceSystems, r);
    for (index_t piece = first; piece < last; ++piece) {
      const index_t j = piece * pieceSystems, systems = std::min(pieceSystems, block.systems - j);
      if (contracted) {
        otherRows(block, block.moving, j, systems, work.H.data());
        pairProducts(work.H.data(), systems, R, true, work.G.data());
        multiply<S>(1, rowMajor<const S>(work.G.data(), systems, q), rowMajor<const S>(tensor.data(), q, p), 0,
                    rowMajor(work.normals.data(), systems, p));
      }
      double error = 0;
      if (dense != nullptr || !contracted)
        sumBlocks(block, dense, masked, P.data(), j, systems, work, contracted ? nullptr : work.normals.data());
      if constexpr (std::is_same_v<S, double>) {
        if (sparse != nullptr)
          error = sumEntries(block, *sparse, work.normals.data(), j, systems, work.gradient.data());
      }
      error -= solver.run(work.normals.data(), work.gradient.data(), systems, block.moving[block.target] + j * r);
      errors[static_cast<std::size_t>(piece)] = error;
    }
  });
  double sum = 0;
  for (const double error : errors) sum += error;
  return sum;
}

// Σ (a − x)² over what is known of a dense A. What the steps promised is no measure of it: rounding may have spoilt
// them.
template <class T>
double residual(const Block<T>& block, const View<const T>& A, bool masked) {
  const index_t pieces = (block.systems + pieceSystems - 1) / pieceSystems;
  std::vector<double> errors(static_cast<std::size_t>(pieces));
  parallelFor(pieces, 1, [&](index_t first, index_t last) {
    const index_t area = std::min(chunkLength, block.length) * pieceSystems;
    Workspace<T> work;
    work.W = Buffer<T>(area);
    work.V = Buffer<T>(area);
    work.Y = Buffer<T>(area);
    for (index_t piece = first; piece < last; ++piece) {
      const index_t j = piece * pieceSystems, systems = std::min(pieceSystems, block.systems - j);
      double sum = 0;
      for (index_t i = 0; i < block.length; i += chunkLength)
        sum += weighBlock(block, A, masked, i, std::min(chunkLength, block.length - i), j, systems, work);
      errors[static_cast<std::size_t>(piece)] = sum;
    }
  });
  double sum = 0;
  for (const double error : errors) sum += error;
  return sum;
}

// The factors of the rows and of the columns in a flat array.
template <class S>
void locate(S* flat, index_t rows, index_t columns, const std::vector<index_t>& ranks, std::vector<S*>& C,
            std::vector<S*>& D) {
  for (const index_t r : ranks) {
    C.push_back(flat);
    D.push_back(flat + rows * r);
    flat += (rows + columns) * r;
  }
}

template <class T>
double sweepDense(const HadamardOperand<T>& A, const std::vector<index_t>& ranks, T* factors) {
  std::vector<T*> C, D;
  locate(factors, A.rows, A.columns, ranks, C, D);
  const View<const T> turned = A.dense.transposed();
  for (std::size_t t = 0; t < ranks.size(); ++t) {
    solveBlock<T, T>({ranks, t, A.rows, A.columns, C, D}, &A.dense, A.masked, nullptr);
    solveBlock<T, T>({ranks, t, A.columns, A.rows, D, C}, &turned, A.masked, nullptr);
  }
  return residual<T>({ranks, 0, A.rows, A.columns, C, D}, A.dense, A.masked);
}

// In double: the squared error is a difference of numbers of the size of ‖A‖².
template <class T>
double sweepSparse(const HadamardOperand<T>& A, const std::vector<index_t>& ranks, T* factors) {
  const index_t length = hadamardLength(A.rows, A.columns, ranks);
  Buffer<double> wide(length);
  std::copy(factors, factors + length, wide.data());
  std::vector<double*> C, D;
  locate(wide.data(), A.rows, A.columns, ranks, C, D);
  double error = 0;
  for (std::size_t t = 0; t < ranks.size(); ++t) {
    solveBlock<double, T>({ranks, t, A.rows, A.columns, C, D}, nullptr, false, &A.byColumns);
    error = solveBlock<double, T>({ranks, t, A.columns, A.rows, D, C}, nullptr, false, &A.byRows);
  }
  for (index_t k = 0; k < length; ++k) factors[k] = static_cast<T>(wide[k]);
  return error;
}

}  // namespace

template <class T>
double hadamardSweep(const HadamardOperand<T>& A, const std::vector<index_t>& ranks, const T* factors, T* result) {
  std::copy(factors, factors + hadamardLength(A.rows, A.columns, ranks), result);
  return std::max(0.0, A.sparse ? sweepSparse(A, ranks, result) : sweepDense(A, ranks, result));
}

template double hadamardSweep(const HadamardOperand<float>&, const std::vector<index_t>&, const float*, float*);
template double hadamardSweep(const HadamardOperand<double>&, const std::vector<index_t>&, const double*, double*);

}  // namespace lowrank
