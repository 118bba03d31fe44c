#pragma once

#include <array>
#include <cstdint>

#include "dataplane/flows/flow_table.h"

namespace uptake {

/// Twins: tells apart conversations with the same addresses and ports in different VLANs or tunnels. Remembers for
/// recent flows in which wrapper each end sends: the two ends need not use the same one. The first conversation keeps
/// the flow's key; one in another wrapper, or in none, beside it gets a key of its own.
class Twins {
 public:
  static constexpr std::size_t kPlaces = 1024;
  static constexpr std::uint32_t kBare = 1;  ///< in no wrapper
  /// A place whose flow has twins is kept for so long after a packet of theirs. Chosen, as FlowTable's for TCP.
  static constexpr Ticks kKept = seconds(300);

  struct Answer {
    std::uint64_t salt = 0;  ///< to be added to the flow's hash; 0 for the first conversation
    bool found = false;      ///< these twins were not known before
  };

  /// Some place has twins: then the caller asks about every packet, else only about those that begin something.
  [[nodiscard]] bool any() const noexcept { return twins_ != 0; }

  [[gnu::always_inline]] void prefetch(std::uint64_t flow_hash) const noexcept {
    __builtin_prefetch(&places_[place_of(flow_hash)], 1);
  }

  /// Tells which conversation a packet belongs to. `outer` is Segment::outer, or kBare. `begins`: it certainly begins
  /// one.
  [[nodiscard]] Answer ask(std::uint64_t flow_hash, std::uint32_t outer, bool from_low, Ticks now,
                           bool begins = false) noexcept {
    Place& place = places_[place_of(flow_hash)];
    const auto tag = static_cast<std::uint32_t>(flow_hash);
    if (!place.used || place.tag != tag) {
      if (place.twins && now - place.last < kKept) return {};
      twins_ -= place.twins ? 1 : 0;
      place = {.tag = tag, .used = true};
    }
    place.last = now;
    std::uint32_t& own = from_low ? place.low : place.high;
    const std::uint32_t other = from_low ? place.high : place.low;
    if (own == 0 && (!place.twins || other == outer)) own = outer;
    if (own == outer) return {};
    // A wrapper that changes once has moved. One that comes back to the wrapper it left is two conversations.
    std::uint32_t& left = from_low ? place.left_low : place.left_high;
    if ((outer & kMoves) != 0 && (outer & kInTunnel) != 0 && !begins && !place.twins && left != outer) {
      left = own;
      own = outer;
      return {};
    }
    const bool found = !place.twins;
    place.twins = true;
    twins_ += found ? 1 : 0;
    return {(std::uint64_t{outer} << 32 | outer) * 0x9e3779b97f4a7c15, found};
  }

  /// Whether the flow's packets from this end came in another wrapper than `outer`, as far as is remembered.
  [[nodiscard]] bool elsewhere(std::uint64_t flow_hash, std::uint32_t outer, bool from_low) const noexcept {
    const Place& place = places_[place_of(flow_hash)];
    const std::uint32_t own = from_low ? place.low : place.high;
    return place.used && place.tag == static_cast<std::uint32_t>(flow_hash) && own != 0 && own != outer;
  }

 private:
  [[nodiscard]] static constexpr std::size_t place_of(std::uint64_t flow_hash) noexcept {
    return flow_hash >> 40 & (kPlaces - 1);
  }

  struct alignas(32) Place {
    std::uint32_t tag = 0;  ///< of the flow
    std::uint32_t low = 0;  ///< in which wrapper each end sends; 0: not known yet
    std::uint32_t high = 0;
    std::uint32_t left_low = 0;  ///< the one before, of wrappers that may change
    std::uint32_t left_high = 0;
    Ticks last = 0;
    bool used = false;
    bool twins = false;
  };

  std::array<Place, kPlaces> places_{};
  std::uint32_t twins_ = 0;  ///< places with twins
};

}  // namespace uptake
