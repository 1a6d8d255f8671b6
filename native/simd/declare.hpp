// The kernels of the instruction set that this file is compiled for, declared.
#pragma once
#include "kernels.hpp"
#include "vector.hpp"

namespace lowrank::simd::LOWRANK_ISA {

#define LOWRANK_SIMD_DECLARE(name, parameters) \
  template <class T>                           \
  void name parameters;
LOWRANK_SIMD_KERNELS(LOWRANK_SIMD_DECLARE)
#undef LOWRANK_SIMD_DECLARE

// Closes the source of a kernel.
#define LOWRANK_SIMD_INSTANTIATE(name)      \
  template decltype(name<double>) name<double>; \
  template decltype(name<float>) name<float>;

}  // namespace lowrank::simd::LOWRANK_ISA
