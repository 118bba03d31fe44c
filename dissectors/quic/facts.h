#pragma once

#include <cstdint>
#include <span>

#include "dissectors/bits.h"
#include "dissectors/dissector.h"
#include "dissectors/quic/versions.h"
#include "dissectors/tls/facts.h"

namespace uptake::quic {

/// Fact: what is noted of QUIC (RFC 9000, 9001, 9368, 9369, 9287).
enum Fact : std::uint16_t {
  kConnection,  ///< one connection when all is known of it that will be; value: ConnectionBits
  kFactCount,
};

/// Hello: what became of the client's ClientHello, which its Initials carry.
enum class Hello : std::uint8_t {
  read,
  sealed,     ///< no Initial of the client opens with the keys that its version demands
  partial,    ///< Initials opened, and a part of the hello was missing
  truncated,  ///< the snaplen cut an Initial, which only opens whole
  overload,   ///< more Initials came at once than a worker opens
  malformed,  ///< the hello breaks its own lengths
  limit,      ///< a bound of uptake was reached
  foreign,    ///< the version is none that is known
};

/// Answer: what became of the server's ServerHello, which its Initials carry.
enum class Answer : std::uint8_t {
  unseen,  ///< no Initial of the server was seen
  read,
  refused,    ///< there is none: the server closed the connection in its first Initials
  partial,    ///< Initials opened, and a part of it was missing; or so it may be, in front of a close
  sealed,     ///< an Initial does not open with the keys that its version demands
  truncated,  ///< the snaplen cut an Initial
  overload,   ///< more Initials came at once than a worker opens
  malformed,  ///< it breaks its own lengths
  limit,      ///< a bound of uptake was reached
};

/// ConnectionBits: the value of kConnection. What the hellos say means something where `hello` is read, and `answer`.
struct ConnectionBits {
  Version offered = Version::none;     ///< of the client's first packet
  Version negotiated = Version::none;  ///< of the server's packets; none: it showed none
  Hello hello = Hello::sealed;
  bool version_negotiation = false;  ///< the server asked for another version
  bool retry = false;
  bool zero_rtt = false;  ///< the client sent 0-RTT packets
  bool went_on = false;   ///< the server sent a Handshake packet, for which it needs the keys behind its ServerHello
  bool doq = false;       ///< on the port of DNS over QUIC
  bool ech = false;
  bool pq_offered = false;
  tls::Alpn alpn = tls::Alpn::absent;  ///< the first that the client offers
  std::uint16_t suite = 0;             ///< the wire's code points, chosen by the server; 0 when not known
  std::uint16_t group = 0;
  std::uint16_t hello_octets = 0;   ///< of the client's hello, as far as its CRYPTO frames reach
  std::uint8_t hello_initials = 0;  ///< Initials that carried it; seven: or more
  bool hello_shuffled = false;      ///< its CRYPTO frames do not follow each other
  Answer answer = Answer::unseen;

  [[nodiscard, gnu::always_inline]] constexpr std::uint64_t pack() const noexcept;
  [[nodiscard, gnu::always_inline]] static constexpr ConnectionBits unpack(std::uint64_t v) noexcept;
};

/// SuiteCode: the suites of TLS 1.3 (RFC 9846 appendix B.4) in three bits; others are kOtherCodePoint.
struct SuiteCode {
  static constexpr std::uint16_t kFirst = 0x1301;
  static constexpr std::uint16_t kLast = 0x1305;
  template <class Member>
  static constexpr std::uint64_t encode(Member suite) noexcept {
    if (suite == 0) return 0;
    return suite >= kFirst && suite <= kLast ? suite - kFirst + 1U : 7U;
  }
  template <class Member>
  static constexpr Member decode(std::uint64_t code) noexcept {
    if (code == 0) return 0;
    return code <= kLast - kFirst + 1U ? static_cast<Member>(kFirst + code - 1) : tls::kOtherCodePoint;
  }
};

/// ConnectionFields: where ConnectionBits has its fields.
using ConnectionFields = Fields<
    ConnectionBits, Field<&ConnectionBits::offered, 0, 5, "version">,
    Field<&ConnectionBits::negotiated, 5, 5, "negotiated_version">, Field<&ConnectionBits::hello, 10, 3, "hello">,
    Flag<&ConnectionBits::version_negotiation, 13, "version_negotiation">, Flag<&ConnectionBits::retry, 14, "retry">,
    Flag<&ConnectionBits::zero_rtt, 15, "zero_rtt">, Flag<&ConnectionBits::went_on, 16, "went_on">,
    Flag<&ConnectionBits::doq, 18, "doq">, Flag<&ConnectionBits::ech, 19, "ech">,
    Flag<&ConnectionBits::pq_offered, 20, "pq_offered">, Field<&ConnectionBits::alpn, 21, 4, "alpn">,
    Field<&ConnectionBits::suite, 25, 3, "suite", SuiteCode>,
    Field<&ConnectionBits::group, 28, tls::GroupPages::kBits, "group", tls::GroupPages>,
    Field<&ConnectionBits::hello_octets, 40, 15, "hello_octets">,
    Field<&ConnectionBits::hello_initials, 55, 3, "hello_initials">,
    Flag<&ConnectionBits::hello_shuffled, 58, "hello_shuffled">, Field<&ConnectionBits::answer, 59, 4, "answer">>;
static_assert(static_cast<unsigned>(Version::count_) <= 32);
constexpr std::uint64_t ConnectionBits::pack() const noexcept { return ConnectionFields::pack(*this); }
constexpr ConnectionBits ConnectionBits::unpack(std::uint64_t v) noexcept { return ConnectionFields::unpack(v); }

[[nodiscard]] std::span<const FactRow> facts() noexcept;

}  // namespace uptake::quic
