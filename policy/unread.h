#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "dissectors/address.h"
#include "dissectors/unread/unread.h"

namespace uptake {

/// UnreadCounts: packets and bytes by what they carry that is not read, and by family. `none` counts what was read.
/// Sums: adding in any order gives the same.
struct UnreadCounts {
  struct Count {
    std::uint64_t packets = 0;
    std::uint64_t bytes = 0;  ///< innermost IP total lengths
  };
  std::array<std::array<Count, 2>, kUnreads> counts{};

  void add(Unread kind, Family family, std::uint64_t bytes, std::uint64_t packets = 1) noexcept {
    Count& count = counts[static_cast<std::size_t>(kind)][static_cast<std::size_t>(family)];
    count.packets += packets;
    count.bytes += bytes;
  }
  void add(const UnreadCounts& other) noexcept {
    for (std::size_t kind = 0; kind < kUnreads; ++kind)
      for (std::size_t family = 0; family < 2; ++family)
        add(static_cast<Unread>(kind), static_cast<Family>(family), other.counts[kind][family].bytes,
            other.counts[kind][family].packets);
  }
  [[nodiscard]] const Count& of(Unread kind, Family family) const noexcept {
    return counts[static_cast<std::size_t>(kind)][static_cast<std::size_t>(family)];
  }
  /// Both families together.
  [[nodiscard]] Count of(Unread kind) const noexcept {
    const Count& v4 = of(kind, Family::v4);
    const Count& v6 = of(kind, Family::v6);
    return {v4.packets + v6.packets, v4.bytes + v6.bytes};
  }
  /// All that was not read.
  [[nodiscard]] Count total() const noexcept {
    Count sum;
    for (std::size_t kind = 1; kind < kUnreads; ++kind) {
      const Count one = of(static_cast<Unread>(kind));
      sum.packets += one.packets;
      sum.bytes += one.bytes;
    }
    return sum;
  }
};

}  // namespace uptake
