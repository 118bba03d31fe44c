#pragma once

#include <cstdint>
#include <span>

#include "dissectors/bits.h"
#include "dissectors/dissector.h"
#include "dissectors/frame/frame.h"

namespace uptake::frame {

/// Fact: what the packet path itself notes: row 0 of every registry.
enum Fact : std::uint16_t {
  kPackets,     ///< IP packets of one kind (weighted: how many); value: PacketKind
  kBytes,       ///< their innermost IP total lengths (weighted); value: PacketKind
  kConnection,  ///< a TCP connection or UDP exchange that began in the capture, when it is decided; value:
                ///< ConnectionBits
  kFactCount,
};

/// PacketKind: the value of kPackets and kBytes. It is below kCount, so that it may be an index.
struct PacketKind {
  static constexpr std::size_t kCount = 1U << 7;
  Family family = Family::v4;
  Path path = Path::native;
  Inside inside = Inside::read;  ///< when not, family and path are those of the packet that carries the innermost
  [[nodiscard]] constexpr std::uint64_t pack() const noexcept;
  [[nodiscard]] static constexpr PacketKind unpack(std::uint64_t v) noexcept;
  [[nodiscard]] static PacketKind of(const Segment& segment) noexcept {
    return {segment.source.family, segment.path, segment.inside};
  }
};
using PacketKindFields = Fields<PacketKind, Field<&PacketKind::family, 0, 1>, Field<&PacketKind::path, 1, 3>,
                                Field<&PacketKind::inside, 4, 3>>;
static_assert(PacketKindFields::kUsed < PacketKind::kCount);
constexpr std::uint64_t PacketKind::pack() const noexcept { return PacketKindFields::pack(*this); }
constexpr PacketKind PacketKind::unpack(std::uint64_t v) noexcept { return PacketKindFields::unpack(v); }

/// ConnectionBits: the value of kConnection. It has a subject when the connection was answered; unanswered attempts
/// are counted without one.
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
  [[nodiscard]] constexpr std::uint64_t pack() const noexcept;
  [[nodiscard]] static constexpr ConnectionBits unpack(std::uint64_t v) noexcept;
};
using ConnectionFields =
    Fields<ConnectionBits, Flag<&ConnectionBits::family, 0>, Field<&ConnectionBits::path, 1, 3>,
           Flag<&ConnectionBits::tcp, 4>, Flag<&ConnectionBits::answered, 5>, Flag<&ConnectionBits::client_eui64, 6>,
           Flag<&ConnectionBits::client_global, 7>, Flag<&ConnectionBits::only_answer, 8>,
           Flag<&ConnectionBits::one_way, 9>, Flag<&ConnectionBits::cut, 10>>;
constexpr std::uint64_t ConnectionBits::pack() const noexcept { return ConnectionFields::pack(*this); }
constexpr ConnectionBits ConnectionBits::unpack(std::uint64_t v) noexcept { return ConnectionFields::unpack(v); }

[[nodiscard]] std::span<const FactRow> facts() noexcept;

/// Row 0 of a registry: declares the facts above and claims no flow.
[[nodiscard]] Row row() noexcept;

}  // namespace uptake::frame
