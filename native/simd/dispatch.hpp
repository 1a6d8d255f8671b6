// Which instruction set the SIMD kernels run on: the best that the processor has, found once.
#pragma once
#include "kernels.hpp"

namespace lowrank::simd {

// 'avx512', 'avx2', 'baseline' (SSE2) or 'neon'. For tests, the environment variable LOWRANK_SIMD names another one of
// those that the processor has; a name that it has not, or that is unknown, is ignored.
const char* instructionSet();

// The kernels for that instruction set; T is double or float.
template <class T>
const Kernels<T>& kernels();

}  // namespace lowrank::simd
