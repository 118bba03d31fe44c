#pragma once

#include <cstdint>

#include "dissectors/address.h"

namespace uptake {

/// Grouping: puts every client into one of `groups` groups, numbered from 1, so that figures can be held apart by
/// them. `group_of` gets `by`, what it goes by, and neither allocates nor throws. Outlives the figures.
struct Grouping {
  static constexpr std::uint8_t kMost = 63;

  std::uint8_t (*group_of)(const void* by, const Address& client) noexcept = nullptr;
  const void* by = nullptr;
  std::uint8_t groups = 0;

  [[nodiscard]] std::uint8_t of(const Address& client) const noexcept { return group_of(by, client); }
};

}  // namespace uptake
