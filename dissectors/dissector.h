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

/// Ending: why a dissector is told that a flow ends before it was settled.
enum class Ending : std::uint8_t {
  closed,      ///< FIN or RST; of what has neither, there is no more of it
  gap,         ///< a segment is missing from the capture
  truncated,   ///< the snaplen cut what was needed
  malformed,   ///< bytes that break the protocol
  limit,       ///< a bound of uptake was reached (handshake pool, handshake_bytes)
  unfinished,  ///< its end was not seen: the input ended before, it fell silent, or another took its ports or place
};

/// Carrier: in what the octets of a dissector travel, when another one handed them over. Closed, so that a fact can
/// hold it in three bits.
enum class Carrier : std::uint8_t { transport, smtp, imap, pop3, xmpp, ldap, quic };

/// Payload: one datagram, or the unread contiguous start of one direction of a TCP stream.
struct Payload {
  Bytes bytes;              ///< captured octets
  std::uint32_t wire = 0;   ///< octets on the wire of the same piece; more than bytes.size() when cut by the snaplen
  bool stream = false;      ///< TCP; else one datagram
  bool from_start = false;  ///< the stream's start is known (SYN or SYN-ACK seen); else picked up midstream
  bool begun = false;       ///< the connection's start was seen, though these octets may be behind a hole
  bool claimed =
      false;  ///< claims() is asked whether this direction begins here: the flow is the dissector's already
  Ending lost = Ending::closed;  ///< of dissect(): why octets in front of these are missing; closed: none are
  bool waits = false;            ///< octets behind these came, or were acknowledged, before some in front of them
  std::uint32_t waited = 0;      ///< how long, in `ticks`, these may have waited behind a hole that was given up
  Side from = Side::client;      ///< who sent it; a guess until a claim settles it
  Carrier carrier = Carrier::transport;
  bool role_known = false;  ///< who the client is was settled by the dissector that handed over
  std::uint16_t client_port = 0;
  std::uint16_t server_port = 0;
  Family family = Family::v4;
  std::uint8_t hop_limit = 0;      ///< TTL or Hop Limit of the frame at hand when its sender sent this; else 0
  Bytes tcp_options;               ///< of the same frame
  std::uint32_t ticks = 0;         ///< packet time, as Exchanges count it
  std::uint64_t flow = 0;          ///< keyed digest of the flow, the same for both directions
  Exchanges* exchanges = nullptr;  ///< of the flow's shard; null: nothing is remembered
  std::span<const AddressRange> translated;  ///< the networks' own NAT64 prefixes, beside those that all share
};

/// Verdict: what dissect() makes of the direction offered. So wide that a Result has no gap and is returned as it is.
enum class Verdict : std::uint32_t {
  not_mine,    ///< this flow is none of the dissector's; it is not asked again
  need_more,   ///< nothing consumed beyond `consumed`; offer again with more bytes. Of a dissector that remembers
               ///< datagrams: it is in doubt whether the flow is its own
  keep_going,  ///< `consumed` octets are done; offer what follows
  hand_over,   ///< `consumed` octets are done; from here on both sides belong to the dissector that this one names in
               ///< its Habits, which is called with no octets first, for the ports and the carrier, or to whoever
               ///< claims them. finish() is not called: what is to be noted has been noted
  pass_on,     ///< hand_over of what turned out to be another protocol's: the next one is told no carrier
  settled,     ///< nothing more is wanted from this direction
  concluded,   ///< nothing more is wanted from either direction. Of a dissector that remembers datagrams: finish() is
               ///< called, behind that of the dissector of what it carries
  truncated,   ///< the snaplen cut what was needed; this direction is over
  malformed,   ///< the bytes break the protocol; this direction is over
};

/// Result of dissect(). `consumed` counts from the start of Payload::bytes.
struct Result {
  Verdict verdict = Verdict::not_mine;
  std::uint32_t consumed = 0;
};

/// Carried: octets of inner streams that a dissector took out of a datagram (the CRYPTO frames of QUIC, RFC 9000
/// section 19.6), each with its offset in the stream of the side that sent the datagram. They are put in order and
/// offered, as a stream of its own, to the dissector that this one names. Borrowed until dissect() is called again.
class Carried {
 public:
  static constexpr std::size_t kPieces = 24;
  struct Piece {
    std::uint32_t offset = 0;
    Bytes bytes;
  };

  /// Where there is no room for more in one datagram, the piece is dropped.
  void add(std::uint32_t offset, Bytes bytes) noexcept {
    if (count_ == kPieces) return drop();
    pieces_[count_++] = {offset, bytes};
  }
  /// A piece of the datagram was dropped.
  void drop() noexcept { ++dropped_; }
  [[nodiscard]] std::span<const Piece> pieces() const noexcept { return {pieces_.data(), count_}; }
  [[nodiscard]] std::size_t dropped() const noexcept { return dropped_; }
  void clear() noexcept { count_ = dropped_ = 0; }

 private:
  std::array<Piece, kPieces> pieces_{};
  std::size_t count_ = 0;
  std::size_t dropped_ = 0;
};

/// Call: one call of dissect(): what is offered, and where what is seen in it goes.
struct Call {
  const Payload& payload;
  Notes& notes;
  Carried& carried;  ///< empty when dissect() is called
  void* workspace;   ///< the dissector's own Workspace, one a worker; null when it declares none
};

/// Habits: how the flows of a dissector differ from those of a short handshake. Declared where they do.
struct Habits {
  /// The dissector that goes on behind hand_over, or reads what is Carried; empty: whoever claims it.
  std::string_view hands_over_to{};
  Carrier carrier = Carrier::transport;  ///< what that dissector is told of it
  /// Its streams are messages one behind the other: a hole costs those in the hole and no more. Behind one it is
  /// asked where it goes on (Payload::claimed), and may also hand over there, to what has begun in the hole.
  bool resumes = false;
  /// So are those that last as long as the flow: silence does not end them either, and they have a share of the pool
  /// that no number of short conversations takes.
  bool lasting = false;
  /// It is called without octets when Payload::waits of a direction changes.
  bool hears_holes = false;
  /// Its datagrams belong together, and it remembers between them: the flow gets a Conversation.
  bool remembers_datagrams = false;
  std::uint32_t most_held = 16 * 1024;  ///< octets of one direction that it may wait for; at most 64 KiB - 1

  [[nodiscard]] constexpr bool goes_on() const noexcept { return resumes || lasting; }
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

inline constexpr std::size_t kMemoryBytes = 64;
/// Memory: what a dissector remembers of a stream between two payloads. Zeroed when the flow is claimed, and for each
/// datagram.
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

/// Dissector: a stateless type that reads one protocol. Its functions neither allocate nor throw. Where it matters it
/// declares kHabits and a Workspace (made once a worker, at start), and takes a whole Call.
template <class D>
concept Dissector = requires(const Payload& payload, typename D::Memory& memory, Notes& notes, Ending ending) {
  { D::kName } -> std::convertible_to<std::string_view>;
  { D::facts() }
  noexcept->std::same_as<std::span<const FactRow>>;
  { D::claims(payload) }
  noexcept->std::same_as<Claim>;
  { D::finish(memory, ending, notes) }
  noexcept->std::same_as<void>;
  requires std::is_trivially_copyable_v<typename D::Memory>;
  requires sizeof(typename D::Memory) <= kMemoryBytes;
}
&&(
    requires(const Payload& payload, typename D::Memory& memory, Notes& notes) {
      { D::dissect(payload, memory, notes) }
      noexcept->std::same_as<Result>;
    } ||
    requires(Call & call, typename D::Memory& memory) {
      { D::dissect(call, memory) }
      noexcept->std::same_as<Result>;
    });

/// WorkspaceRow: how what a dissector needs once a worker is made and ended. Making may throw.
struct WorkspaceRow {
  void* (*make)() = nullptr;  ///< null: it needs nothing
  void (*end)(void*) noexcept = nullptr;
  /// Called at the start of each burst where frames come as they are sent, for what a dissector bounds by bursts; or
  /// null.
  void (*refill)(void*) noexcept = nullptr;
};

/// Row: a dissector as a table entry, so that a table can also be built at run time.
struct Row {
  std::string_view name;
  std::span<const FactRow> facts;
  Claim (*claims)(const Payload&) noexcept;
  Result (*dissect)(Call&, Memory&) noexcept;
  /// Called once for a flow that was claimed and is neither settled in both directions nor handed over when it ends.
  void (*finish)(Memory&, Ending, Notes&) noexcept;
  FactId base = 0;  ///< of its facts; the registry gives it

  /// The first place in a payload of a stream where its protocol begins beyond doubt; the size of the payload when
  /// there is none. Null: its protocol stands behind nothing else.
  std::uint32_t (*search)(const Payload&) noexcept = nullptr;
  /// Whether a flow of these ports that begins like this counts for the dissector's though nobody can claim it.
  bool (*presumes)(const Payload&) noexcept = nullptr;
  /// The kinds of Exhibits that it notes when somebody wants them.
  std::span<const ExhibitRow> exhibits = {};
  /// The dissector whose facts and Exhibits it notes, having none of its own; empty: its own.
  std::string_view notes_as = {};
  Habits habits{};
  WorkspaceRow workspace{};
  /// Told what the dissector that reads what this one carries notes: that one's own fact, and its value. Null:
  /// nothing.
  void (*hears)(Memory&, std::uint16_t, std::uint64_t) noexcept = nullptr;
  /// Why a stream that it certainly carried was never read; Ending::closed: there may have been none. Null: always.
  Ending (*unread)(const Memory&) noexcept = nullptr;
  std::uint8_t next = 0;  ///< row of Habits::hands_over_to; the registry gives it
};

/// The dissector's own view of a flow's memory: an array of octets may hold any trivial object.
template <Dissector D>
[[nodiscard]] typename D::Memory& own_memory(Memory& memory) noexcept {
  static_assert(alignof(typename D::Memory) <= alignof(Memory));
  return *std::launder(reinterpret_cast<typename D::Memory*>(memory.octets.data()));
}
template <Dissector D>
[[nodiscard]] const typename D::Memory& own_memory(const Memory& memory) noexcept {
  return *std::launder(reinterpret_cast<const typename D::Memory*>(memory.octets.data()));
}

template <Dissector D>
[[nodiscard]] Row row_of() noexcept {
  Row row{D::kName, D::facts(), [](const Payload& p) noexcept { return D::claims(p); },
          [](Call& call, Memory& m) noexcept {
            if constexpr (requires { D::dissect(call, own_memory<D>(m)); })
              return D::dissect(call, own_memory<D>(m));
            else
              return D::dissect(call.payload, own_memory<D>(m), call.notes);
          },
          [](Memory& m, Ending e, Notes& n) noexcept { D::finish(own_memory<D>(m), e, n); }};
  if constexpr (requires(const Payload& p) { D::search(p); })
    row.search = [](const Payload& p) noexcept { return D::search(p); };
  if constexpr (requires(const Payload& p) { D::presumes(p); })
    row.presumes = [](const Payload& p) noexcept { return D::presumes(p); };
  if constexpr (requires { D::kHabits; }) row.habits = D::kHabits;
  if constexpr (requires { typename D::Workspace; }) {
    using Own = typename D::Workspace;
    row.workspace = {[]() -> void* { return new Own(); },
                     [](void* made) noexcept { delete static_cast<Own*>(made); }};
    if constexpr (requires(Own & own) { own.refill(); })
      row.workspace.refill = [](void* made) noexcept { static_cast<Own*>(made)->refill(); };
  }
  if constexpr (requires(typename D::Memory & m) { D::hears(m, std::uint16_t{}, std::uint64_t{}); })
    row.hears = [](Memory& m, std::uint16_t fact, std::uint64_t value) noexcept {
      D::hears(own_memory<D>(m), fact, value);
    };
  if constexpr (requires(const typename D::Memory& m) { D::unread(m); })
    row.unread = [](const Memory& m) noexcept { return D::unread(own_memory<D>(m)); };
  if constexpr (requires { D::exhibits(); }) row.exhibits = D::exhibits();
  if constexpr (requires { D::kNotesAs; }) row.notes_as = D::kNotesAs;
  return row;
}

}  // namespace uptake
