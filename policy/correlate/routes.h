#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "dissectors/bgp/update.h"
#include "policy/correlate/correlator.h"
#include "policy/correlate/route_table.h"
#include "policy/correlate/routes_facts.h"

namespace uptake {

/// Routes: finds the routes that one end of a session announces for the first time, per direction, prefix and Path
/// Identifier. One that is told again (RFC 2918, RFC 7313), or that comes back after it was withdrawn, is known. A
/// new route is counted after a wait, with the attributes that were announced last: speakers often replace one at
/// once.
class Routes {
 public:
  static constexpr std::string_view kName = "routes";
  /// As long as speakers wait between two advertisements of a route inside an AS (RFC 4271 section 10).
  static constexpr std::uint64_t kWaitNs = 5'000'000'000;
  static std::span<const FactRow> facts() noexcept;
  static std::span<const Wanted> reads() noexcept;

  explicit Routes(const Digests& digests);

  void file(std::size_t which, const Filed& filed, Findings& findings) noexcept;
  void advance(std::uint64_t packet_ns, Findings& findings) noexcept;
  void finish(Findings& findings) noexcept;
  [[nodiscard]] std::uint64_t forgotten() const noexcept { return known_.forgotten(); }

 private:
  /// 4 M routes; 32 MiB.
  static constexpr unsigned kKnownBits = 22;
  /// Routes, and UPDATEs with some of them, that may wait; what is more waits less. 8 MiB each.
  static constexpr std::size_t kWaiting = std::size_t{1} << 19;
  static constexpr std::size_t kGroups = std::size_t{1} << 16;
  /// Routes whose places are asked for before the first of them is needed.
  static constexpr std::size_t kBatch = 64;

  struct Waiting {
    std::uint64_t key = 0;
    std::uint32_t value = 0;
    std::uint32_t group = 0;  ///< low bits of its number
  };
  static_assert(kWaiting < std::size_t{1} << RouteTable::kNumberBits);
  /// Told: a route that an UPDATE announces.
  struct Told {
    std::uint64_t key = 0;
    std::uint32_t value = 0;
    std::uint32_t group = 0;
  };

  [[nodiscard]] std::uint32_t open_group(const About& about, Findings& findings) noexcept;
  [[nodiscard]] bool is_due(std::uint64_t packet_ns) const noexcept {
    return first_ != next_ && groups_[waiting_[first_ % kWaiting].group % kGroups].packet_ns + kWaitNs <= packet_ns;
  }
  void settle(Findings& findings) noexcept;
  void announce(const Told& told, Findings& findings) noexcept;
  void count_first(Findings& findings) noexcept;

  const Digests& digests_;
  RouteTable known_;
  ZeroedArray<Waiting> waiting_;  ///< by number modulo its size
  ZeroedArray<About> groups_;
  std::uint64_t first_ = 0;  ///< number of the route that waits for longest
  std::uint64_t next_ = 0;   ///< that the next new route gets
  std::uint32_t next_group_ = 0;
  std::array<Told, kBatch> told_{};  ///< not looked at yet, in order
  std::size_t told_count_ = 0;
  std::uint64_t told_ns_ = 0;  ///< packet time of the first of them
};

}  // namespace uptake
