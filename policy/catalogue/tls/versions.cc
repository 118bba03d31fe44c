#include <array>

#include "policy/catalogue/tls/judges.h"
#include "policy/catalogue/tls/measures.h"
#include "policy/catalogue/tls/standards.h"
#include "policy/catalogue/tls/words.h"

namespace uptake {
namespace {

using tls::session;
using tls::SessionBits;

template <std::uint8_t kMinor>
bool is_version(const SessionBits& s) {
  return s.version_minor == kMinor || (kMinor == tls::kTls13 && tls::is_13(s));
}
bool is_modern(const SessionBits& s) { return s.version_minor == tls::kTls12 || tls::is_13(s); }

template <std::uint8_t kMinor>
constexpr Judge kVersion = tls::among_negotiated<is_version<kMinor>>;
constexpr Judge kModern = tls::among_negotiated<is_modern>;

Judgement offer_of_13_taken(std::uint64_t v, const Profile&) noexcept {
  const SessionBits s = SessionBits::unpack(v);
  const Judgement offer = tls::offer_seen(s);
  if (!is_pass(offer)) return offer;
  if (!s.offered_1_3) return Judgement::not_applicable();
  const Judgement seen = tls::negotiated(s);
  return is_pass(seen) ? Judgement::pass_if(tls::is_13(s)) : seen;
}

/// Who keeps a connection from being TLS 1.3. The client: it does not offer it. The server: it chooses less than the
/// client's best. Both: each on its own.
tls::Holder holder_of(const SessionBits& s) {
  if (s.offered_1_3) return tls::Holder::server;
  return s.below_offer ? tls::Holder::both : tls::Holder::client;
}

/// Of the connections below 1.3: whether it was `kHolder` who held them back.
template <tls::Holder kHolder>
Judgement holds_back(std::uint64_t v, const Profile&) noexcept {
  const SessionBits s = SessionBits::unpack(v);
  const Judgement seen = tls::negotiated(s);
  if (!is_pass(seen)) return seen;
  if (tls::is_13(s)) return Judgement::not_applicable();
  if (!s.client_hello) return Judgement::unobservable(tls::kNoClientHello);
  return Judgement::pass_if(holder_of(s) == kHolder);
}

Judgement start_seen(std::uint64_t v, const Profile&) noexcept {
  return Judgement::pass_if(SessionBits::unpack(v).sight != tls::Sight::midstream);
}
Judgement hello_read(std::uint64_t v, const Profile&) noexcept {
  const SessionBits s = SessionBits::unpack(v);
  if (s.client_hello || s.version_minor != tls::kUnknownVersion) return Judgement::pass();
  switch (s.sight) {
    case tls::Sight::malformed:
      return Judgement::fail();
    case tls::Sight::midstream:
      return Judgement::unobservable(tls::kNoHello);
    case tls::Sight::refused:
    case tls::Sight::complete:
      return Judgement::pass();
    default:
      return Judgement::unobservable(tls::reason_of(s.sight));
  }
}
Judgement is_accepted(std::uint64_t v, const Profile&) noexcept {
  const SessionBits s = SessionBits::unpack(v);
  if (s.sight == tls::Sight::refused) return Judgement::fail();
  return tls::negotiated(s);
}

using namespace standards;

/// One version: by connections, by bytes and by servers.
template <std::uint8_t kMinor>
constexpr std::array<Measure, 3> version(std::string_view id, const Standard& standard, std::string_view connections,
                                         std::string_view bytes, std::string_view servers) {
  constexpr std::string_view kPasses =
      "The ServerHello chose it: supported_versions where present (RFC 9846 §4.2.1). Drafts of TLS 1.3 count as 1.3.";
  constexpr std::string_view kServers =
      "Every connection of a server (address, port, name) negotiated it; at best: one did.";
  return {session(Unit::connections, id, standard, kVersion<kMinor>, connections, kPasses),
          session(Unit::bytes, id, standard, kVersion<kMinor>, bytes, kPasses),
          session(Unit::servers, id, standard, by_entity<kVersion<kMinor>>, servers, kServers)};
}

constexpr auto kV13 = version<4>("tls.version.1_3", kTls, "How many connections use TLS 1.3?",
                                 "How many bytes travel in TLS 1.3?", "How many servers only speak TLS 1.3 here?");
constexpr auto kV12 = version<3>("tls.version.1_2", kTls, "How many connections use TLS 1.2?",
                                 "How many bytes travel in TLS 1.2?", "How many servers only speak TLS 1.2 here?");
constexpr auto kV11 = version<2>("tls.version.1_1", kTlsDeprecated, "How many connections use TLS 1.1?",
                                 "How many bytes travel in TLS 1.1?", "How many servers only speak TLS 1.1 here?");
constexpr auto kV10 = version<1>("tls.version.1_0", kTlsDeprecated, "How many connections use TLS 1.0?",
                                 "How many bytes travel in TLS 1.0?", "How many servers only speak TLS 1.0 here?");
constexpr auto kV30 = version<0>("tls.version.ssl_3", kTlsDeprecated, "How many connections use SSL 3.0?",
                                 "How many bytes travel in SSL 3.0?", "How many servers only speak SSL 3.0 here?");

constexpr std::string_view kStartPasses =
    "The start of the connection or a hello was seen. The rest was picked up midstream: by port or record type it is "
    "TLS, and the other rows leave it out.";
constexpr std::string_view kNothingHidden =
    "Nothing: each connection that is known to be TLS was seen to begin or not.";
constexpr std::string_view kModernPasses = "TLS 1.2 or 1.3 was negotiated.";

constexpr std::string_view kHolderHidden =
    "Connections whose ServerHello was not seen, and those below 1.3 whose ClientHello was not.";
constexpr std::string_view kHolderOutside = "Connections in TLS 1.3, and handshakes that were refused.";

constexpr std::array kRows = {
    session(Unit::connections, "tls.start", kTls, start_seen, "How many TLS connections were seen from their start?",
            kStartPasses, kNothingHidden),
    session(Unit::bytes, "tls.start", kTls, start_seen,
            "How many bytes travel in TLS connections that were seen from their start?", kStartPasses,
            kNothingHidden),
    session(Unit::connections, "tls.hello", kTls, hello_read,
            "How many TLS connections show a hello that can be read?",
            "A hello of either side, or the server's refusal, was read; one that contradicts its own lengths fails.",
            "Connections whose hellos were not seen, were cut or lost: TLS by port or record type only (no_hello)."),
    session(Unit::connections, "tls.accepted", kTls, is_accepted, "How many TLS handshakes are accepted?",
            "The server answered with a ServerHello, not with an alert or the end of the connection."),
    session(Unit::connections, "tls.version.modern", kTlsDeprecated, kModern,
            "How many connections use TLS 1.2 or later?", kModernPasses),
    session(Unit::bytes, "tls.version.modern", kTlsDeprecated, kModern, "How many bytes travel in TLS 1.2 or later?",
            kModernPasses),
    session(Unit::servers, "tls.version.modern", kTlsDeprecated, by_entity<kModern>,
            "How many servers never negotiate less than TLS 1.2?",
            "Every connection of a server (address, port, name) used TLS 1.2 or 1.3; at best: one did."),
    kV13[0]
        .first_screen("connections in TLS 1.3", 1)
        .beware("TLS inside QUIC is always 1.3 and counts with the rest; the figures by vantage tell them apart."),
    kV13[1],
    kV13[2],
    session(Unit::subscribers, "tls.version.1_3", kTls, by_entity<kVersion<4>>,
            "How many subscribers only speak TLS 1.3 here?",
            "Every connection of a subscriber negotiated it; at best: one did.")
        .beware("One old device, or one old server that is visited, makes a subscriber fail; without customers any "
                "client counts."),
    kV12[0].neutral(),
    kV12[1].neutral(),
    kV12[2].neutral(),
    kV11[0].low_is_good(),
    kV11[1].low_is_good(),
    kV11[2].low_is_good(),
    kV10[0].low_is_good(),
    kV10[1].low_is_good(),
    kV10[2].low_is_good(),
    kV30[0].low_is_good(),
    kV30[1].low_is_good(),
    kV30[2].low_is_good(),
    session(Unit::connections, "tls.version.ssl_2", kTlsDeprecated, kVersion<tls::kSsl2>,
            "How many connections use SSL 2.0?", "The server answered with a SERVER-HELLO of SSL 2.0.")
        .low_is_good(),
    session(
        Unit::connections, "tls.version.1_3.held_by_server", kTls, holds_back<tls::Holder::server>,
        "Of the connections below TLS 1.3, how many does the server hold back?",
        "The client offered TLS 1.3 and the server chose less; those that fail, the client holds back: it did not "
        "offer it.",
        kHolderHidden)
        .neutral()
        .first_screen("1.3 held back by server", 3)
        .fails_if("The client did not offer TLS 1.3: it is the client that holds back.")
        .leaves_out(kHolderOutside),
    session(Unit::connections, "tls.version.1_3.held_by_client", kTls, holds_back<tls::Holder::client>,
            "Of the connections below TLS 1.3, how many does the client alone hold back?",
            "The client did not offer TLS 1.3 and the server chose the best version that it did offer.",
            kHolderHidden)
        .neutral()
        .fails_if("The server chose less than the client offered.")
        .leaves_out(kHolderOutside),
    session(Unit::connections, "tls.version.1_3.held_by_both", kTls, holds_back<tls::Holder::both>,
            "Of the connections below TLS 1.3, how many do client and server both hold back?",
            "The client did not offer TLS 1.3 and the server chose even less than it did offer.", kHolderHidden)
        .neutral()
        .fails_if("The client offered TLS 1.3, or the server chose the best version that it did offer.")
        .leaves_out(kHolderOutside),
    session(Unit::connections, "tls.version.1_3.accepted", kTls, offer_of_13_taken,
            "How many servers' choices are TLS 1.3 when the client offers it?",
            "TLS 1.3 was negotiated after the client offered it: the rest is held back by the server. A refused "
            "handshake chose nothing and is left out.",
            "Connections whose ClientHello or ServerHello was not seen."),
    session(Unit::servers, "tls.version.1_3.accepted", kTls, by_entity<offer_of_13_taken>,
            "How many servers take TLS 1.3 when it is offered?",
            "Every offer was taken; at best: one was. Refused handshakes are left out.",
            "Servers whose ClientHello or ServerHello was never seen."),
};

}  // namespace

std::span<const Measure> tls_version_measures() noexcept { return kRows; }

}  // namespace uptake
