#pragma once

#include <cstdint>

#include "dissectors/frame/frame.h"

namespace uptake {

/// The link layer of a LINKTYPE_ number as files carry it; `unsupported` for those that uptake does not read.
/// Raw IP has three numbers in the field: LINKTYPE_RAW 101, and DLT_RAW, which is 12, and 14 on OpenBSD.
[[nodiscard]] constexpr LinkType link_type_of(std::uint32_t number) noexcept {
  constexpr std::uint32_t kDltRaw = 12;
  constexpr std::uint32_t kDltRawOpenBsd = 14;
  if (number == kDltRaw || number == kDltRawOpenBsd) return LinkType::raw_ip;
  const auto link = static_cast<LinkType>(number);
  switch (link) {
    case LinkType::null:
    case LinkType::ethernet:
    case LinkType::ppp:
    case LinkType::ppp_hdlc:
    case LinkType::raw_ip:
    case LinkType::cisco_hdlc:
    case LinkType::loop:
    case LinkType::linux_sll:
    case LinkType::ipv4:
    case LinkType::ipv6:
    case LinkType::linux_sll2:
      return number <= 0xffff ? link : LinkType::unsupported;
    default:
      return LinkType::unsupported;
  }
}

}  // namespace uptake
