#pragma once

#include <array>
#include <cstdint>

#include "dissectors/bgp/capabilities.h"
#include "dissectors/bgp/facts.h"
#include "dissectors/bgp/update.h"

namespace uptake::bgp {

/// Role: what a speaker says that it is (RFC 9234 section 4.1), as its code says it.
enum class Role : std::uint8_t { provider, route_server, route_server_client, customer, peer };

/// Speaker: what one end of a session said.
struct Speaker {
  static constexpr std::uint16_t kOpen = 1;
  static constexpr std::uint16_t kKeepalive = 2;  ///< it accepted the other's OPEN
  static constexpr std::uint16_t kUpdates = 4;    ///< it sent what only an established session has
  static constexpr std::uint16_t kSeen = 8;       ///< the segment of a message of it was looked at
  static constexpr std::uint16_t kMd5 = 16;       ///< its messages travel with TCP MD5 (RFC 2385)
  static constexpr std::uint16_t kAo = 32;        ///< with TCP-AO (RFC 5925)
  static constexpr std::uint16_t kMostTtl = 64;   ///< with a TTL or Hop Limit of 255 (RFC 5082)
  static constexpr std::uint16_t kHasRole = 128;
  static constexpr std::uint16_t kBroken = 256;    ///< a capability broke its bounds
  static constexpr std::uint16_t kNotified = 512;  ///< it sent a NOTIFICATION
  static constexpr std::uint16_t kTold = 1024;     ///< with a communication
  static constexpr std::uint16_t kBroke = 2048;  ///< a message of it broke its bounds: the next marker is looked for
  static constexpr std::uint16_t kHalf = 4096;   ///< it has begun a message whose end was not seen yet

  std::uint32_t as = 0;
  std::uint32_t capabilities = 0;  ///< bit set over Capability
  std::uint16_t families = 0;      ///< bit set over AddressFamily
  std::uint16_t hold_time = 0;     ///< seconds
  std::uint16_t flags = 0;
  std::uint8_t role = 0;
  std::uint8_t add_path = 0;  ///< receives IPv4, sends IPv4, receives IPv6, sends IPv6: a bit each
  std::uint8_t code = 0;      ///< of its NOTIFICATION
  std::uint8_t subcode = 0;
  Octets as_octets = Octets::unknown;  ///< as its paths showed, where no OPEN told it

  [[nodiscard]] constexpr bool is(std::uint16_t flag) const noexcept { return (flags & flag) != 0; }
  constexpr void set(std::uint16_t flag, bool on = true) noexcept {
    flags = static_cast<std::uint16_t>(on ? flags | flag : flags & ~flag);
  }
  [[nodiscard]] constexpr bool lists(Capability which) const noexcept { return (capabilities >> which & 1) != 0; }
  [[nodiscard]] constexpr bool lists(AddressFamily which) const noexcept { return (families >> which & 1) != 0; }
};

/// Dialogue: what both ends of a session said: the Memory of its flow.
struct Dialogue {
  std::array<Speaker, 2> speakers{};  ///< by Side
  std::uint32_t first_ticks = 0;      ///< packet time of the first message, as Payload::ticks
  std::uint8_t messages = 0;          ///< counted up to 255
  bool noted = false;                 ///< kSession was noted
  bool v6 = false;
  bool server_notified_first = false;
  Ending lost = Ending::closed;  ///< the first reason for which messages are missing; closed: none are

  [[nodiscard]] constexpr bool opens() const noexcept {
    return speakers[0].is(Speaker::kOpen) && speakers[1].is(Speaker::kOpen);
  }
  [[nodiscard]] constexpr bool established() const noexcept {
    const auto says = [this](std::uint16_t what) { return speakers[0].is(what) + speakers[1].is(what); };
    return says(Speaker::kUpdates) > 0 || says(Speaker::kKeepalive) == 2;
  }
  /// Segments of both ends were looked at.
  [[nodiscard]] constexpr bool both_seen() const noexcept {
    return speakers[0].is(Speaker::kSeen) && speakers[1].is(Speaker::kSeen);
  }
  /// How UPDATEs of one side are to be read.
  [[nodiscard]] Reading reading(Side from) const noexcept;
  /// `ending`: why there is no more of it.
  [[nodiscard]] SessionBits bits(Ending ending) const noexcept;
};

/// What a session comes to whose hold times and families both ends chose: for events.
[[nodiscard]] constexpr std::uint16_t hold_time_of(const Dialogue& dialogue) noexcept {
  const std::uint16_t one = dialogue.speakers[0].hold_time;
  const std::uint16_t other = dialogue.speakers[1].hold_time;
  return one < other ? one : other;
}

}  // namespace uptake::bgp
