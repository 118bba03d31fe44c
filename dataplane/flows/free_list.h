#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace uptake {

/// FreeList: which of `kPlaces` places are free. The place given back last is taken first.
template <std::size_t kPlaces>
class FreeList {
 public:
  static_assert(kPlaces <= 65536);

  /// All are free. Low places are taken first, so that few pages stay warm.
  void fill() noexcept {
    for (std::size_t i = 0; i < kPlaces; ++i) places_[i] = static_cast<std::uint16_t>(kPlaces - 1 - i);
    count_ = kPlaces;
  }
  [[nodiscard]] bool empty() const noexcept { return count_ == 0; }
  [[nodiscard]] std::uint32_t size() const noexcept { return count_; }
  /// Requires that it is not empty.
  [[nodiscard]] std::uint16_t take() noexcept { return places_[--count_]; }
  void give(std::size_t place) noexcept { places_[count_++] = static_cast<std::uint16_t>(place); }

 private:
  std::array<std::uint16_t, kPlaces> places_{};
  std::uint32_t count_ = 0;
};

}  // namespace uptake
