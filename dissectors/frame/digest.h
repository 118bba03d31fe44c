#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>

namespace uptake::frame {

// The digest only has to tell copies of one frame from the other frames of its flow within some milliseconds,
// so a sum of products is enough. The transport checksum takes part: it is end-to-end.

inline constexpr std::uint64_t kMixIp = 0x9e3779b97f4a7c15;
inline constexpr std::uint64_t kMixLow = 0xd6e8feb86659fd93;
inline constexpr std::uint64_t kMixHigh = 0xa0761d6478bd642f;
inline constexpr std::uint64_t kMixEnd = 0xe7037ed1a0b428db;

[[nodiscard]] inline std::uint64_t load64(const std::uint8_t* p) noexcept {
  std::uint64_t v;
  std::memcpy(&v, p, sizeof v);
  return v;
}
[[nodiscard]] inline std::uint32_t load32(const std::uint8_t* p) noexcept {
  std::uint32_t v;
  std::memcpy(&v, p, sizeof v);
  return v;
}

/// Packs what tells IP packets of one flow apart. Of the IP header nothing that a router changes.
[[nodiscard]] inline std::uint64_t mix_ip(std::uint32_t length, std::uint32_t id, std::uint32_t fragment,
                                          std::uint8_t protocol) noexcept {
  const std::uint64_t place = std::uint64_t{fragment} << 16 | protocol;
  return (std::uint64_t{id} << 32 | length) + place * kMixIp;
}

/// How many octets tell the datagrams of one flow apart. With an IP identification, which differs, few are enough.
/// Without one datagrams may begin alike; the UDP checksum helps little, because a checksum inside a tunnel makes the
/// outer one constant. QUIC and DNS are random from early on. A datagram without a UDP checksum is mostly a tunnel's,
/// and its identification may be a constant too (RFC 6864 section 4.1): all of it counts.
inline constexpr std::uint32_t kFew = 16;
/// Of a datagram without an identification.
[[nodiscard, gnu::always_inline]] inline std::uint32_t telling_octets(std::uint16_t source,
                                                                      std::uint16_t destination) noexcept {
  const auto soon_random = [](std::uint16_t port) noexcept { return port == 443 || port == 53; };
  return soon_random(source) || soon_random(destination) ? 32 : ~std::uint32_t{0};
}
[[nodiscard, gnu::always_inline]] inline std::uint32_t digested(std::uint32_t ip_id, std::uint16_t source,
                                                                std::uint16_t destination, std::uint16_t checksum,
                                                                std::uint32_t size) noexcept {
  return checksum == 0 ? size : std::min(size, ip_id != 0 ? kFew : telling_octets(source, destination));
}
/// The same for a protocol without ports. ESP (50) begins with a sequence number.
[[nodiscard]] inline std::uint32_t digested(std::uint32_t ip_id, std::uint8_t protocol, std::uint32_t size) noexcept {
  return ip_id != 0 || protocol == 50 ? std::min(size, kFew) : size;
}

/// Mixes up to the first 16 of `size` octets.
[[nodiscard, gnu::always_inline]] inline std::uint64_t mix_start(const std::uint8_t* p, std::uint32_t size) noexcept {
  if (size >= 16) return load64(p) * kMixLow + std::rotl(load64(p + 8) * kMixHigh, 29);
  if (size >= 8) return load64(p) * kMixLow + std::rotl(load64(p + size - 8) * kMixHigh, 29);
  if (size >= 4) return load32(p) * kMixLow + std::rotl(load32(p + size - 4) * kMixHigh, 29);
  std::uint64_t few = size;
  for (std::uint32_t i = 0; i < size; ++i) few = few << 8 | p[i];
  return few * kMixLow;
}

/// Mixes all of `size` octets, 16 and more.
[[nodiscard]] std::uint64_t mix_long(const std::uint8_t* p, std::uint32_t size) noexcept;

/// Mixes all of `size` octets.
[[nodiscard, gnu::always_inline]] inline std::uint64_t mix(const std::uint8_t* p, std::uint32_t size) noexcept {
  return size <= 16 ? mix_start(p, size) : mix_long(p, size);
}

[[nodiscard]] inline std::uint32_t fold(std::uint64_t mixed) noexcept {
  mixed ^= mixed >> 32;
  return static_cast<std::uint32_t>((mixed * kMixEnd) >> 32);
}

/// Digests a TCP header without its options, which its checksum covers.
[[nodiscard]] inline std::uint32_t digest_tcp(std::uint64_t ip_mix, const std::uint8_t* header) noexcept {
  return fold(ip_mix * kMixIp + mix_start(header, 16) + load32(header + 16) * kMixEnd);
}
[[nodiscard, gnu::always_inline]] inline std::uint32_t digest_udp(std::uint64_t ip_mix, const std::uint8_t* header,
                                                                  const std::uint8_t* payload,
                                                                  std::uint32_t size) noexcept {
  return fold(ip_mix * kMixIp + load64(header) * kMixEnd + mix(payload, size));
}
[[nodiscard]] inline std::uint32_t digest_other(std::uint64_t ip_mix, const std::uint8_t* payload,
                                                std::uint32_t size) noexcept {
  return fold(ip_mix * kMixIp + mix(payload, size));
}

}  // namespace uptake::frame
