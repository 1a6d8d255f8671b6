// What given factors leave of the ratings, entry by entry.
#include "alsEntries.hpp"
#include "declare.hpp"
#include "workspace.hpp"

namespace lowrank::simd::LOWRANK_ISA {

template <class T>
void alsErrors(const AlsRows<T>& rows, index_t begin, index_t end) {
  Workspace workspace(static_cast<std::size_t>(paddedWidth<T>(rows.width)) * sizeof(T));
  T* const x = workspace.take<T>(paddedWidth<T>(rows.width));
  for (index_t i = begin; i < end; ++i) {
    copyPadded(rows.solutions + i * rows.solutionStride, rows.width, x);
    rows.objectives[i] = errorsOfRow(rows, i, x);
  }
}

template <class T>
void alsQuartic(const AlsRows<T>& rows, const AlsDirection<T>& direction, index_t begin, index_t end) {
  const index_t width = rows.width, padded = paddedWidth<T>(width);
  Workspace workspace(static_cast<std::size_t>(2 * padded) * sizeof(T));
  T *const x = workspace.take<T>(padded), *const dx = workspace.take<T>(padded);
  for (index_t i = begin; i < end; ++i) {
    copyPadded(rows.solutions + i * rows.solutionStride, width, x);
    copyPadded(direction.solutions + i * rows.solutionStride, width, dx);
    double sums[5];
    sumEntries<T>(rows, i, sums, [&](const EntryGroup<T>& group, Vec<T>* parts) {
      EntryGroup<T> moving = group;
      Vec<T> offsets{};
      for (int lane = 0; lane < lanes<T>; ++lane) {
        moving.features[lane] = direction.features + (group.features[lane] - rows.features);
        if (rows.offsets) offsets[lane] = moving.features[lane][width];
      }
      const Vec<T> errors = group.targets(rows) - group.times(x, width) * group.real;
      const Vec<T> first = (group.times(dx, width) + moving.times(x, width) + offsets) * group.real;
      const Vec<T> second = moving.times(dx, width) * group.real;
      parts[0] += errors * errors;
      parts[1] -= 2 * errors * first;
      parts[2] += first * first - 2 * errors * second;
      parts[3] += 2 * first * second;
      parts[4] += second * second;
    });
    for (int c = 0; c < 5; ++c) direction.coefficients[5 * i + c] = sums[c];
  }
}

LOWRANK_SIMD_INSTANTIATE(alsErrors)
LOWRANK_SIMD_INSTANTIATE(alsQuartic)

}  // namespace lowrank::simd::LOWRANK_ISA
