// The kernels of one instruction set, gathered for dispatch.cc.
#include "declare.hpp"

namespace lowrank::simd::LOWRANK_ISA {

extern const Kernels<double> doubles;
extern const Kernels<float> floats;

#define LOWRANK_SIMD_ADDRESS(name, parameters) &name,
const Kernels<double> doubles{LOWRANK_SIMD_KERNELS(LOWRANK_SIMD_ADDRESS)};
const Kernels<float> floats{LOWRANK_SIMD_KERNELS(LOWRANK_SIMD_ADDRESS)};
#undef LOWRANK_SIMD_ADDRESS

}  // namespace lowrank::simd::LOWRANK_ISA
