// How freed results are kept for the next ones.
#pragma once
#include <cstdlib>

namespace lowrank {

// Results are JavaScript's memory: malloc'd, and freed by the garbage collector many at a time. By default glibc hands
// such blocks back to the kernel at once, and the next result pays for fresh pages, a fifth of a product of two 256×256
// matrices. glibc raises its own thresholds (to 32 MB for a block, 64 MB kept) when it sees a large block come and go,
// so show it one: nothing is touched, so nothing is allocated. Elsewhere this does nothing.
inline void keepFreedMemory() {
#ifdef __GLIBC__
  constexpr std::size_t largestThatCounts = (std::size_t{32} << 20) - (std::size_t{64} << 10);
  void* volatile block = std::malloc(largestThatCounts);
  std::free(block);
#endif
}

}  // namespace lowrank
