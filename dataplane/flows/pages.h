#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <cstdint>
#include <new>
#include <utility>

namespace uptake {

/// Pages: zeroed memory for one table, taken once at start; in huge pages where the kernel gives them if all of it is
/// to be touched, else a page at a time as it is used. Throws std::bad_alloc when there is none.
class Pages {
 public:
  Pages() = default;
  enum class Size : bool { small, huge };
  Pages(std::size_t bytes, Size size) : bytes_(bytes), mapped_(bytes + kHugePage) {
    void* at = mmap(nullptr, mapped_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (at == MAP_FAILED) throw std::bad_alloc();
    base_ = at;
    // Huge pages need their own alignment, which the kernel does not give by itself.
    at_ = reinterpret_cast<void*>((reinterpret_cast<std::uintptr_t>(at) + kHugePage - 1) & ~(kHugePage - 1));
    // Advice only: without huge pages the table is slower, not wrong.
    if (size == Size::huge) (void)madvise(at_, bytes_, MADV_HUGEPAGE);
  }
  /// Makes a part resident, so that the process does not grow later. Several threads may touch parts at once.
  void touch(std::size_t offset, std::size_t bytes) noexcept {
    const std::size_t first = offset & ~(kSmallPage - 1);
    (void)madvise(as<std::byte>(first), offset + bytes - first, MADV_POPULATE_WRITE);
  }
  Pages(Pages&& other) noexcept { *this = std::move(other); }
  Pages& operator=(Pages&& other) noexcept {
    std::swap(base_, other.base_);
    std::swap(at_, other.at_);
    std::swap(bytes_, other.bytes_);
    std::swap(mapped_, other.mapped_);
    return *this;
  }
  Pages(const Pages&) = delete;
  Pages& operator=(const Pages&) = delete;
  ~Pages() {
    if (base_ != nullptr) munmap(base_, mapped_);
  }

  template <class T>
  [[nodiscard]] T* as(std::size_t offset = 0) noexcept {
    return reinterpret_cast<T*>(static_cast<std::byte*>(at_) + offset);
  }
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }

 private:
  static constexpr std::size_t kSmallPage = 4096;
  static constexpr std::uintptr_t kHugePage = std::uintptr_t{2} << 20;

  void* base_ = nullptr;  ///< as mapped; `at_` is the first huge page boundary in it
  void* at_ = nullptr;
  std::size_t bytes_ = 0;
  std::size_t mapped_ = 0;
};

}  // namespace uptake
