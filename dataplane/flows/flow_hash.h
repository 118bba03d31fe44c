#pragma once

#include <array>
#include <cstdint>
#include <cstring>

#include "dissectors/frame/frame.h"

namespace uptake {

/// Shards: the fixed division of all bounded state, whatever the number of workers.
inline constexpr std::uint32_t kShards = 16;

/// FlowId: where a Segment's flow lives. `flow` is the same for both directions; so is `shard`, which depends on
/// the IP pair alone, so that fragments and duplicates meet their conversation.
struct FlowId {
  std::uint64_t flow = 0;
  std::uint32_t shard = 0;
  bool source_is_low = true;  ///< the canonical order of the two endpoints
};

/// FlowHash: keyed, symmetric mix of addresses, ports and protocol with the same result on every machine.
/// The key keeps an outsider from aiming at one bucket.
class FlowHash {
 public:
  using Key = std::array<std::uint64_t, 3>;

  explicit FlowHash(const Key& key) noexcept : key_(key) {}

  [[nodiscard]] FlowId of(const Segment& segment) const noexcept {
    FlowId id;
    identify(segment, id);
    return id;
  }
  /// Writes the FlowId in place: copying it right after its narrow stores would stall (failed store forwarding).
  void identify(const Segment& segment, FlowId& id) const noexcept {
    const std::uint64_t source = address(segment.source);
    const std::uint64_t destination = address(segment.destination);
    id.shard = shard(source, destination);
    const std::uint64_t salt = std::uint64_t{segment.protocol} << 32 | 0x9e3779b900000000ULL;
    const std::uint64_t from = fold(source ^ key_[2], salt + segment.source_port);
    const std::uint64_t to = fold(destination ^ key_[2], salt + segment.destination_port);
    id.flow = from + to;  // both are mixed already
    id.source_is_low = from <= to;
  }
  /// The shard alone: of any segment between these addresses, in either direction.
  [[nodiscard]] std::uint32_t shard_of(const Address& one, const Address& other) const noexcept {
    return shard(address(one), address(other));
  }

 private:
  /// Both halves of the 128-bit product, folded: one multiplication mixes 64 bits of input well.
  [[nodiscard]] static std::uint64_t fold(std::uint64_t a, std::uint64_t b) noexcept {
    __extension__ using Wide = unsigned __int128;
    const Wide product = static_cast<Wide>(a) * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
  }
  [[nodiscard]] std::uint32_t shard(std::uint64_t one, std::uint64_t other) const noexcept {
    return static_cast<std::uint32_t>((one + other) >> 60);
  }
  [[nodiscard]] std::uint64_t address(const Address& address) const noexcept {
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    std::memcpy(&high, address.octets.data(), sizeof high);
    std::memcpy(&low, address.octets.data() + 8, sizeof low);
    return fold(high ^ key_[0], low ^ key_[1]);
  }

  Key key_;
};

}  // namespace uptake
