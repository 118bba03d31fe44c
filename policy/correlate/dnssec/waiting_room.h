#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "policy/correlate/dnssec/octet_blocks.h"
#include "policy/correlate/filed.h"
#include "policy/zeroed_array.h"

namespace uptake::dnssec {

/// WaitingRoom: responses that wait for their verdicts, with copies of their octets, in the order in which they came.
/// Responses of one network of servers stand in one queue. Where there is no room, the longest queue gives up what
/// waits in it for longest: a flood from one place pushes out its own. Memory is taken at start.
class WaitingRoom {
 public:
  WaitingRoom(const Digests& digests, std::size_t places, std::size_t octets);

  /// Response: one that leaves. Its octets are valid until the next one leaves or comes.
  struct Response {
    About about;
    std::uint64_t said = 0;
    Bytes octets;
  };

  [[nodiscard]] bool empty() const noexcept { return oldest_ == 0; }
  /// Whether it would fit if nothing else waited.
  [[nodiscard]] bool may_hold(Bytes octets) const noexcept {
    return OctetBlocks::blocks_of(octets.size()) <= octets_.size();
  }
  [[nodiscard]] bool has_room(Bytes octets) const noexcept {
    return (free_place_ != 0 || used_places_ < places_.size()) &&
           OctetBlocks::blocks_of(octets.size()) <= octets_.free();
  }
  /// Requires has_room(). The name of its subject is not kept.
  void push(const About& about, std::uint64_t said, Bytes octets) noexcept;
  /// When the one that waits for longest came. Requires !empty().
  [[nodiscard]] std::uint64_t oldest_ns() const noexcept { return places_[oldest_ - 1].about.packet_ns; }
  /// Take one out: the one that waits for longest; that of the longest queue. Require !empty().
  Response pop_oldest() noexcept { return pop(places_[oldest_ - 1].queue); }
  Response pop_of_longest() noexcept;

 private:
  static constexpr std::size_t kQueues = 64;
  static constexpr std::size_t kLongest = 0xffff;

  /// Numbers of places are + 1; 0: none.
  struct Place {
    About about;
    std::uint64_t said;
    std::uint32_t older;  ///< in the order of all
    std::uint32_t newer;
    std::uint32_t next;  ///< in its queue; of the free ones when it is free
    std::uint32_t first_block;
    std::uint32_t size;
    std::uint8_t queue;
  };
  struct Queue {
    std::uint32_t first = 0;
    std::uint32_t last = 0;
    std::uint32_t blocks = 0;
  };

  /// Takes the first of a queue out.
  Response pop(std::uint8_t queue) noexcept;

  const Digests& digests_;
  ZeroedArray<Place> places_;
  OctetBlocks octets_;
  std::array<Queue, kQueues> queues_{};
  std::unique_ptr<std::array<std::uint8_t, kLongest>> leaving_;
  std::uint32_t oldest_ = 0;
  std::uint32_t newest_ = 0;
  std::uint32_t free_place_ = 0;   ///< the first of those that were in use
  std::uint32_t used_places_ = 0;  ///< that ever were
};

}  // namespace uptake::dnssec
