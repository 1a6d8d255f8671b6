// Uninitialised workspace, freed with its owner. Aligned to a cache line, large ones to a huge page. Throws
// std::bad_alloc, also when the size overflows.
#pragma once
#include <cstddef>
#include <cstdint>
#include <limits>
#include <new>
#include <type_traits>
#include <utility>

#include "view.hpp"
#ifdef __linux__
#include <sys/mman.h>
#endif

namespace lowrank {

constexpr std::size_t hugePage = std::size_t{1} << 21;

// Asks Linux for huge pages under large memory, which makes its first touch several times cheaper. Advice: may fail.
inline void adviseHugePages([[maybe_unused]] void* data, [[maybe_unused]] std::size_t bytes) {
#ifdef __linux__
  if (bytes < 2 * hugePage) return;
  const auto start = reinterpret_cast<std::uintptr_t>(data), first = (start + hugePage - 1) & ~(hugePage - 1);
  madvise(reinterpret_cast<void*>(first), (start + bytes - first) & ~(hugePage - 1), MADV_HUGEPAGE);
#endif
}

template <class T>
class Buffer {
  static_assert(std::is_trivial_v<T>);
  T* data_ = nullptr;
  std::size_t size_ = 0;

  std::align_val_t alignment() const { return std::align_val_t{size_ * sizeof(T) >= 2 * hugePage ? hugePage : 64}; }

 public:
  Buffer() = default;
  // A negative count becomes an enormous one here, and so is refused too.
  explicit Buffer(index_t count) : size_(static_cast<std::size_t>(count)) {
    if (size_ > std::size_t(std::numeric_limits<std::ptrdiff_t>::max()) / sizeof(T)) throw std::bad_alloc();
    if (size_ == 0) return;
    data_ = static_cast<T*>(::operator new(size_ * sizeof(T), alignment()));
    adviseHugePages(data_, size_ * sizeof(T));
  }
  Buffer(Buffer&& other) noexcept { swap(other); }
  Buffer& operator=(Buffer&& other) noexcept {
    swap(other);
    return *this;
  }
  ~Buffer() {
    if (data_) ::operator delete(data_, alignment());
  }

  T* data() const { return data_; }
  index_t size() const { return static_cast<index_t>(size_); }
  T& operator[](index_t i) const { return data_[i]; }

 private:
  void swap(Buffer& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
  }
};

}  // namespace lowrank
