#pragma once

#include <cstdint>
#include <span>

#include "dissectors/dissector.h"
#include "dissectors/frame/frame.h"

namespace uptake::frame {

/// Facts of the packet path itself: row 0 of every registry. The worker notes them.
enum Fact : std::uint16_t {
  kPackets,     ///< IP packets of one kind (weighted: how many); value: PacketKind
  kBytes,       ///< their innermost IP total lengths (weighted); value: PacketKind
  kConnection,  ///< a TCP connection or UDP exchange that began in the capture, when it is decided; value:
                ///< ConnectionBits
  kFactCount,
};

/// Value of kPackets and kBytes: family in bit 0 (1 = IPv6), Path in bits 1..3, Inside in bits 4..6.
struct PacketKind {
  static constexpr std::size_t kCount = 1U << 7;
  Family family = Family::v4;
  Path path = Path::native;
  Inside inside = Inside::read;  ///< when not, family and path are those of the packet that carries the innermost
  [[nodiscard]] constexpr std::uint64_t pack() const noexcept {
    return static_cast<std::uint64_t>(family) | static_cast<std::uint64_t>(path) << 1 |
           static_cast<std::uint64_t>(inside) << 4;
  }
  [[nodiscard]] static constexpr PacketKind unpack(std::uint64_t v) noexcept {
    return {static_cast<Family>(v & 1), static_cast<Path>(v >> 1 & 7), static_cast<Inside>(v >> 4 & 7)};
  }
  [[nodiscard]] static PacketKind of(const Segment& segment) noexcept {
    return {segment.source.family, segment.path, segment.inside};
  }
};

/// Value of kConnection. Noted with a subject when answered; unanswered attempts are counted without one.
struct ConnectionBits {
  Family family = Family::v4;
  Path path = Path::native;
  bool tcp = false;
  bool answered = false;       ///< SYN-ACK, or a datagram back
  bool client_eui64 = false;   ///< the client's interface identifier is EUI-64 (RFC 4291 Appendix A)
  bool client_global = false;  ///< the client's address is IPv6 and globally routable unicast
  bool only_answer = false;    ///< the SYN-ACK was seen, the SYN was not
  bool one_way = false;        ///< no answer, and this capture shows no answers where there must have been some
  bool cut = false;            ///< its TCP or UDP headers were cut: nothing is known of it but its addresses
  [[nodiscard]] constexpr std::uint64_t pack() const noexcept {
    return static_cast<std::uint64_t>(family) | static_cast<std::uint64_t>(path) << 1 | std::uint64_t{tcp} << 4 |
           std::uint64_t{answered} << 5 | std::uint64_t{client_eui64} << 6 | std::uint64_t{client_global} << 7 |
           std::uint64_t{only_answer} << 8 | std::uint64_t{one_way} << 9 | std::uint64_t{cut} << 10;
  }
  [[nodiscard]] static constexpr ConnectionBits unpack(std::uint64_t v) noexcept {
    return {static_cast<Family>(v & 1), static_cast<Path>(v >> 1 & 7),
            (v >> 4 & 1) != 0,          (v >> 5 & 1) != 0,
            (v >> 6 & 1) != 0,          (v >> 7 & 1) != 0,
            (v >> 8 & 1) != 0,          (v >> 9 & 1) != 0,
            (v >> 10 & 1) != 0};
  }
};

[[nodiscard]] std::span<const FactRow> facts() noexcept;

/// Row 0 of a registry: declares the facts above and claims no flow.
[[nodiscard]] Row row() noexcept;

}  // namespace uptake::frame
