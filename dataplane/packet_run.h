#pragma once

#include <cstdint>

#include "dataplane/flows/flow_hash.h"
#include "dataplane/item.h"
#include "dataplane/shard.h"
#include "dataplane/tracking/tracker.h"
#include "dataplane/windows.h"

namespace uptake {

/// PacketRun: takes the packets of decoded frames to their dispositions, and counts them in their window. `shard` is
/// the packet's own everywhere.
class PacketRun {
 public:
  /// `tracker` outlives it.
  PacketRun(const FlowHash& hash, Tracker& tracker) noexcept : hash_(hash), tracker_(tracker) {}

  /// Whether a parsed frame is one that the mirror has delivered before.
  [[nodiscard]] static bool is_copy(const Item& item, Shard& shard) noexcept;
  /// Takes a whole packet, parsed.
  [[nodiscard]] Disposition packet(const Item& item, Shard& shard, Window& window) noexcept;
  /// Holds a fragment, or runs the datagram that it completes. The frames end when their datagram does: what ends now
  /// is added to the ledger.
  void fragment(const Item& item, Shard& shard, Window& window) noexcept;
  /// Counts a packet that was not parsed but has an IP header.
  void count(const Item& item, Shard& shard, Window& window) noexcept;

 private:
  [[nodiscard]] Tracker::Tracked track(const Item& item, Shard& shard, Window& window) noexcept;
  [[nodiscard]] Tracker::Tracked track_wrapped(const Item& item, Shard& shard, Window& window) noexcept;
  void datagram(const Item& whole, const FragmentTable::Outcome& outcome, Shard& shard, Window& window) noexcept;
  [[nodiscard]] static bool sent_alike(const Segment& segment) noexcept;

  const FlowHash& hash_;
  Tracker& tracker_;
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

/// In another tunnel it is another packet, however alike.
[[gnu::always_inline]] inline bool PacketRun::is_copy(const Item& item, Shard& shard) noexcept {
  const Segment& segment = item.segment;
  const FlowId& id = item.id;
  const std::uint64_t time_ns = item.frame->time_ns;
  std::uint32_t digest = segment.header_digest;
  if ((segment.outer & kInTunnel) != 0) [[unlikely]] {
    const bool apart =
        !segment.has_ports || segment.is_fragment || shard.twins.elsewhere(id.flow, segment.outer, id.source_is_low);
    digest ^= apart ? segment.outer * 0x9e3779b9U : 0;
  }
  if (!shard.duplicates.is_copy(id.flow, digest, id.source_is_low, time_ns, item.frame->uncertain_us)) [[likely]]
    return false;
  return shard.duplicates.believe(sent_alike(segment), time_ns);
}

}  // namespace uptake
