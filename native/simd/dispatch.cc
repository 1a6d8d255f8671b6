#include "dispatch.hpp"

#include <cstdlib>
#include <cstring>

namespace lowrank::simd {

#define LOWRANK_SIMD_TABLES(isa)        \
  namespace isa {                       \
  extern const Kernels<double> doubles; \
  extern const Kernels<float> floats;   \
  }

#if defined(__x86_64__)
LOWRANK_SIMD_TABLES(avx512)
LOWRANK_SIMD_TABLES(avx2)
LOWRANK_SIMD_TABLES(baseline)
#elif defined(__aarch64__)
LOWRANK_SIMD_TABLES(neon)
#else
LOWRANK_SIMD_TABLES(baseline)
#endif

namespace {

struct InstructionSet {
  const char* name;
  bool present;
  const Kernels<double>* doubles;
  const Kernels<float>* floats;
};

InstructionSet choose() {
  // Best first; the last one is always there.
  const InstructionSet all[] = {
#if defined(__x86_64__)
      {"avx512",
       __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("fma"),
       &avx512::doubles, &avx512::floats},
      {"avx2", __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"), &avx2::doubles, &avx2::floats},
      {"baseline", true, &baseline::doubles, &baseline::floats},
#elif defined(__aarch64__)
      {"neon", true, &neon::doubles, &neon::floats},
#else
      {"baseline", true, &baseline::doubles, &baseline::floats},
#endif
  };
  const char* const wanted = std::getenv("LOWRANK_SIMD");
  for (const InstructionSet& candidate : all) {
    if (wanted && candidate.present && std::strcmp(wanted, candidate.name) == 0) return candidate;
  }
  const InstructionSet* best = all;
  while (!best->present) ++best;
  return *best;
}

const InstructionSet& chosen() {
  static const InstructionSet once = choose();
  return once;
}

}  // namespace

const char* instructionSet() { return chosen().name; }

template <>
const Kernels<double>& kernels<double>() {
  return *chosen().doubles;
}
template <>
const Kernels<float>& kernels<float>() {
  return *chosen().floats;
}

}  // namespace lowrank::simd
