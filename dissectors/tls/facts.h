#pragma once

#include <cstdint>
#include <span>

#include "dissectors/bits.h"
#include "dissectors/dissector.h"
#include "dissectors/tls/code_pages.h"

namespace uptake::tls {

/// Fact: what is noted of TLS handshakes (RFC 9846, 5246, 6066, 7301, 7627, 5746, 9849).
enum Fact : std::uint16_t {
  kOffer,    ///< one ClientHello (not the second one after a HelloRetryRequest), or that none could be read of a
             ///< connection that was not picked up midstream; value: OfferBits
  kSession,  ///< one TLS connection when all is known of it that will be: exactly one per claimed flow; value:
             ///< SessionBits
  kFactCount,
};

/// Alpn: application protocols that measures ask about (RFC 7301 registry).
enum class Alpn : std::uint8_t { absent, http11, h2, dot, other, h3, smtp, unobservable };  // packed in four bits

/// Sight: how much of the handshake was seen: why a session's negotiated values, or a client's offer, are known or
/// not.
enum class Sight : std::uint8_t {
  complete,  ///< ServerHello read (and ServerKeyExchange where one was due and visible); of an offer: ClientHello
  no_hello,  ///< TLS by port or by record type 23, no hello seen
  no_server_hello,  ///< ClientHello seen; the server's direction never showed a hello
  truncated,        ///< the snaplen cut the hello
  gap,              ///< a segment of the hello is missing
  malformed,        ///< the hello breaks its own lengths
  limit,            ///< a bound of uptake was reached
  refused,          ///< the server answered with an alert or closed: nothing was negotiated
  midstream,        ///< neither a hello nor the start of the connection was seen: it began before the capture did
};

/// OfferBits: the value of kOffer: what the client is willing to do. All else is false when `sight` is not complete.
struct OfferBits {
  std::uint16_t best_version = 0;   ///< highest of supported_versions without GREASE, else legacy_version
  std::uint16_t worst_version = 0;  ///< lowest of supported_versions, else 0 (the client states only an upper bound)
  bool sni = false;
  bool alpn = false;
  bool ems = false;                   ///< extension 23
  bool secure_renegotiation = false;  ///< extension 0xff01 or SCSV 0x00ff
  bool fallback_scsv = false;         ///< 0x5600 (RFC 7507)
  bool ech = false;                   ///< extension 0xfe0d; may be GREASE
  bool pq_offered = false;            ///< supported_groups lists one that is_post_quantum()
  bool pq_share = false;              ///< key_share carries one of them
  bool kyber_draft = false;           ///< it lists one that is_kyber_draft()
  bool early_data = false;            ///< extension 42
  bool psk = false;                   ///< extension 41 or a non-empty session_ticket
  bool status_request = false;        ///< extension 5
  bool compression = false;           ///< a compression method other than null
  bool cert_compression = false;      ///< extension 27
  bool maybe_second = false;  ///< it may be the second one, behind a HelloRetryRequest: then shares are what that
                              ///< asks for, and early data is none
  Alpn first_alpn = Alpn::absent;
  Sight sight = Sight::complete;  ///< why the ClientHello could not be read; `no_hello`: it was not seen
  Carrier carrier = Carrier::transport;

  // Inlined always, as in Fields.
  [[nodiscard, gnu::always_inline]] constexpr std::uint64_t pack() const noexcept;
  [[nodiscard, gnu::always_inline]] static constexpr OfferBits unpack(std::uint64_t v) noexcept;
};

/// OfferFields: where OfferBits has its fields. Offers have no events.
using OfferFields =
    Fields<OfferBits, Field<&OfferBits::best_version, 0, 16>, Field<&OfferBits::worst_version, 16, 16>,
           Flag<&OfferBits::sni, 32>, Flag<&OfferBits::alpn, 33>, Flag<&OfferBits::ems, 34>,
           Flag<&OfferBits::secure_renegotiation, 35>, Flag<&OfferBits::fallback_scsv, 36>, Flag<&OfferBits::ech, 37>,
           Flag<&OfferBits::pq_offered, 38>, Flag<&OfferBits::pq_share, 39>, Flag<&OfferBits::kyber_draft, 40>,
           Flag<&OfferBits::early_data, 41>, Flag<&OfferBits::psk, 42>, Flag<&OfferBits::status_request, 43>,
           Flag<&OfferBits::compression, 44>, Flag<&OfferBits::cert_compression, 45>,
           Field<&OfferBits::first_alpn, 46, 4>, Field<&OfferBits::sight, 50, 4>, Field<&OfferBits::carrier, 54, 3>,
           Flag<&OfferBits::maybe_second, 57>>;
constexpr std::uint64_t OfferBits::pack() const noexcept { return OfferFields::pack(*this); }
constexpr OfferBits OfferBits::unpack(std::uint64_t v) noexcept { return OfferFields::unpack(v); }

/// GroupSight: what is known of the key exchange group.
enum class GroupSight : std::uint8_t {
  known,         ///< SessionBits::group is the group
  none,          ///< no (EC)DHE took place (RSA key exchange, PSK only, resumption below 1.3)
  custom_dh,     ///< finite-field parameters that are no RFC 7919 group
  unobservable,  ///< the ServerKeyExchange was not seen
};

/// SessionBits: the value of kSession. suite and group are the wire's code points, kOtherCodePoint for those that
/// nobody assigned; 0 when not known.
struct SessionBits {
  std::uint16_t suite = 0;
  std::uint16_t group = 0;
  std::uint8_t version_minor = 0;  ///< 0 SSL 3.0 .. 4 TLS 1.3; 13 SSL 2.0; 14 a TLS 1.3 draft; 15 not known
  Sight sight = Sight::no_hello;
  GroupSight group_sight = GroupSight::unobservable;
  Alpn alpn = Alpn::absent;   ///< chosen below 1.3; `unobservable` in 1.3 when any was offered
  bool client_hello = false;  ///< the flow's ClientHello was read too: the offer bits below mean something
  bool resumed = false;
  bool hello_retry = false;
  bool retry_unknown = false;         ///< whether a HelloRetryRequest was sent is not known
  bool ems = false;                   ///< in both hellos
  bool secure_renegotiation = false;  ///< in the ServerHello
  bool compression = false;
  bool pq_offered = false;
  bool pq_share = false;
  bool offered_1_3 = false;
  bool dot = false;  ///< port 853, or ALPN dot offered
  std::uint8_t signature_hash =
      0;                    ///< ServerKeyExchange hash id 1..6 (RFC 5246 §7.4.1.4.1), 8 for intrinsic; 0 unknown
  bool client_ems = false;  ///< the ClientHello carries it
  bool client_renegotiation = false;  ///< the ClientHello asks for secure renegotiation
  bool doh = false;                   ///< the client names a public resolver of DNS over HTTPS, not on port 853
  bool full = false;         ///< below 1.3: a Certificate or ServerKeyExchange was passed, so it resumes nothing
  bool below_offer = false;  ///< the server chose a lower version than the client's best
  Carrier carrier = Carrier::transport;

  // Inlined always, as in Fields.
  [[nodiscard, gnu::always_inline]] constexpr std::uint64_t pack() const noexcept;
  [[nodiscard, gnu::always_inline]] static constexpr SessionBits unpack(std::uint64_t v) noexcept;
  /// The negotiated protocol version as the wire writes it, of a draft that of TLS 1.3; 0 when not known.
  [[nodiscard]] constexpr std::uint16_t version() const noexcept {
    if (version_minor == 14) return 0x0304;
    if (version_minor == 13) return 0x0002;
    return version_minor <= 4 ? static_cast<std::uint16_t>(0x0300 + version_minor) : std::uint16_t{0};
  }
};

/// SessionFields: where SessionBits has its fields; 61 to 63 are free.
using SessionFields =
    Fields<SessionBits, Field<&SessionBits::suite, 0, SuitePages::kBits, "suite", SuitePages>,
           Field<&SessionBits::group, 12, GroupPages::kBits, "group", GroupPages>,
           Field<&SessionBits::version_minor, 24, 4, "version">, Field<&SessionBits::sight, 28, 4, "sight">,
           Field<&SessionBits::group_sight, 32, 2, "group_sight">, Field<&SessionBits::alpn, 34, 4, "alpn">,
           Field<&SessionBits::signature_hash, 38, 4, "signature_hash">,
           Flag<&SessionBits::client_hello, 42, "client_hello">, Flag<&SessionBits::resumed, 43, "resumed">,
           Flag<&SessionBits::hello_retry, 44, "hello_retry">, Flag<&SessionBits::ems, 45, "ems">,
           Flag<&SessionBits::secure_renegotiation, 46, "secure_renegotiation">,
           Flag<&SessionBits::compression, 47, "compression">, Flag<&SessionBits::pq_offered, 48, "pq_offered">,
           Flag<&SessionBits::pq_share, 49, "pq_share">, Flag<&SessionBits::offered_1_3, 50, "offered_1_3">,
           Flag<&SessionBits::dot, 51, "dot">, Flag<&SessionBits::client_ems, 52>,
           Flag<&SessionBits::client_renegotiation, 53>, Flag<&SessionBits::full, 54>, Flag<&SessionBits::doh, 55>,
           Flag<&SessionBits::below_offer, 56>, Field<&SessionBits::carrier, 57, 3, "carrier">,
           Flag<&SessionBits::retry_unknown, 60>>;
static_assert(SessionFields::kUsed < std::uint64_t{1} << 61);
constexpr std::uint64_t SessionBits::pack() const noexcept { return SessionFields::pack(*this); }
constexpr SessionBits SessionBits::unpack(std::uint64_t v) noexcept { return SessionFields::unpack(v); }

[[nodiscard]] std::span<const FactRow> facts() noexcept;

}  // namespace uptake::tls
