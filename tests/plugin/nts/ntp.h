#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "dissectors/bits.h"
#include "dissectors/dissector.h"

namespace nts {

/// PacketBits: the value of kPacket.
struct PacketBits {
  std::uint8_t version = 0;
  bool from_client = false;    ///< mode 3, else mode 4
  bool authenticated = false;  ///< it carries a Unique Identifier and an NTS Authenticator (RFC 8915 section 5.3)
  bool refused = false;        ///< the server's kiss code is NTSN (section 5.7)
  bool cut = false;            ///< the snaplen cut the extension fields: nothing is known of them
  bool malformed = false;      ///< they contradict their own lengths

  [[nodiscard]] constexpr std::uint64_t pack() const noexcept;
  [[nodiscard]] static constexpr PacketBits unpack(std::uint64_t v) noexcept;
};
using PacketFields =
    uptake::Fields<PacketBits, uptake::Field<&PacketBits::version, 0, 3>, uptake::Flag<&PacketBits::from_client, 3>,
                   uptake::Flag<&PacketBits::authenticated, 4>, uptake::Flag<&PacketBits::refused, 5>,
                   uptake::Flag<&PacketBits::cut, 6>, uptake::Flag<&PacketBits::malformed, 7>>;
constexpr std::uint64_t PacketBits::pack() const noexcept { return PacketFields::pack(*this); }
constexpr PacketBits PacketBits::unpack(std::uint64_t v) noexcept { return PacketFields::unpack(v); }

/// Ntp: dissector of NTP between client and server (RFC 5905) with its extension fields (RFC 7822).
struct Ntp {
  enum Fact : std::uint16_t { kPacket };

  static constexpr std::string_view kName = "ntp";
  struct Memory {};
  static std::span<const uptake::FactRow> facts() noexcept;
  static uptake::Claim claims(const uptake::Payload& payload) noexcept;
  static uptake::Result dissect(const uptake::Payload& payload, Memory& memory, uptake::Notes& notes) noexcept;
  static void finish(Memory&, uptake::Ending, uptake::Notes&) noexcept {}
};

}  // namespace nts
