#include "dissectors/tls/facts.h"
#include "tests/policy/judging.h"

namespace uptake {
namespace tls_judges_test {

using tls::GroupSight;
using tls::OfferBits;
using tls::SessionBits;
using tls::Sight;

std::string session(std::string_view id, const SessionBits& s) { return judged(id, Unit::connections, s.pack()); }
std::string server(std::string_view id, const SessionBits& s) { return judged(id, Unit::servers, s.pack()); }
std::string offer(std::string_view id, const OfferBits& o) { return judged(id, Unit::connections, o.pack()); }

/// A whole TLS 1.3 handshake with x25519.
SessionBits tls13() {
  return {.suite = 0x1302,
          .group = 0x001d,
          .version_minor = 4,
          .sight = Sight::complete,
          .group_sight = GroupSight::known,
          .client_hello = true,
          .offered_1_3 = true};
}
/// A whole TLS 1.2 handshake as the profiles like it.
SessionBits tls12() {
  return {.suite = 0xc02f,
          .group = 0x0017,
          .version_minor = 3,
          .sight = Sight::complete,
          .group_sight = GroupSight::known,
          .client_hello = true,
          .ems = true,
          .secure_renegotiation = true,
          .signature_hash = 4,
          .client_ems = true,
          .client_renegotiation = true,
          .full = true};
}

/// The class of a session by its four rows: the names of those that pass, or the one reason of all that are hidden.
std::string classed(const SessionBits& s, const Profile& profile = default_profile()) {
  std::string text;
  for (const std::string_view row : {"good", "sufficient", "phase_out", "insufficient"}) {
    const std::string outcome = judged("tls.class." + std::string(row), Unit::connections, s.pack(), profile);
    if (outcome == "fail") continue;
    text += text.empty() ? "" : " ";
    text += outcome == "pass" ? std::string(row) : std::string(row) + ":" + outcome;
  }
  return text;
}

TEST(TlsJudges, NameVersions) {
  EXPECT_EQ(session("tls.version.1_3", tls13()), "pass");
  EXPECT_EQ(session("tls.version.1_2", tls13()), "fail");
  EXPECT_EQ(session("tls.version.modern", tls12()), "pass");
  SessionBits old = tls12();
  old.version_minor = 1;
  EXPECT_EQ(session("tls.version.1_0", old), "pass");
  EXPECT_EQ(session("tls.version.modern", old), "fail");
  EXPECT_EQ(judged("tls.version.1_0", Unit::bytes, old.pack()), "pass");
  EXPECT_EQ(server("tls.version.modern", old), "fail");
}

TEST(TlsJudges, SayWhyNothingIsKnown) {
  const std::pair<Sight, std::string> reasons[] = {
      {Sight::no_hello, "no_hello"},     {Sight::no_server_hello, "no_server_hello"},
      {Sight::truncated, "truncated"},   {Sight::gap, "gap"},
      {Sight::malformed, "malformed"},   {Sight::limit, "limit"},
      {Sight::refused, "not_applicable"}};
  for (const auto& [sight, reason] : reasons) {
    const SessionBits s{.version_minor = 15, .sight = sight};
    EXPECT_EQ(session("tls.version.1_3", s), reason);
    EXPECT_EQ(session("tls.suite.aead", s), reason);
    EXPECT_EQ(session("tls.group.x25519", s), reason);
    EXPECT_EQ(session("tls.class.good", s), reason);
    EXPECT_EQ(session("tls.pq.negotiated", s), reason);
    EXPECT_EQ(server("tls.version.1_3", s), sight == Sight::refused ? "ignored" : reason);
  }
  const SessionBits refused{.version_minor = 15, .sight = Sight::refused};
  EXPECT_EQ(session("tls.accepted", refused), "fail");
  EXPECT_EQ(session("tls.accepted", tls13()), "pass");
  const SessionBits unseen{.version_minor = 15, .sight = Sight::no_hello};
  EXPECT_EQ(session("tls.hello", unseen), "no_hello");
  EXPECT_EQ(session("tls.start", unseen), "pass");
  const SessionBits broken{.version_minor = 15, .sight = Sight::malformed};
  EXPECT_EQ(session("tls.hello", broken), "fail");
  EXPECT_EQ(session("tls.hello", refused), "pass");
}

TEST(TlsJudges, LeaveConnectionsPickedUpMidstreamToARowOfTheirOwn) {
  const SessionBits s{.version_minor = 15, .sight = Sight::midstream};
  EXPECT_EQ(session("tls.start", s), "fail");
  EXPECT_EQ(judged("tls.start", Unit::bytes, s.pack()), "fail");
  EXPECT_EQ(session("tls.start", tls13()), "pass");
  EXPECT_EQ(session("tls.hello", s), "no_hello");
  EXPECT_EQ(session("dns.dot", s), "fail") << "the port tells";
  for (const Measure& measure : all_measures().measures()) {
    if (measure.dissector != "tls" || measure.fact != tls::kSession) continue;
    if (measure.id == "tls.start" || measure.id == "tls.hello" || measure.id == "dns.dot") continue;
    EXPECT_EQ(judged(measure.id, measure.unit, s.pack()), "ignored") << measure.id;
  }
}

TEST(TlsJudges, TakeADraftForTls13InEveryRow) {
  SessionBits draft = tls13();
  draft.version_minor = 14;
  for (const Measure& measure : all_measures().measures()) {
    if (measure.dissector != "tls" || measure.fact != tls::kSession) continue;
    EXPECT_EQ(judged(measure.id, measure.unit, draft.pack()), judged(measure.id, measure.unit, tls13().pack()))
        << measure.id;
  }
}

TEST(TlsJudges, TakeSsl2ForWhatItIs) {
  const SessionBits s{.version_minor = 13, .sight = Sight::complete, .group_sight = GroupSight::none, .full = true};
  EXPECT_EQ(session("tls.version.ssl_2", s), "pass");
  EXPECT_EQ(session("tls.version.ssl_3", s), "fail");
  EXPECT_EQ(session("tls.version.modern", s), "fail");
  EXPECT_EQ(session("tls.class.insufficient", s), "pass");
  EXPECT_EQ(session("tls.suite.forward_secrecy", s), "fail");
  EXPECT_EQ(session("tls.pq.negotiated", s), "fail");
}

TEST(TlsJudges, TellWhoHoldsTls13Back) {
  SessionBits s = tls12();
  EXPECT_EQ(session("tls.version.1_3.accepted", s), "not_applicable");
  s.offered_1_3 = true;
  EXPECT_EQ(session("tls.version.1_3.accepted", s), "fail");
  s.client_hello = false;
  EXPECT_EQ(session("tls.version.1_3.accepted", s), "no_client_hello");
  EXPECT_EQ(session("tls.version.1_3.accepted", tls13()), "pass");
  EXPECT_EQ(session("tls.version.1_3.held_by_server", tls13()), "not_applicable");
  EXPECT_EQ(session("tls.version.1_3.held_by_server", s), "no_client_hello");
  EXPECT_EQ(session("tls.version.1_3.held_by_server", tls12()), "fail") << "the client did not offer it";
  s.client_hello = true;
  EXPECT_EQ(session("tls.version.1_3.held_by_server", s), "pass");
  EXPECT_EQ(session("tls.version.1_3.held_by_server", {.version_minor = 15, .sight = Sight::gap}), "gap");
  const SessionBits refused{.version_minor = 15, .sight = Sight::refused, .client_hello = true, .offered_1_3 = true};
  EXPECT_EQ(session("tls.version.1_3.accepted", refused), "not_applicable");
}

/// What the three rows of `area` say, in the order server, client, both.
std::string holders(const std::string& area, const SessionBits& s) {
  return session(area + ".held_by_server", s) + " " + session(area + ".held_by_client", s) + " " +
         session(area + ".held_by_both", s);
}

TEST(TlsJudges, EveryVersionBelow13HasOneHolder) {
  const auto version = [](const SessionBits& s) { return holders("tls.version.1_3", s); };
  SessionBits s = tls12();
  EXPECT_EQ(version(s), "fail pass fail") << "the client's best was chosen";
  s.below_offer = true;
  EXPECT_EQ(version(s), "fail fail pass") << "less than a best that was below 1.3";
  s.offered_1_3 = true;
  EXPECT_EQ(version(s), "pass fail fail");
  s.client_hello = false;
  EXPECT_EQ(version(s), "no_client_hello no_client_hello no_client_hello");
  EXPECT_EQ(version(tls13()), "not_applicable not_applicable not_applicable");
  EXPECT_EQ(version({.version_minor = 15, .sight = Sight::gap}), "gap gap gap");
}

TEST(TlsJudges, EveryClassicalKeyExchangeHasOneHolder) {
  const auto group = [](const SessionBits& s) { return holders("tls.pq", s); };
  SessionBits s = tls13();
  s.group_sight = GroupSight::known;
  s.group = 0x001d;
  s.client_hello = s.offered_1_3 = true;
  s.pq_offered = false;
  EXPECT_EQ(group(s), "fail pass fail") << "none was offered";
  s.pq_offered = true;
  EXPECT_EQ(group(s), "pass fail fail") << "another group was chosen";
  s.group = 0x11ec;
  EXPECT_EQ(group(s), "not_applicable not_applicable not_applicable");
  SessionBits below = tls12();
  below.group_sight = GroupSight::known;
  below.group = 0x001d;
  below.client_hello = true;
  EXPECT_EQ(group(below), "fail pass fail");
  below.pq_offered = true;
  EXPECT_EQ(group(below), "fail pass fail") << "without TLS 1.3 the group could not be chosen";
  below.offered_1_3 = true;
  EXPECT_EQ(group(below), "pass fail fail") << "the version has none";
  below.pq_offered = false;
  EXPECT_EQ(group(below), "fail fail pass");
  below.client_hello = false;
  EXPECT_EQ(group(below), "no_client_hello no_client_hello no_client_hello");
  EXPECT_EQ(group({.version_minor = 15, .sight = Sight::gap}), "gap gap gap");
}

TEST(TlsJudges, SuspectDnsOverHttpsByTheNameAlone) {
  SessionBits s = tls13();
  EXPECT_EQ(session("dns.doh.suspected", s), "fail");
  s.doh = true;
  EXPECT_EQ(session("dns.doh.suspected", s), "pass");
  EXPECT_EQ(session("dns.dot", s), "fail");
  s.dot = true;
  EXPECT_EQ(session("dns.doh.suspected", s), "not_applicable");
  EXPECT_EQ(session("dns.doh.suspected", {.version_minor = 4}), "no_client_hello");
}

TEST(TlsClass, IsTheWorstOfItsParts) {
  EXPECT_EQ(classed(tls13()), "sufficient");
  SessionBits s = tls13();
  s.group = 0x11ec;
  EXPECT_EQ(classed(s), "good sufficient");
  s.suite = 0x1301;
  EXPECT_EQ(classed(s), "sufficient");
  s.suite = 0x1305;
  EXPECT_EQ(classed(s), "insufficient");

  EXPECT_EQ(classed(tls12()), "sufficient");
  s = tls12();
  s.group = 0x0015;
  EXPECT_EQ(classed(s), "phase_out");
  s = tls12();
  s.signature_hash = 3;
  EXPECT_EQ(classed(s), "phase_out");
  s.signature_hash = 2;
  EXPECT_EQ(classed(s), "insufficient");
  s = tls12();
  s.compression = true;
  EXPECT_EQ(classed(s), "insufficient");
  s = tls12();
  s.secure_renegotiation = false;
  EXPECT_EQ(classed(s), "insufficient");
  s = tls12();
  s.ems = false;
  EXPECT_EQ(classed(s), "insufficient");
  s = tls12();
  s.version_minor = 2;
  EXPECT_EQ(classed(s), "insufficient");
  s = tls12();
  s.group_sight = GroupSight::custom_dh;
  EXPECT_EQ(classed(s), "insufficient");
}

TEST(TlsClass, OfAServerIsNotWhatItsClientsLeftOut) {
  SessionBits s = tls12();
  s.ems = s.client_ems = false;
  EXPECT_EQ(classed(s), "insufficient") << "the connection is";
  EXPECT_EQ(server("tls.class.insufficient", s), "not_asked");
  EXPECT_EQ(server("tls.class.sufficient", s), "not_asked");
  EXPECT_EQ(server("tls.ems", s), "not_asked");
  s.client_ems = true;
  EXPECT_EQ(server("tls.class.insufficient", s), "pass");
  EXPECT_EQ(server("tls.ems", s), "fail");
  s = tls12();
  s.secure_renegotiation = s.client_renegotiation = false;
  EXPECT_EQ(classed(s), "insufficient");
  EXPECT_EQ(server("tls.class.insufficient", s), "not_asked");
  EXPECT_EQ(server("tls.renegotiation.secure", s), "not_asked");
  s.client_renegotiation = true;
  EXPECT_EQ(server("tls.renegotiation.secure", s), "fail");
  s.client_hello = false;
  EXPECT_EQ(server("tls.renegotiation.secure", s), "no_client_hello");
  // What the server chose is its own, whoever offered it.
  s = tls12();
  s.ems = s.client_ems = false;
  s.suite = 0xc013;
  EXPECT_EQ(server("tls.class.insufficient", s), "pass");
  EXPECT_EQ(server("tls.ems", tls12()), "pass");
}

TEST(TlsClass, DependsOnTheProfile) {
  const Profile& then = *find_profile("ncsc-nl-2.1");
  EXPECT_EQ(classed(tls12(), then), "sufficient");
  SessionBits s = tls12();
  s.ems = false;
  EXPECT_EQ(classed(s, then), "sufficient");
  s.version_minor = 2;
  s.signature_hash = 0;
  EXPECT_EQ(classed(s, then), "phase_out");
  s = tls13();
  s.group = 0x11ec;
  EXPECT_EQ(classed(s, then), "insufficient");
}

TEST(TlsClass, IsHiddenOnlyWhereTheMissingPartMatters) {
  SessionBits s = tls12();
  s.group_sight = GroupSight::unobservable;
  s.group = 0;
  s.signature_hash = 0;
  // At best sufficient: so it is not good, whatever the group.
  EXPECT_EQ(classed(s), "sufficient:no_key_exchange phase_out:no_key_exchange insufficient:no_key_exchange");
  s.suite = 0xc027;
  EXPECT_EQ(classed(s), "phase_out:no_key_exchange insufficient:no_key_exchange");
  s.suite = 0xc013;
  EXPECT_EQ(classed(s), "insufficient");
  s = tls12();
  s.ems = false;
  s.client_hello = false;
  EXPECT_EQ(classed(s), "sufficient:no_client_hello phase_out:no_client_hello insufficient:no_client_hello");
  EXPECT_EQ(classed(s, *find_profile("ncsc-nl-2.1")), "sufficient");
  s.group_sight = GroupSight::unobservable;
  s.sight = Sight::truncated;
  EXPECT_EQ(session("tls.group.x25519", s), "truncated");
}

TEST(TlsClass, OfResumptionsHasNoKeyExchange) {
  SessionBits s = tls12();
  s.resumed = true;
  s.group = 0;
  s.group_sight = GroupSight::none;
  s.signature_hash = 0;
  EXPECT_EQ(classed(s), "sufficient");
  EXPECT_EQ(session("tls.suite.forward_secrecy", s), "not_applicable");
  EXPECT_EQ(server("tls.suite.forward_secrecy", s), "ignored");
  EXPECT_EQ(session("tls.resumed", s), "pass");
}

TEST(TlsJudges, KnowForwardSecrecy) {
  EXPECT_EQ(session("tls.suite.forward_secrecy", tls12()), "pass");
  SessionBits s = tls12();
  s.suite = 0x009c;
  s.group_sight = GroupSight::none;
  EXPECT_EQ(session("tls.suite.forward_secrecy", s), "fail");
  EXPECT_EQ(session("tls.suite.aead", s), "pass");
  s.suite = 0x0033;
  EXPECT_EQ(session("tls.suite.forward_secrecy", s), "pass");
  EXPECT_EQ(session("tls.suite.aead", s), "fail");
  s = tls13();
  s.group_sight = GroupSight::none;
  EXPECT_EQ(session("tls.suite.forward_secrecy", s), "fail");
  // The flight that would tell a resumption was not seen.
  s = tls12();
  s.full = false;
  s.group_sight = GroupSight::unobservable;
  EXPECT_EQ(session("tls.suite.forward_secrecy", s), "no_key_exchange");
  EXPECT_EQ(session("tls.resumed", s), "no_key_exchange");
  EXPECT_EQ(session("tls.pq.negotiated", s), "no_key_exchange");
  EXPECT_EQ(session("tls.resumed", tls12()), "fail");
  for (const std::uint16_t suite : std::initializer_list<std::uint16_t>{0x0063, 0x0065, 0x0066}) {
    s = tls12();
    s.suite = suite;
    EXPECT_EQ(session("tls.suite.forward_secrecy", s), "pass") << suite;
  }
  s.suite = 0xeeee;
  EXPECT_EQ(session("tls.suite.forward_secrecy", s), "pass") << "unknown, with a ServerKeyExchange";
  s.group_sight = GroupSight::none;
  EXPECT_EQ(session("tls.suite.forward_secrecy", s), "fail") << "unknown, without one";
}

TEST(TlsJudges, FollowPostQuantumFromOfferToChoice) {
  EXPECT_EQ(offer("tls.pq.offered", {}), "fail");
  EXPECT_EQ(offer("tls.pq.share", {}), "not_applicable");
  EXPECT_EQ(offer("tls.pq.share", {.pq_offered = true}), "fail");
  EXPECT_EQ(offer("tls.pq.share", {.pq_offered = true, .pq_share = true}), "pass");
  SessionBits s = tls13();
  EXPECT_EQ(session("tls.pq.negotiated", s), "fail");
  EXPECT_EQ(session("tls.pq.accepted", s), "not_applicable");
  s.pq_offered = true;
  EXPECT_EQ(session("tls.pq.accepted", s), "fail");
  s.group = 0x11ec;
  EXPECT_EQ(session("tls.pq.accepted", s), "pass");
  EXPECT_EQ(session("tls.pq.negotiated", s), "pass");
  EXPECT_EQ(session("tls.group.x25519mlkem768", s), "pass");
  for (const std::uint16_t group :
       std::initializer_list<std::uint16_t>{0x0200, 0x0201, 0x0202, 0x11eb, 0x11ec, 0x11ed, 0x11ee}) {
    s.group = group;
    EXPECT_EQ(session("tls.pq.negotiated", s), "pass") << group;
    EXPECT_EQ(session("tls.pq.accepted", s), "pass") << group;
    EXPECT_EQ(session("tls.group.mlkem", s), group < 0x0203 ? "pass" : "fail") << group;
  }
  for (const std::uint16_t group : std::initializer_list<std::uint16_t>{0x01ff, 0x0203, 0x11ea, 0x11ef, 0x6399}) {
    s.group = group;
    EXPECT_EQ(session("tls.pq.negotiated", s), "fail") << group;
  }
  s.client_hello = false;
  EXPECT_EQ(session("tls.pq.accepted", s), "no_client_hello");
}

TEST(TlsJudges, FindNoPostQuantumKeyExchangeBelowTls13) {
  SessionBits s = tls12();
  EXPECT_EQ(session("tls.pq.negotiated", s), "fail");
  s.group_sight = GroupSight::none;
  s.suite = 0x002f;  // TLS_RSA_WITH_AES_128_CBC_SHA
  EXPECT_EQ(session("tls.pq.negotiated", s), "fail");
  s.suite = 0x00a8;  // TLS_PSK_WITH_AES_128_GCM_SHA256
  EXPECT_EQ(session("tls.pq.negotiated", s), "not_applicable");
  EXPECT_EQ(server("tls.pq.negotiated", s), "ignored");
  s.suite = 0x00ac;  // TLS_RSA_PSK_WITH_AES_128_GCM_SHA256
  EXPECT_EQ(session("tls.pq.negotiated", s), "fail");
  s.resumed = true;
  EXPECT_EQ(session("tls.pq.negotiated", s), "not_applicable");
}

TEST(TlsJudges, KnowWhatTls13Hides) {
  SessionBits s = tls13();
  EXPECT_EQ(session("tls.alpn.h2", s), "not_applicable");
  s.alpn = tls::Alpn::unobservable;
  EXPECT_EQ(session("tls.alpn.h2", s), "tls13");
  EXPECT_EQ(session("tls.ems", s), "not_applicable");
  EXPECT_EQ(session("tls.renegotiation.secure", s), "not_applicable");
  EXPECT_EQ(session("tls.key_exchange.hash", s), "not_applicable");
  EXPECT_EQ(session("tls.hello_retry.absent", s), "pass");
  s = tls12();
  s.alpn = tls::Alpn::h2;
  EXPECT_EQ(session("tls.alpn.h2", s), "pass");
  EXPECT_EQ(session("tls.hello_retry.absent", s), "not_applicable");
  s.client_hello = false;
  EXPECT_EQ(session("tls.ems", s), "no_client_hello");
  s.signature_hash = 0;
  EXPECT_EQ(session("tls.key_exchange.hash", s), "no_key_exchange");
}

TEST(TlsOfferJudges, ReadClients) {
  const OfferBits o{.best_version = 0x0304,
                    .worst_version = 0x0303,
                    .sni = true,
                    .alpn = true,
                    .ech = true,
                    .first_alpn = tls::Alpn::h2};
  EXPECT_EQ(offer("tls.offer.1_3", o), "pass");
  EXPECT_EQ(offer("tls.offer.no_old_version", o), "pass");
  EXPECT_EQ(offer("tls.offer.no_old_version", {.best_version = 0x0303}), "not_applicable");
  EXPECT_EQ(offer("tls.offer.no_old_version", {.best_version = 0x0304, .worst_version = 0x0301}), "fail");
  EXPECT_EQ(offer("tls.offer.sni", o), "pass");
  EXPECT_EQ(offer("tls.offer.ech", o), "pass");
  EXPECT_EQ(offer("tls.offer.alpn.h2", o), "pass");
  EXPECT_EQ(offer("tls.offer.alpn.h2", {}), "not_applicable");
  EXPECT_EQ(offer("tls.offer.compression.absent", {.compression = true}), "fail");
}

TEST(TlsOfferJudges, AreHiddenInEveryRowWhereTheClientHelloIs) {
  const std::pair<Sight, std::string> reasons[] = {{Sight::no_hello, "no_client_hello"},
                                                   {Sight::truncated, "truncated"},
                                                   {Sight::gap, "gap"},
                                                   {Sight::malformed, "malformed"},
                                                   {Sight::limit, "limit"}};
  std::size_t rows = 0;
  for (const Measure& measure : all_measures().measures()) {
    if (measure.dissector != "tls" || measure.fact != tls::kOffer) continue;
    ++rows;
    for (const auto& [sight, reason] : reasons)
      EXPECT_EQ(judged(measure.id, measure.unit, OfferBits{.sight = sight}.pack()), reason) << measure.id;
  }
  EXPECT_GE(rows, 17U);
}

}  // namespace tls_judges_test
}  // namespace uptake
