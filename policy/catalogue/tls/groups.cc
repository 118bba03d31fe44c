#include <array>

#include "policy/catalogue/tls/judges.h"
#include "policy/catalogue/tls/measures.h"
#include "policy/catalogue/tls/standards.h"
#include "policy/catalogue/tls/suite_families.h"

namespace uptake {
namespace {

using tls::GroupSight;
using tls::session;
using tls::SessionBits;

constexpr std::uint16_t kAnyFfdheFirst = 0x0100;
constexpr std::uint16_t kAnyFfdheLast = 0x0104;

/// Lifts a predicate on the group to a judge over the sessions that have a key exchange with a group.
template <bool (*kPasses)(const SessionBits&)>
Judgement among_exchanges(std::uint64_t v, const Profile&) noexcept {
  const SessionBits s = SessionBits::unpack(v);
  const Judgement seen = tls::negotiated(s);
  if (!is_pass(seen)) return seen;
  if (s.group_sight == GroupSight::none) return Judgement::not_applicable();
  if (s.group_sight == GroupSight::unobservable) return Judgement::unobservable(tls::no_key_exchange(s));
  return Judgement::pass_if(kPasses(s));
}

template <std::uint16_t kGroup>
bool is_group(const SessionBits& s) {
  return s.group_sight == GroupSight::known && s.group == kGroup;
}
bool is_finite_field(const SessionBits& s) {
  return s.group_sight == GroupSight::custom_dh || (s.group >= kAnyFfdheFirst && s.group <= kAnyFfdheLast);
}
bool is_pure(const SessionBits& s) { return s.group_sight == GroupSight::known && tls::is_pure_ml_kem(s.group); }
bool is_custom(const SessionBits& s) { return s.group_sight == GroupSight::custom_dh; }
bool has_ml_kem(const SessionBits& s) { return s.group_sight == GroupSight::known && tls::is_post_quantum(s.group); }

/// Of all connections with a key exchange by public keys of whatever kind: below 1.3, where plain RSA is one too,
/// none is post-quantum. Resumption and plain PSK have secrets from before.
Judgement is_post_quantum(std::uint64_t v, const Profile&) noexcept {
  const SessionBits s = SessionBits::unpack(v);
  const Judgement seen = tls::negotiated(s);
  if (!is_pass(seen)) return seen;
  if (!tls::is_13(s)) {
    if (s.resumed || tls::is_plain_psk(s.suite)) return Judgement::not_applicable();
    return tls::resumes_nothing(s) ? Judgement::fail() : Judgement::unobservable(tls::no_key_exchange(s));
  }
  if (s.group_sight == GroupSight::none) return Judgement::not_applicable();
  if (s.group_sight == GroupSight::unobservable) return Judgement::unobservable(tls::no_key_exchange(s));
  return Judgement::pass_if(has_ml_kem(s));
}
/// Of the connections whose client offered ML-KEM: what the server made of it.
Judgement takes_post_quantum(std::uint64_t v, const Profile& profile) noexcept {
  const SessionBits s = SessionBits::unpack(v);
  const Judgement offer = tls::offer_seen(s);
  if (!is_pass(offer)) return offer;
  if (!s.pq_offered) return Judgement::not_applicable();
  return is_post_quantum(v, profile);
}

/// Who keeps a key exchange from being post-quantum. The client: it offers no ML-KEM group, or no version that has
/// one. The server: it chooses another group, or a version that has none. Both: each on its own.
tls::Holder holder_of(const SessionBits& s) {
  if (s.pq_offered && s.offered_1_3) return tls::Holder::server;
  return s.offered_1_3 && !tls::is_13(s) ? tls::Holder::both : tls::Holder::client;
}

/// Of the connections without a post-quantum key exchange: whether it was `kHolder` who held them back.
template <tls::Holder kHolder>
Judgement holds_back(std::uint64_t v, const Profile& profile) noexcept {
  const Judgement seen = is_post_quantum(v, profile);
  if (is_pass(seen)) return Judgement::not_applicable();
  if (seen.outcome != Judgement::Outcome::fail) return seen;
  const SessionBits s = SessionBits::unpack(v);
  if (!s.client_hello) return Judgement::unobservable(tls::kNoClientHello);
  return Judgement::pass_if(holder_of(s) == kHolder);
}

using namespace standards;

constexpr std::string_view kHidden =
    "Connections whose ServerHello or ServerKeyExchange was not seen. Without a group (RSA, PSK, resumption below "
    "1.3) the question does not apply.";
constexpr std::string_view kNoGroup = "Key exchanges without a group, and handshakes that were refused.";
constexpr std::string_view kPqHidden =
    "Connections whose ServerHello was not seen. Below TLS 1.3 every key exchange fails, plain RSA too; where none "
    "takes place (plain PSK, resumption without a group) the question does not apply.";

/// A row about who held a key exchange back.
constexpr Measure held_back(std::string_view id, Judge judge, std::string_view question, std::string_view passes,
                            std::string_view fails) {
  return session(Unit::connections, id, kPostQuantum, judge, question, passes,
                 "Connections whose ServerHello was not seen, and those without a post-quantum key exchange whose "
                 "ClientHello was not.")
      .neutral()
      .fails_if(fails)
      .leaves_out("Post-quantum connections, those without a key exchange, and handshakes that were refused.");
}

template <std::uint16_t kGroup>
constexpr Measure group(std::string_view id, const Standard& standard, std::string_view question) {
  return session(Unit::connections, id, standard, among_exchanges<is_group<kGroup>>, question,
                 "The server chose it: key_share in TLS 1.3, ServerKeyExchange below.", kHidden)
      .neutral()
      .leaves_out(kNoGroup);
}

constexpr std::array kRows = {
    group<0x001d>("tls.group.x25519", kTlsGroups, "How many key exchanges use x25519?"),
    group<0x001e>("tls.group.x448", kTlsGroups, "How many key exchanges use x448?"),
    group<0x0017>("tls.group.secp256r1", kTlsGroups, "How many key exchanges use secp256r1?"),
    group<0x0018>("tls.group.secp384r1", kTlsGroups, "How many key exchanges use secp384r1?"),
    group<0x0019>("tls.group.secp521r1", kTlsGroups, "How many key exchanges use secp521r1?"),
    group<0x0100>("tls.group.ffdhe2048", kTlsGroups, "How many key exchanges use ffdhe2048?"),
    group<0x0101>("tls.group.ffdhe3072", kTlsGroups, "How many key exchanges use ffdhe3072?"),
    group<0x0102>("tls.group.ffdhe4096", kTlsGroups, "How many key exchanges use ffdhe4096?"),
    session(Unit::connections, "tls.group.finite_field", kTlsGroups, among_exchanges<is_finite_field>,
            "How many key exchanges are finite-field Diffie-Hellman?",
            "An RFC 7919 group or parameters of one's own.", kHidden)
        .neutral(),
    session(Unit::connections, "tls.group.custom_dh", kTlsGroups, among_exchanges<is_custom>,
            "How many key exchanges use finite-field parameters of the server's own?", "No group of RFC 7919.",
            kHidden)
        .low_is_good(),
    group<0x11ec>("tls.group.x25519mlkem768", kPostQuantum, "How many key exchanges use X25519MLKEM768?"),
    group<0x11eb>("tls.group.secp256r1mlkem768", kPostQuantum, "How many key exchanges use SecP256r1MLKEM768?"),
    group<0x11ed>("tls.group.secp384r1mlkem1024", kPostQuantum, "How many key exchanges use SecP384r1MLKEM1024?"),
    session(Unit::connections, "tls.group.mlkem", kPostQuantum, among_exchanges<is_pure>,
            "How many key exchanges use ML-KEM without a classical half?",
            "The server chose MLKEM512, MLKEM768 or MLKEM1024.", kHidden),

    session(Unit::connections, "tls.pq.negotiated", kPostQuantum, is_post_quantum,
            "How many connections have a post-quantum key exchange?",
            "An ML-KEM group was chosen, hybrid or pure. Only the key exchange: certificates stay classical.",
            kPqHidden)
        .first_screen("post-quantum connections", 4),
    session(Unit::bytes, "tls.pq.negotiated", kPostQuantum, is_post_quantum,
            "How many bytes travel behind a post-quantum key exchange?",
            "An ML-KEM group was chosen, hybrid or pure.", kPqHidden),
    session(
        Unit::servers, "tls.pq.negotiated", kPostQuantum, by_entity<is_post_quantum>,
        "How many servers only had post-quantum key exchanges here?",
        "Every connection of a server chose an ML-KEM group; at best: one did. Clients that do not offer one count "
        "too: tls.pq.accepted leaves them out.",
        kPqHidden),
    session(Unit::subscribers, "tls.pq.negotiated", kPostQuantum, by_entity<is_post_quantum>,
            "How many subscribers only had post-quantum key exchanges here?",
            "Every connection of a subscriber chose an ML-KEM group; at best: one did.", kPqHidden)
        .beware("One old device, or one old server that is visited, makes a subscriber fail; without customers any "
                "client counts."),
    session(Unit::connections, "tls.pq.accepted", kPostQuantum, takes_post_quantum,
            "How many offers of a post-quantum key exchange are taken?",
            "The client listed an ML-KEM group and the server chose one. Refused handshakes are left out.",
            "Connections whose ClientHello or ServerHello was not seen."),
    session(Unit::servers, "tls.pq.accepted", kPostQuantum, by_entity<takes_post_quantum>,
            "How many servers take post-quantum key exchange when it is offered?",
            "Every offer was taken; at best: one was. Refused handshakes are left out.",
            "Servers whose ClientHello or ServerHello was never seen."),
    held_back("tls.pq.held_by_server", holds_back<tls::Holder::server>,
              "Of the connections without a post-quantum key exchange, how many does the server hold back?",
              "The client offered an ML-KEM group and TLS 1.3, and the server chose another group or less.",
              "The client offered no ML-KEM group, or not the version that has one."),
    held_back("tls.pq.held_by_client", holds_back<tls::Holder::client>,
              "Of the connections without a post-quantum key exchange, how many does the client alone hold back?",
              "The client offered no ML-KEM group, or not the version that has one, and the server chose no less.",
              "The client offered an ML-KEM group, or the server chose a version that has none."),
    held_back("tls.pq.held_by_both", holds_back<tls::Holder::both>,
              "Of the connections without a post-quantum key exchange, how many do client and server both hold back?",
              "The client offered TLS 1.3 without an ML-KEM group, and the server chose a version that has none.",
              "The client offered an ML-KEM group, or the server's choice ruled out none."),
};

}  // namespace

std::span<const Measure> tls_group_measures() noexcept { return kRows; }

}  // namespace uptake
