#pragma once

#include <cstdint>

#include "dataplane/flows/flow_hash.h"
#include "dataplane/fragments/shard_fragments.h"
#include "dataplane/item.h"
#include "dataplane/own_shards.h"
#include "dataplane/shard.h"
#include "dataplane/tracking/tracker.h"
#include "dataplane/windows.h"

namespace uptake {

/// PacketRun: takes the packets of decoded frames to their dispositions, and counts them in their window. `shard` is
/// the packet's own everywhere.
class PacketRun {
 public:
  /// `own` and `tracker` outlive it.
  PacketRun(const FlowHash& hash, const OwnShards& own, FragmentsOf fragments, Tracker& tracker)
      : hash_(hash), own_(own), tracker_(tracker), fragments_(own, fragments) {}

  /// Whether a parsed frame, no fragment, is one that the mirror has delivered before.
  [[nodiscard]] static bool is_copy(const Item& item, Shard& shard) noexcept;
  /// Takes a whole packet, parsed.
  [[nodiscard]] Disposition packet(const Item& item, Shard& shard, Window& window) noexcept;
  /// Holds a fragment, or runs the datagram that it completes, as far as either is this worker's. The frames end when
  /// their datagram does: what ends now is added to the ledger.
  void fragment(const Item& item, Window& window) noexcept;
  /// Gives up the fragments of a shard: the end of the input.
  void drain(std::size_t shard, Window& window) noexcept;
  /// Counts a packet that was not parsed but has an IP header.
  void count(const Item& item, Shard& shard, Window& window) noexcept;

 private:
  [[nodiscard]] Tracker::Tracked track(const Item& item, Shard& shard, Window& window) noexcept;
  [[nodiscard]] Tracker::Tracked track_wrapped(const Item& item, Shard& shard, Window& window) noexcept;
  void settle(const Item& item, const FragmentTable::Outcome& outcome, Window& window) noexcept;
  void datagram(const Item& pieces, const FragmentTable::Outcome& outcome, Window& window) noexcept;
  [[nodiscard]] static bool is_copy(const Item& item, Duplicates& duplicates, std::uint32_t digest) noexcept;
  [[nodiscard]] static bool sent_alike(const Segment& segment) noexcept;
  /// Tells a packet of a tunnel from those in others: there it is another packet, however alike.
  [[nodiscard]] static constexpr std::uint32_t digest_of(std::uint32_t tunnel) noexcept {
    return tunnel * 0x9e3779b9U;
  }

  const FlowHash& hash_;
  const OwnShards& own_;
  Tracker& tracker_;
  WorkerFragments fragments_;
};

/// Finds the conversation of a packet with ports. The same addresses and ports may be in use in several VLANs or
/// tunnels: Twins are asked about a packet that may begin something there, and about all while some are known.
[[gnu::always_inline]] inline Tracker::Tracked PacketRun::track(const Item& item, Shard& shard,
                                                                Window& window) noexcept {
  const Segment& segment = item.segment;
  const bool goes_on = segment.protocol == frame::protocol::kTcp && (segment.tcp_flags & tcp::kSyn) == 0;
  const bool in_wrapper = segment.outer != 0;
  const bool asks = shard.twins.any() || (in_wrapper && ((segment.outer & kInTunnel) != 0 || !goes_on)) ||
                    (segment.protocol == frame::protocol::kTcp && !goes_on);
  if (asks) [[unlikely]]
    return track_wrapped(item, shard, window);
  return tracker_.track(shard, item, window);
}

[[gnu::always_inline]] inline Disposition PacketRun::packet(const Item& item, Shard& shard, Window& window) noexcept {
  const Segment& segment = item.segment;
  if (!segment.has_ports) {
    window.counts.add(tracker_.direction_of(segment), frame::PacketKind::of(segment), segment.ip_length);
    window.unread.add(unread_protocol(segment.protocol), segment.source.family, segment.ip_length);
    return Disposition::no_interest;
  }
  const Tracker::Tracked tracked = track(item, shard, window);
  window.unread.add(tracked.unread, segment.source.family, segment.ip_length);
  window.counts.add(tracked.direction, frame::PacketKind::of(segment), segment.ip_length);
  return tracked.how;
}

[[gnu::always_inline]] inline bool PacketRun::is_copy(const Item& item, Duplicates& duplicates,
                                                      std::uint32_t digest) noexcept {
  const FlowId& id = item.id;
  const std::uint64_t time_ns = item.frame->time_ns;
  if (!duplicates.is_copy(id.flow, digest, id.source_is_low, time_ns, item.frame->uncertain_us)) [[likely]]
    return false;
  return duplicates.believe(sent_alike(item.segment), time_ns);
}

[[gnu::always_inline]] inline bool PacketRun::is_copy(const Item& item, Shard& shard) noexcept {
  const Segment& segment = item.segment;
  const FlowId& id = item.id;
  std::uint32_t digest = segment.header_digest;
  if ((segment.outer & kInTunnel) != 0) [[unlikely]] {
    const bool apart = !segment.has_ports || shard.twins.elsewhere(id.flow, segment.outer, id.source_is_low);
    digest ^= apart ? digest_of(segment.outer) : 0;
  }
  return is_copy(item, shard.duplicates, digest);
}

}  // namespace uptake
