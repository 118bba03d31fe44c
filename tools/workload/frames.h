#pragma once

#include <cstddef>
#include <cstdint>

namespace uptake::workload {

/// Side: who sends a frame of a conversation.
enum class Side : std::uint8_t { client, server };

/// Path: the two ends of a conversation and how its frames travel. Hosts are numbers; the addresses follow from them:
/// clients in 10/8 and 2001:db8:8000::/33 (a /56 each), servers in 198.18/15 and 2001:db8:5::/48.
struct Path {
  std::uint32_t client = 0;
  std::uint32_t server = 0;
  std::uint16_t client_port = 0;
  std::uint16_t server_port = 0;
  std::uint16_t vlan = 0;  ///< IEEE 802.1Q VLAN id; 0 is untagged
  bool ipv6 = false;
};

/// TcpFields: what differs between the segments of one conversation. Options: on a SYN the usual four (RFC 9293
/// 3.2, RFC 7323), on all others timestamps.
struct TcpFields {
  std::uint32_t sequence = 0;
  std::uint32_t acknowledged = 0;
  std::uint8_t flags = 0;
  std::uint32_t clock = 0;  ///< for the timestamp option
};

inline constexpr std::uint8_t kFin = 1, kSyn = 2, kRst = 4, kPush = 8, kAck = 16;
inline constexpr std::size_t kTcpPayload =
    1448;  ///< what a full segment holds beside the timestamp option, over IPv4

/// Headers are written to `out`; the payload is to follow at the offset returned. `id` is the IPv4 identification.
[[nodiscard]] std::size_t put_tcp(std::uint8_t* out, const Path& path, Side from, std::uint16_t id,
                                  const TcpFields& tcp, std::size_t payload) noexcept;
[[nodiscard]] std::size_t put_udp(std::uint8_t* out, const Path& path, Side from, std::uint16_t id,
                                  std::size_t payload) noexcept;

inline void put16(std::uint8_t* out, std::size_t value) noexcept {
  out[0] = static_cast<std::uint8_t>(value >> 8);
  out[1] = static_cast<std::uint8_t>(value);
}
inline void put32(std::uint8_t* out, std::uint64_t value) noexcept {
  put16(out, static_cast<std::size_t>(value >> 16));
  put16(out + 2, static_cast<std::size_t>(value));
}

}  // namespace uptake::workload
