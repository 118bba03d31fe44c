#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <new>
#include <span>
#include <string_view>
#include <type_traits>

#include "dissectors/exchanges.h"
#include "dissectors/observation.h"

namespace uptake {

/// Side: which end of a flow sent something.
enum class Side : std::uint8_t { client, server };

/// Why a dissector is told that a flow ends before it was settled.
enum class Ending : std::uint8_t {
  closed,     ///< FIN, RST, a new flow on the same ports, or the end of the input
  gap,        ///< a segment is missing from the capture
  truncated,  ///< the snaplen cut what was needed
  malformed,  ///< bytes that break the protocol
  limit,      ///< a bound of uptake was reached (handshake pool, handshake_bytes)
};

/// Payload: one datagram, or the unread contiguous start of one direction of a TCP stream.
struct Payload {
  Bytes bytes;              ///< captured octets
  std::uint32_t wire = 0;   ///< octets on the wire of the same piece; more than bytes.size() when cut by the snaplen
  bool stream = false;      ///< TCP; else one datagram
  bool from_start = false;  ///< the stream's start is known (SYN or SYN-ACK seen); else picked up midstream
  bool begun = false;       ///< the connection's start was seen, though these octets may be behind a hole
  bool claimed = false;     ///< of claims(): the flow is the dissector's; asked is whether this direction begins here
  Ending lost = Ending::closed;  ///< of dissect(): why octets in front of these are missing; closed: none are
  Side from = Side::client;      ///< who sent it; a guess until a claim settles it
  std::uint16_t client_port = 0;
  std::uint16_t server_port = 0;
  std::uint32_t ticks = 0;                   ///< packet time, as Exchanges count it
  std::uint64_t flow = 0;                    ///< keyed digest of the flow, the same for both directions
  Exchanges* exchanges = nullptr;            ///< of the flow's shard; null: nothing is remembered
  std::span<const AddressRange> translated;  ///< the networks' own NAT64 prefixes, beside those that all share
};

/// Verdict: what dissect() makes of the direction offered. So wide that a Result has no gap and is returned as it is.
enum class Verdict : std::uint32_t {
  not_mine,    ///< this flow is none of the dissector's; it is not asked again
  need_more,   ///< nothing consumed beyond `consumed`; offer again with more bytes
  keep_going,  ///< `consumed` octets are done; offer what follows
  hand_over,   ///< `consumed` octets are done; what follows belongs to another dissector
  settled,     ///< nothing more is wanted from this direction
  concluded,   ///< nothing more is wanted from either direction
  truncated,   ///< the snaplen cut what was needed; this direction is over
  malformed,   ///< the bytes break the protocol; this direction is over
};

/// Result of dissect(). `consumed` counts from the start of Payload::bytes.
struct Result {
  Verdict verdict = Verdict::not_mine;
  std::uint32_t consumed = 0;
};

/// Claim: a dissector's answer to one of the first payloads of a flow.
enum class Claim : std::uint8_t {
  no,           ///< it does not begin here; it may behind what another protocol has to say first
  need_more,    ///< the bytes may be the start of its protocol; ask again with more
  yes,          ///< its protocol; who sent the payload it does not tell
  from_client,  ///< its protocol, and sent by the client
  from_server,
};
/// The flow is the dissector's.
[[nodiscard]] constexpr bool is_mine(Claim claim) noexcept { return claim >= Claim::yes; }

/// Memory: what a dissector remembers of a stream between two payloads. Zeroed when the flow is claimed, and for each
/// datagram.
inline constexpr std::size_t kMemoryBytes = 64;
struct alignas(8) Memory {
  std::array<std::byte, kMemoryBytes> octets{};
};

/// FactRow: one declared fact: its name in events and what its value holds.
struct FactRow {
  std::string_view name;
  std::string_view holds;
};

/// ExhibitRow: one declared kind of Exhibit: its name, and what its value and its bytes hold.
struct ExhibitRow {
  std::string_view name;
  std::string_view value;
  std::string_view bytes;
};

/// Dissector: a stateless type that reads one protocol. Its functions neither allocate nor throw.
template <class D>
concept Dissector = requires(const Payload& payload, typename D::Memory& memory, Notes& notes, Ending ending) {
  { D::kName } -> std::convertible_to<std::string_view>;
  { D::facts() }
  noexcept->std::same_as<std::span<const FactRow>>;
  { D::claims(payload) }
  noexcept->std::same_as<Claim>;
  { D::dissect(payload, memory, notes) }
  noexcept->std::same_as<Result>;
  { D::finish(memory, ending, notes) }
  noexcept->std::same_as<void>;
  requires std::is_trivially_copyable_v<typename D::Memory>;
  requires sizeof(typename D::Memory) <= kMemoryBytes;
};

/// Row: a dissector as a table entry, so that a table can also be built at run time.
struct Row {
  std::string_view name;
  std::span<const FactRow> facts;
  Claim (*claims)(const Payload&) noexcept;
  Result (*dissect)(const Payload&, Memory&, Notes&) noexcept;
  /// Called once for a flow that was claimed and is not settled in both directions when it ends.
  void (*finish)(Memory&, Ending, Notes&) noexcept;
  FactId base = 0;  ///< of its facts; the registry gives it

  /// The first place in a payload of a stream where its protocol begins beyond doubt; the size of the payload when
  /// there is none. Null: its protocol stands behind nothing else.
  std::uint32_t (*search)(const Payload&) noexcept = nullptr;
  /// Whether a flow of these ports that begins like this counts for the dissector's though nobody can claim it.
  bool (*presumes)(const Payload&) noexcept = nullptr;
  /// Its streams are messages one behind the other, for as long as the flow lasts: a hole costs those in the hole and
  /// no more, and silence ends nothing.
  bool lasts = false;
  /// The kinds of Exhibits that it notes when somebody wants them.
  std::span<const ExhibitRow> exhibits = {};
};

/// The dissector's own view of a flow's memory: an array of octets may hold any trivial object.
template <Dissector D>
[[nodiscard]] typename D::Memory& own_memory(Memory& memory) noexcept {
  static_assert(alignof(typename D::Memory) <= alignof(Memory));
  return *std::launder(reinterpret_cast<typename D::Memory*>(memory.octets.data()));
}

template <Dissector D>
[[nodiscard]] Row row_of() noexcept {
  Row row{D::kName, D::facts(), [](const Payload& p) noexcept { return D::claims(p); },
          [](const Payload& p, Memory& m, Notes& n) noexcept { return D::dissect(p, own_memory<D>(m), n); },
          [](Memory& m, Ending e, Notes& n) noexcept { D::finish(own_memory<D>(m), e, n); }};
  if constexpr (requires(const Payload& p) { D::search(p); })
    row.search = [](const Payload& p) noexcept { return D::search(p); };
  if constexpr (requires(const Payload& p) { D::presumes(p); })
    row.presumes = [](const Payload& p) noexcept { return D::presumes(p); };
  if constexpr (requires { D::kLasts; }) row.lasts = D::kLasts;
  if constexpr (requires { D::exhibits(); }) row.exhibits = D::exhibits();
  return row;
}

}  // namespace uptake
