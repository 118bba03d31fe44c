#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace uptake {

/// PageSlab: pages of 1 KiB from one block of memory, which is taken when the slab is made.
class PageSlab {
 public:
  static constexpr std::uint32_t kPage = 1024;
  static constexpr std::uint16_t kNoPage = 0xffff;

  /// As many pages as fit `bytes`, fewer than kNoPage.
  explicit PageSlab(std::uint32_t bytes);

  [[nodiscard]] std::size_t free_pages() const noexcept { return free_.size(); }
  /// Requires free_pages() > 0.
  [[nodiscard]] std::uint16_t take() noexcept {
    const std::uint16_t number = free_.back();
    free_.pop_back();
    return number;
  }
  /// Takes back a page that take() gave: the list never grows beyond what the constructor filled.
  void give(std::uint16_t number) noexcept { free_.push_back(number); }
  [[nodiscard]] std::uint8_t* page(std::uint16_t number) const noexcept {
    return octets_.get() + std::size_t{number} * kPage;
  }

 private:
  std::vector<std::uint16_t> free_;
  std::unique_ptr<std::uint8_t[]> octets_;
};

}  // namespace uptake
