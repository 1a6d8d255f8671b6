// The SIMD kernels of alternating least squares: part of the table in kernels.hpp.
#pragma once
#include "../alsRows.hpp"

// Rows [begin, end); a row's result depends on that row alone.
//
// alsExact        the minimizers by Cholesky; `hard` where a pivot is at most `smallest` times its diagonal entry: that
//                 row's result means nothing then.
// alsConjugate    `steps` of conjugate gradients, preconditioned by the diagonal, from the given solutions.
// alsNonnegative  the minimizers among x ≥ 0, from the given solutions.
// alsErrors       objectives[i]: the squared errors of row i with the given solutions.
// alsQuartic      the squared errors of explicit ratings along a direction, as polynomials.
#define LOWRANK_SIMD_ALS_KERNELS(ENTRY)                                                       \
  ENTRY(alsExact, (const AlsRows<T>& rows, T smallest, index_t begin, index_t end))           \
  ENTRY(alsConjugate, (const AlsRows<T>& rows, int steps, index_t begin, index_t end))        \
  ENTRY(alsNonnegative, (const AlsRows<T>& rows, index_t begin, index_t end))                 \
  ENTRY(alsErrors, (const AlsRows<T>& rows, index_t begin, index_t end))                      \
  ENTRY(alsQuartic, (const AlsRows<T>& rows, const AlsDirection<T>& direction, index_t begin, index_t end))
