#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include <span>
#include <type_traits>

namespace uptake {

/// ZeroedArray: zeroed elements in memory that is taken at once; the system backs it where it is touched.
/// All octets zero must be what an element is at first. Throws std::bad_alloc when there is no memory.
template <class T>
class ZeroedArray {
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);

 public:
  explicit ZeroedArray(std::size_t size) : elements_(static_cast<T*>(std::calloc(size, sizeof(T)))), size_(size) {
    if (elements_ == nullptr && size > 0) throw std::bad_alloc();
  }
  /// Makes all of it resident, so that the process does not grow later: in one call, which costs a quarter of the
  /// faults it saves. Where the system refuses, it grows with its use.
  void touch() noexcept {
    constexpr std::uintptr_t kPage = 4096;
    const auto from = reinterpret_cast<std::uintptr_t>(elements_.get()) & ~(kPage - 1);
    const auto to = reinterpret_cast<std::uintptr_t>(elements_.get() + size_);
    (void)madvise(reinterpret_cast<void*>(from), to - from, MADV_POPULATE_WRITE);
  }

  /// Asks for huge pages, for memory that is reached at random, or filled from end to end. Where the system has none
  /// it does nothing.
  void prefer_huge() noexcept {
    constexpr std::uintptr_t kPage = 4096;
    const auto from = (reinterpret_cast<std::uintptr_t>(elements_.get()) + kPage - 1) & ~(kPage - 1);
    const auto to = reinterpret_cast<std::uintptr_t>(elements_.get() + size_) & ~(kPage - 1);
    if (from < to) (void)madvise(reinterpret_cast<void*>(from), to - from, MADV_HUGEPAGE);
  }

  [[nodiscard]] T& operator[](std::size_t at) noexcept { return elements_[at]; }
  [[nodiscard]] const T& operator[](std::size_t at) const noexcept { return elements_[at]; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] std::span<T> all() noexcept { return {elements_.get(), size_}; }

 private:
  struct Free {
    void operator()(T* elements) const noexcept { std::free(elements); }
  };
  std::unique_ptr<T[], Free> elements_;
  std::size_t size_;
};

}  // namespace uptake
