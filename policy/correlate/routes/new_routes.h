#pragma once

#include <cstddef>
#include <cstdint>

#include "policy/correlate/findings.h"
#include "policy/correlate/routes/route_table.h"
#include "policy/zeroed_array.h"

namespace uptake::routes {

/// NewRoutes: routes that wait to be counted, in order, and the UPDATEs that brought them, by which they are counted.
/// Where there is no room, those that wait for longest are counted at once.
class NewRoutes {
 public:
  NewRoutes();

  /// Remembers whom the routes of one UPDATE are counted by; before they come. Returns its number.
  [[nodiscard]] std::uint32_t open_group(const About& about, Findings& findings) noexcept;
  [[nodiscard]] const About& about(std::uint32_t group) const noexcept { return groups_[group % kGroups]; }
  /// Takes a route, and returns its number. Of one UPDATE and those behind it no more than kBatch may still come.
  std::uint64_t push(std::uint64_t key, std::uint32_t value, std::uint32_t group, Findings& findings) noexcept;
  /// The value of a route that still waits; nullptr when it does not.
  [[nodiscard]] std::uint32_t* find(std::uint64_t number, std::uint64_t key) noexcept {
    Waiting& waiting = waiting_[number % kWaiting];
    return number >= first_ && number < next_ && waiting.key == key ? &waiting.value : nullptr;
  }
  /// The number that the next one gets.
  [[nodiscard]] std::uint64_t next() const noexcept { return next_; }
  /// Whether there is one that has waited so long.
  [[nodiscard]] bool is_due(std::uint64_t packet_ns, std::uint64_t wait_ns) const noexcept {
    return first_ != next_ && about(waiting_[first_ % kWaiting].group).packet_ns + wait_ns <= packet_ns;
  }
  [[nodiscard]] bool empty() const noexcept { return first_ == next_; }
  /// Counts the one that waits for longest, and those behind it that are like it.
  void count_first(Findings& findings) noexcept;

  static constexpr std::size_t kBatch = 64;

 private:
  /// 8 MiB each.
  static constexpr std::size_t kWaiting = std::size_t{1} << 19;
  static constexpr std::size_t kGroups = std::size_t{1} << 16;

  struct Waiting {
    std::uint64_t key = 0;
    std::uint32_t value = 0;
    std::uint32_t group = 0;  ///< low bits of its number
  };
  static_assert(kWaiting < std::size_t{1} << RouteTable::kNumberBits);

  ZeroedArray<Waiting> waiting_;  ///< by number modulo its size
  ZeroedArray<About> groups_;
  std::uint64_t first_ = 0;  ///< number of the route that waits for longest
  std::uint64_t next_ = 0;   ///< that the next new route gets
  std::uint32_t next_group_ = 0;
};

}  // namespace uptake::routes
