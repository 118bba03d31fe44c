#pragma once

#include <cstdint>

#include "dissectors/frame/walk.h"

namespace uptake::frame {

/// The layer an EtherType leads to, for all but the common ones; `unsupported` when it is not known.
[[nodiscard]] Layer layer_of_rare_ethertype(std::uint16_t ethertype) noexcept;
/// The layer a PPP protocol number leads to; `unsupported` when it is not known.
[[nodiscard]] Layer layer_of_ppp(std::uint16_t protocol) noexcept;
/// Whether an Ethernet header with something known in it stands at `p`.
[[nodiscard]] bool looks_like_ethernet(const std::uint8_t* p, std::uint32_t size) noexcept;
/// Whether an IP header stands at `p` that keeps to the `wire` octets there.
[[nodiscard]] bool looks_like_ip(const std::uint8_t* p, std::uint32_t size, std::uint32_t wire) noexcept;
/// The PPP protocol number at `walk`, behind the address and control field if there is one; `octets` is what both
/// take. False when the octets are not there.
[[nodiscard]] bool peek_ppp(const Walk& walk, std::uint16_t& protocol, std::uint32_t& octets) noexcept;

inline constexpr std::uint16_t kIpv4 = 0x0800;
inline constexpr std::uint16_t kIpv6 = 0x86dd;
inline constexpr std::uint16_t kVlan = 0x8100;
inline constexpr std::uint16_t kTransparentEthernet = 0x6558;

/// The broadcast address of IEEE 802 at the start of a frame, of which eight octets are there.
[[nodiscard]] inline bool is_broadcast(const std::uint8_t* frame) noexcept {
  return be64(frame) >> 16 == 0xffff'ffff'ffff;
}
/// Segment::outer behind one more VLAN tag, whose control octets are `tag`.
[[nodiscard]] inline std::uint32_t outer_of_vlan(std::uint32_t outer, const std::uint8_t* tag) noexcept {
  const std::uint32_t id = be16(tag) & 0x0fffU;
  return id == 0 ? outer : mix_outer(outer, id);  // 0: a priority alone
}

[[nodiscard]] inline Layer layer_of_ethertype(std::uint16_t ethertype) noexcept {
  if (ethertype == kIpv4) return Layer::ipv4;
  if (ethertype == kIpv6) return Layer::ipv6;
  if (ethertype == kVlan) return Layer::vlan;
  return layer_of_rare_ethertype(ethertype);
}

// IEEE 802.3: destination, source, EtherType (or a length, then LLC).
[[nodiscard]] inline Layer ethernet(Walk& walk) noexcept {
  if (!walk.has(14)) [[unlikely]]
    return walk.short_of(14);
  const std::uint8_t* header = walk.take(14);
  walk.segment->to_all = is_broadcast(header);
  return layer_of_ethertype(be16(header + 12));
}

// IEEE 802.1Q: tag control, EtherType.
[[nodiscard]] inline Layer vlan(Walk& walk) noexcept {
  if (!walk.has(4)) [[unlikely]]
    return walk.short_of(4);
  const std::uint8_t* tag = walk.take(4);
  walk.segment->outer = outer_of_vlan(walk.segment->outer, tag);
  return layer_of_ethertype(be16(tag + 2));
}

[[nodiscard]] Layer null(Walk& walk, bool network_order) noexcept;
[[nodiscard]] Layer linux_sll(Walk& walk) noexcept;
[[nodiscard]] Layer linux_sll2(Walk& walk) noexcept;
[[nodiscard]] Layer ppp(Walk& walk) noexcept;
[[nodiscard]] Layer cisco_hdlc(Walk& walk) noexcept;
[[nodiscard]] Layer pppoe(Walk& walk) noexcept;
[[nodiscard]] Layer snap(Walk& walk) noexcept;
[[nodiscard]] Layer mpls(Walk& walk) noexcept;
[[nodiscard]] Layer provider_backbone(Walk& walk) noexcept;
[[nodiscard]] Layer vn_tag(Walk& walk) noexcept;
[[nodiscard]] Layer e_tag(Walk& walk) noexcept;
[[nodiscard]] Layer cisco_metadata(Walk& walk) noexcept;

}  // namespace uptake::frame
