#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <new>
#include <utility>

namespace uptake {

/// Pages: zeroed memory for one table, taken once at start. Touched at once, in huge pages where the kernel gives
/// them, the resident size does not grow later; a table that is mostly unused is better left to be touched as it is
/// used. Throws std::bad_alloc when there is none.
class Pages {
 public:
  Pages() = default;
  enum class Touch : bool { as_used, at_once };
  Pages(std::size_t bytes, Touch touch) : bytes_(bytes) {
    void* at = mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (at == MAP_FAILED) throw std::bad_alloc();
    at_ = at;
    if (touch == Touch::as_used) return;
    // Advice only: without huge pages the table is slower, not wrong.
    (void)madvise(at, bytes_, MADV_HUGEPAGE);
    (void)madvise(at, bytes_, MADV_POPULATE_WRITE);
  }
  Pages(Pages&& other) noexcept : at_(std::exchange(other.at_, nullptr)), bytes_(other.bytes_) {}
  Pages& operator=(Pages&& other) noexcept {
    std::swap(at_, other.at_);
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  Pages(const Pages&) = delete;
  Pages& operator=(const Pages&) = delete;
  ~Pages() {
    if (at_ != nullptr) munmap(at_, bytes_);
  }

  template <class T>
  [[nodiscard]] T* as(std::size_t offset = 0) noexcept {
    return reinterpret_cast<T*>(static_cast<std::byte*>(at_) + offset);
  }
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }

 private:
  void* at_ = nullptr;
  std::size_t bytes_ = 0;
};

}  // namespace uptake
