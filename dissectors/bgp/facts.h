#pragma once

#include <cstdint>
#include <span>

#include "dissectors/bits.h"
#include "dissectors/dissector.h"

namespace uptake::bgp {

/// Fact: what is noted of BGP-4 (RFC 4271, 4760, 5492, 6793, 7606, 7911).
enum Fact : std::uint16_t {
  kSession,       ///< one session, as soon as it is established, else when it ends; value: SessionBits
  kUpdate,        ///< one UPDATE; value: UpdateBits
  kNotification,  ///< one NOTIFICATION; value: NotificationBits
  kUnreadable,    ///< octets of a session that could not be read as messages; value: Ending that says why
  kFactCount,
};

/// Kind: the kinds of Exhibits.
enum Kind : std::uint16_t {
  kUpdateShown,   ///< value: UpdateBits, and above them waited(); bytes: the UPDATE without its header (RFC 4271
                  ///< section 4.3)
  kSessionShown,  ///< a session that ended; value: SessionBits; bytes: its Dialogue, as it lies in memory
  kKindCount,
};

/// Sight: how much of a session was seen.
enum class Sight : std::uint8_t {
  both,       ///< the OPENs of both ends
  one,        ///< of one end only: the other said nothing that could be read
  none,       ///< no OPEN, but messages: the session is older than the capture, or its start is missing
  truncated,  ///< no message: the snaplen cut them
  gap,        ///< they are missing
  malformed,
  limit,  ///< a bound of uptake was reached
};

/// RoleFit: whether the roles in both OPENs fit each other (RFC 9234 section 4.2).
enum class RoleFit : std::uint8_t { unknown, fits, mismatch };

/// Guard: which keyed digest protects the segments of both ends.
enum class Guard : std::uint8_t { none, md5, ao, unknown };

/// Ttl: with which TTL or Hop Limit both ends send, as RFC 5082 asks for.
enum class Ttl : std::uint8_t { lower, most, unknown };

/// SessionBits: the value of kSession. A capability is one that both OPENs list; all are false without both.
struct SessionBits {
  Sight sight = Sight::both;
  bool established = false;
  bool refused = false;   ///< it ended with a NOTIFICATION before it was established
  bool collided = false;  ///< that was for the other of two connections (RFC 4271 section 6.8)
  bool v6 = false;        ///< it runs over IPv6
  Guard guard = Guard::unknown;
  Ttl ttl = Ttl::unknown;
  bool internal = false;  ///< both ends are of one AS
  RoleFit roles = RoleFit::unknown;
  std::uint32_t capabilities = 0;  ///< bit set over Capability
  bool ip6 = false;                ///< both list IPv6 unicast (RFC 4760)
  bool broken_capability = false;  ///< a capability broke its bounds; the rest was read
  Ending why = Ending::closed;     ///< why messages are missing that may say more of it; closed: none are

  [[nodiscard]] constexpr std::uint64_t pack() const noexcept;
  [[nodiscard]] static constexpr SessionBits unpack(std::uint64_t v) noexcept;
};
using SessionFields =
    Fields<SessionBits, Field<&SessionBits::sight, 0, 3>, Flag<&SessionBits::established, 3>,
           Flag<&SessionBits::refused, 4>, Flag<&SessionBits::collided, 5>, Field<&SessionBits::guard, 6, 2>,
           Field<&SessionBits::ttl, 8, 2>, Flag<&SessionBits::internal, 10>, Field<&SessionBits::roles, 11, 2>,
           Field<&SessionBits::capabilities, 16, 32>, Flag<&SessionBits::ip6, 13>,
           Flag<&SessionBits::broken_capability, 14>, Flag<&SessionBits::v6, 15>, Field<&SessionBits::why, 48, 3>>;
constexpr std::uint64_t SessionBits::pack() const noexcept { return SessionFields::pack(*this); }
constexpr SessionBits SessionBits::unpack(std::uint64_t v) noexcept { return SessionFields::unpack(v); }

/// Octets: how many octets an AS number has in AS_PATH and AGGREGATOR (RFC 6793).
enum class Octets : std::uint8_t { unknown, two, four };

/// Scope: whether the session is one within an AS.
enum class Scope : std::uint8_t { unknown, internal, external };

/// OriginState: the validation state that a community of RFC 8097 tells; `other` is none of its three.
enum class OriginState : std::uint8_t { absent, valid, not_found, invalid, other };

/// UpdateBits: the value of kUpdate: what holds of all routes of one UPDATE, and how they are to be read.
struct UpdateBits {
  bool from_server = false;
  Octets as_octets = Octets::unknown;
  bool add_path_v4 = false;  ///< NLRI of IPv4 unicast have Path Identifiers (RFC 7911)
  bool add_path_v6 = false;
  Scope scope = Scope::unknown;
  bool announces = false;
  bool withdraws = false;
  bool end_of_rib = false;         ///< RFC 4724 section 2
  bool other_family = false;       ///< NLRI of a family that is not read
  bool path = false;               ///< AS_PATH is there and could be read
  bool as_set = false;             ///< AS_SET or AS_CONFED_SET in AS_PATH (RFC 9774)
  bool communities = false;        ///< RFC 1997
  bool extended = false;           ///< RFC 4360
  bool large = false;              ///< RFC 8092
  bool otc = false;                ///< Only to Customer (RFC 9234)
  bool blackhole = false;          ///< RFC 7999
  bool graceful_shutdown = false;  ///< RFC 8326
  bool reserved_as = false;        ///< an AS number in AS_PATH that nobody may use there (RFC 6793, 5398, 6996, 7300)
  OriginState origin_state = OriginState::absent;
  bool withdrawn = false;      ///< an attribute is broken, so that its routes count as withdrawn (RFC 7606)
  bool discarded = false;      ///< an attribute is broken that goes without the others
  bool broken_routes = false;  ///< a list of prefixes breaks its bounds: the rest of it is not read
  bool v6 = false;             ///< of one route: its prefix is IPv6
  bool has_role = false;       ///< both OPENs tell roles that fit
  bool leak = false;           ///< Only to Customer came from whom it may not come: RFC 9234 section 5

  // Inlined always, as in Fields.
  [[nodiscard, gnu::always_inline]] constexpr std::uint64_t pack() const noexcept;
  [[nodiscard, gnu::always_inline]] static constexpr UpdateBits unpack(std::uint64_t v) noexcept;
};
using UpdateFields =
    Fields<UpdateBits, Flag<&UpdateBits::from_server, 0>, Field<&UpdateBits::as_octets, 1, 2>,
           Flag<&UpdateBits::add_path_v4, 3>, Flag<&UpdateBits::add_path_v6, 4>, Field<&UpdateBits::scope, 5, 2>,
           Flag<&UpdateBits::announces, 7>, Flag<&UpdateBits::withdraws, 8>, Flag<&UpdateBits::end_of_rib, 9>,
           Flag<&UpdateBits::other_family, 10>, Flag<&UpdateBits::path, 11>, Flag<&UpdateBits::as_set, 12>,
           Flag<&UpdateBits::communities, 13>, Flag<&UpdateBits::extended, 14>, Flag<&UpdateBits::large, 15>,
           Flag<&UpdateBits::otc, 16>, Flag<&UpdateBits::blackhole, 17>, Flag<&UpdateBits::graceful_shutdown, 18>,
           Flag<&UpdateBits::reserved_as, 19>, Field<&UpdateBits::origin_state, 20, 3>,
           Flag<&UpdateBits::withdrawn, 23>, Flag<&UpdateBits::discarded, 24>, Flag<&UpdateBits::broken_routes, 25>,
           Flag<&UpdateBits::v6, 26>, Flag<&UpdateBits::has_role, 27>, Flag<&UpdateBits::leak, 28>>;
constexpr std::uint64_t UpdateBits::pack() const noexcept { return UpdateFields::pack(*this); }
constexpr UpdateBits UpdateBits::unpack(std::uint64_t v) noexcept { return UpdateFields::unpack(v); }

/// How long, in Payload::ticks, an UPDATE that is shown may have come before it was read.
inline constexpr unsigned kWaitedShift = 32;
static_assert(UpdateFields::kUsed >> kWaitedShift == 0);
[[nodiscard]] constexpr std::uint32_t waited(std::uint64_t shown) noexcept {
  return static_cast<std::uint32_t>(shown >> kWaitedShift);
}

/// Communication: what a NOTIFICATION says in words (RFC 9003).
enum class Communication : std::uint8_t { absent, said, broken };

/// NotificationBits: the value of kNotification.
struct NotificationBits {
  std::uint8_t code = 0;  ///< RFC 4271 section 4.5
  std::uint8_t subcode = 0;
  Communication communication = Communication::absent;
  bool from_server = false;
  [[nodiscard]] constexpr std::uint64_t pack() const noexcept;
  [[nodiscard]] static constexpr NotificationBits unpack(std::uint64_t v) noexcept;
};
using NotificationFields =
    Fields<NotificationBits, Field<&NotificationBits::code, 0, 8>, Field<&NotificationBits::subcode, 8, 8>,
           Field<&NotificationBits::communication, 16, 2>, Flag<&NotificationBits::from_server, 18>>;
constexpr std::uint64_t NotificationBits::pack() const noexcept { return NotificationFields::pack(*this); }
constexpr NotificationBits NotificationBits::unpack(std::uint64_t v) noexcept {
  return NotificationFields::unpack(v);
}

[[nodiscard]] std::span<const FactRow> facts() noexcept;
[[nodiscard]] std::span<const ExhibitRow> exhibits() noexcept;

}  // namespace uptake::bgp
