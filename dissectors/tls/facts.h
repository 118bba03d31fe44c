#pragma once

#include <cstdint>
#include <span>

#include "dissectors/dissector.h"

namespace uptake::tls {

/// Facts of TLS handshakes (RFC 9846, 5246, 6066, 7301, 7627, 5746, 9849).
enum Fact : std::uint16_t {
  kOffer,    ///< one ClientHello (not the second one after a HelloRetryRequest), or that none could be read of a
             ///< connection that was not picked up midstream; value: OfferBits
  kSession,  ///< one TLS connection when all is known of it that will be: exactly one per claimed flow; value:
             ///< SessionBits
  kFactCount,
};

/// Application protocols of ALPN that measures ask about (RFC 7301 registry).
enum class Alpn : std::uint8_t { absent, http11, h2, dot, other, h3, smtp, unobservable };

/// How much of the handshake was seen: why a session's negotiated values, or a client's offer, are known or not.
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

/// Value of kOffer: what the client is willing to do. All else is false when `sight` is not complete.
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
  Alpn first_alpn = Alpn::absent;
  Sight sight = Sight::complete;  ///< why the ClientHello could not be read; `no_hello`: it was not seen

  [[nodiscard]] constexpr std::uint64_t pack() const noexcept {
    return std::uint64_t{best_version} | std::uint64_t{worst_version} << 16 | std::uint64_t{sni} << 32 |
           std::uint64_t{alpn} << 33 | std::uint64_t{ems} << 34 | std::uint64_t{secure_renegotiation} << 35 |
           std::uint64_t{fallback_scsv} << 36 | std::uint64_t{ech} << 37 | std::uint64_t{pq_offered} << 38 |
           std::uint64_t{pq_share} << 39 | std::uint64_t{kyber_draft} << 40 | std::uint64_t{early_data} << 41 |
           std::uint64_t{psk} << 42 | std::uint64_t{status_request} << 43 | std::uint64_t{compression} << 44 |
           std::uint64_t{cert_compression} << 45 | static_cast<std::uint64_t>(first_alpn) << 46 |
           static_cast<std::uint64_t>(sight) << 49;
  }
  [[nodiscard]] static constexpr OfferBits unpack(std::uint64_t v) noexcept {
    const auto bit = [v](int n) { return (v >> n & 1) != 0; };
    OfferBits o;
    o.best_version = static_cast<std::uint16_t>(v);
    o.worst_version = static_cast<std::uint16_t>(v >> 16);
    o.sni = bit(32), o.alpn = bit(33), o.ems = bit(34), o.secure_renegotiation = bit(35), o.fallback_scsv = bit(36);
    o.ech = bit(37), o.pq_offered = bit(38), o.pq_share = bit(39), o.kyber_draft = bit(40), o.early_data = bit(41);
    o.psk = bit(42), o.status_request = bit(43), o.compression = bit(44), o.cert_compression = bit(45);
    o.first_alpn = static_cast<Alpn>(v >> 46 & 7);
    o.sight = static_cast<Sight>(v >> 49 & 15);
    return o;
  }
};

/// What is known of the key exchange group.
enum class GroupSight : std::uint8_t {
  known,         ///< SessionBits::group is the group
  none,          ///< no (EC)DHE took place (RSA key exchange, PSK only, resumption below 1.3)
  custom_dh,     ///< finite-field parameters that are no RFC 7919 group
  unobservable,  ///< the ServerKeyExchange was not seen
};

/// Value of kSession. version, suite and group are the wire's code points; 0 when not known.
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
  bool full = false;  ///< below 1.3: a Certificate or ServerKeyExchange was passed, so it resumes nothing

  [[nodiscard]] constexpr std::uint64_t pack() const noexcept {
    return std::uint64_t{suite} | std::uint64_t{group} << 16 | std::uint64_t{version_minor} << 32 |
           static_cast<std::uint64_t>(sight) << 36 | static_cast<std::uint64_t>(group_sight) << 40 |
           static_cast<std::uint64_t>(alpn) << 42 | std::uint64_t{client_hello} << 45 | std::uint64_t{resumed} << 46 |
           std::uint64_t{hello_retry} << 47 | std::uint64_t{ems} << 48 | std::uint64_t{secure_renegotiation} << 49 |
           std::uint64_t{compression} << 50 | std::uint64_t{pq_offered} << 51 | std::uint64_t{pq_share} << 52 |
           std::uint64_t{offered_1_3} << 53 | std::uint64_t{dot} << 54 | std::uint64_t{signature_hash & 15U} << 55 |
           std::uint64_t{client_ems} << 59 | std::uint64_t{client_renegotiation} << 60 | std::uint64_t{full} << 61 |
           std::uint64_t{doh} << 62;
  }
  [[nodiscard]] static constexpr SessionBits unpack(std::uint64_t v) noexcept {
    const auto bit = [v](int n) { return (v >> n & 1) != 0; };
    SessionBits s;
    s.suite = static_cast<std::uint16_t>(v);
    s.group = static_cast<std::uint16_t>(v >> 16);
    s.version_minor = static_cast<std::uint8_t>(v >> 32 & 15);
    s.sight = static_cast<Sight>(v >> 36 & 15);
    s.group_sight = static_cast<GroupSight>(v >> 40 & 3);
    s.alpn = static_cast<Alpn>(v >> 42 & 7);
    s.client_hello = bit(45), s.resumed = bit(46), s.hello_retry = bit(47), s.ems = bit(48);
    s.secure_renegotiation = bit(49), s.compression = bit(50), s.pq_offered = bit(51), s.pq_share = bit(52);
    s.offered_1_3 = bit(53), s.dot = bit(54);
    s.signature_hash = static_cast<std::uint8_t>(v >> 55 & 15);
    s.client_ems = bit(59), s.client_renegotiation = bit(60), s.full = bit(61), s.doh = bit(62);
    return s;
  }
  /// The negotiated protocol version as the wire writes it, of a draft that of TLS 1.3; 0 when not known.
  [[nodiscard]] constexpr std::uint16_t version() const noexcept {
    if (version_minor == 14) return 0x0304;
    if (version_minor == 13) return 0x0002;
    return version_minor <= 4 ? static_cast<std::uint16_t>(0x0300 + version_minor) : std::uint16_t{0};
  }
};

[[nodiscard]] std::span<const FactRow> facts() noexcept;

}  // namespace uptake::tls
