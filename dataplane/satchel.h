#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "dissectors/exhibit.h"
#include "policy/correlate/filed.h"

namespace uptake {

/// Satchel: Exhibits on their way from a worker to the joins, in order, and a copy of their bytes. Its memory is
/// taken when it is made.
class Satchel {
 public:
  /// Room for two of the largest Exhibits.
  static constexpr std::size_t kBytes = 2 * ExhibitRoom::kBytesPerCall;
  static constexpr std::size_t kItems = 512;

  Satchel();
  [[nodiscard]] std::size_t size() const noexcept { return items_.size(); }
  [[nodiscard]] const Filed& operator[](std::size_t index) const noexcept { return items_[index]; }
  /// False when it has no room left.
  [[nodiscard]] bool put(const Filed& filed) noexcept;
  void clear() noexcept;

 private:
  [[nodiscard]] Bytes copy(Bytes bytes) noexcept;

  std::vector<Filed> items_;
  std::vector<std::uint8_t> octets_;
};

}  // namespace uptake
