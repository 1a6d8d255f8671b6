// Scratch memory for one call of a kernel, aligned for vectors.
#pragma once
#include <new>
#include "vector.hpp"

namespace lowrank::simd::LOWRANK_ISA {

class Workspace {
  static constexpr std::align_val_t alignment{64};
  char* const memory_;
  std::size_t taken_ = 0;

 public:
  // Throws std::bad_alloc.
  explicit Workspace(std::size_t bytes)
      : memory_(bytes == 0 ? nullptr : static_cast<char*>(::operator new(bytes, alignment))) {}
  ~Workspace() { ::operator delete(memory_, alignment); }
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;

  // Hands out room for the next `count` values of V, a vector or a struct of vectors.
  template <class V>
  V* take(std::int64_t count) {
    char* const taken = memory_ + taken_;
    taken_ += static_cast<std::size_t>(count) * sizeof(V);
    return reinterpret_cast<V*>(taken);
  }
};

}  // namespace lowrank::simd::LOWRANK_ISA
