#include "dataplane/decoding.h"

#include <algorithm>
#include <array>

#include "dataplane/sources/filter.h"
#include "dissectors/frame/decode.h"

namespace uptake {
namespace {

[[gnu::noinline]] Place decoded_place(const Engine& engine, const Frame& frame) noexcept {
  Segment segment;
  const Disposition how = decode(frame, segment);
  if (!needs_its_shard(how, segment)) return {};
  const bool wanted = !segment.is_fragment || engine.filter == nullptr || engine.filter->matches(frame);
  return {engine.hash.shard_of(segment.source, segment.destination),
          segment.is_fragment && wanted && how == Disposition::parsed};
}

/// Decodes a frame that the filter leaves out, because is_wrapped() asks how many layers it has.
[[gnu::noinline]] Disposition left_out(const Frame& frame, Segment& segment) noexcept {
  (void)decode(frame, segment);
  return Disposition::filtered;
}

/// An Ethernet frame with a VLAN or MPLS tag, a PPPoE session or a provider's frame, whatever is in it.
bool is_tagged(const Frame& frame) noexcept {
  constexpr std::array kTags = {0x8100, 0x88a8, 0x9100, 0x9200, 0x8847, 0x8848, 0x8864, 0x88e7};
  if (frame.link != LinkType::ethernet || frame.captured < 14) return false;
  return std::ranges::count(kTags, frame.data[12] << 8 | frame.data[13]) > 0;
}

/// Packets to and from a network's own NAT64: by their addresses alone they are native.
[[gnu::noinline]] void find_translated(const PrefixSet& nat64, std::span<Item> items) noexcept {
  for (Item& item : items) {
    Segment& segment = item.segment;
    const bool native = segment.has_ip && segment.source.family == Family::v6 && segment.path == Path::native;
    if (native && (nat64.holds(segment.source) || nat64.holds(segment.destination))) segment.path = Path::nat64;
  }
}

}  // namespace

bool is_wrapped(const Frame& frame, const Segment& segment) noexcept {
  const bool bare = frame.link == LinkType::raw_ip || frame.link == LinkType::raw_ip_openbsd ||
                    frame.link == LinkType::ipv4 || frame.link == LinkType::ipv6;
  return segment.layers > (bare ? 1 : 2) || is_tagged(frame);
}

void decode_items(const Engine& engine, std::span<const Frame> frames, std::span<Item> items) noexcept {
  constexpr std::size_t kAhead = 8;
  for (std::size_t first = 0; first < items.size(); first += kBurst) {
    const std::size_t end = std::min(first + kBurst, items.size());
    for (std::size_t i = first; i < end; ++i) {
      if (i + kAhead < frames.size()) {
        __builtin_prefetch(frames[i + kAhead].data);
        __builtin_prefetch(frames[i + kAhead].data + 64);
      }
      const Frame& frame = frames[i];
      Item& item = items[i];
      item.frame = &frame;
      const bool wanted = engine.filter == nullptr || engine.filter->matches(frame);
      item.disposition = wanted ? decode(frame, item.segment) : left_out(frame, item.segment);
    }
    if (engine.nat64 != nullptr) find_translated(*engine.nat64, items.subspan(first, end - first));
    // A loop of its own: the hashes do not depend on each other, so several are computed at once.
    for (std::size_t i = first; i < end; ++i) engine.hash.identify(items[i].segment, items[i].id);
  }
}

Place place_of(const Engine& engine, const Frame& frame) noexcept {
  Address source;
  Address destination;
  if (glance(frame, source, destination)) [[likely]]
    return {engine.hash.shard_of(source, destination), false};
  return decoded_place(engine, frame);
}

}  // namespace uptake
