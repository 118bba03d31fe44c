#pragma once

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <new>
#include <span>
#include <type_traits>

namespace uptake {

/// LazyArray: zeroed elements in memory that is taken at once and backed by the system only where it is touched.
/// All octets zero must be what an element is at first. Throws std::bad_alloc when there is no memory.
template <class T>
class LazyArray {
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);

 public:
  explicit LazyArray(std::size_t size) : elements_(static_cast<T*>(std::calloc(size, sizeof(T)))), size_(size) {
    if (elements_ == nullptr && size > 0) throw std::bad_alloc();
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
