// The rows of one half-sweep of alternating least squares, as the SIMD kernels see them.
#pragma once
#include "csr.hpp"

namespace lowrank {

// Row i of A is fitted by the features of its entries' columns: explicit, it minimizes over x
//   Σⱼ (aᵢⱼ − mean − offsetⱼ − fⱼᵀx)² + λᵢ‖x‖², where λᵢ is λ, or λ·(number of entries) where `weighted`;
// implicit, with c = 1 + α|aᵢⱼ| and p = [aᵢⱼ > 0] where there is an entry, c = 1 and p = 0 elsewhere,
//   Σ over all columns of c·(p − fⱼᵀx)² + λᵢ‖x‖².
// Does not own its memory.
template <class T>
struct AlsRows {
  Csr<T> A;
  // Of column j at features + j·stride: `width` features; offsetⱼ, where there are offsets; zeros.
  const T* features = nullptr;
  index_t stride = 0, width = 0;
  bool offsets = false;
  T mean = 0, regularization = 0;
  bool weighted = false, implicit = false;
  T alpha = 0;
  const T* gram = nullptr;  // implicit: Σⱼ fⱼfⱼᵀ over all columns; its rows `gramStride` apart, zeros behind them
  index_t gramStride = 0;
  T* solutions = nullptr;   // row i at solutions + i·solutionStride; where an iteration improves it, its start
  index_t solutionStride = 0;
  double* objectives = nullptr;  // the minimum of each row
  bool* hard = nullptr;          // set where a row asks for a more careful method

  T regularizationOf(index_t i) const {
    return weighted ? regularization * static_cast<T>(A.rowPointers[i + 1] - A.rowPointers[i]) : regularization;
  }
};

// Where solutions and features move to: x + t·dx and f + t·df, offsets too. Laid out as in AlsRows.
template <class T>
struct AlsDirection {
  const T* features = nullptr;
  const T* solutions = nullptr;
  double* coefficients = nullptr;  // of row i: five from coefficients + 5i, of 1, t, t², t³, t⁴
};

}  // namespace lowrank
