// Uninitialised workspace, freed with its owner. Aligned to a cache line; large ones ask Linux for huge pages, which
// makes the first touch of fresh memory several times cheaper. Throws std::bad_alloc, also when the size overflows.
#pragma once
#include <cstddef>
#include <limits>
#include <new>
#include <type_traits>
#include <utility>

#include "view.hpp"
#ifdef __linux__
#include <sys/mman.h>
#endif

namespace lowrank {

template <class T>
class Buffer {
  static_assert(std::is_trivial_v<T>);
  static constexpr std::size_t hugePage = std::size_t{1} << 21;
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
#ifdef __linux__
    if (alignment() == std::align_val_t{hugePage}) madvise(data_, size_ * sizeof(T), MADV_HUGEPAGE);  // advice: may fail
#endif
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
