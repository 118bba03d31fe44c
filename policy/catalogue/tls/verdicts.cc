#include <array>

#include "policy/catalogue/tls/assessment.h"
#include "policy/catalogue/tls/judges.h"
#include "policy/catalogue/tls/measures.h"
#include "policy/catalogue/tls/standards.h"
#include "policy/catalogue/tls/words.h"

namespace uptake {
namespace tls {
namespace {

void assess_key_exchange(const SessionBits& s, const Profile& profile, Assessment& assessment) noexcept {
  switch (s.group_sight) {
    case GroupSight::none:
      return;  // the suite's class says what that is worth
    case GroupSight::known:
      assessment.see(profile.group(s.group));
      break;
    case GroupSight::custom_dh:
      assessment.see(profile.custom_dh());
      break;
    case GroupSight::unobservable:
      assessment.miss(no_key_exchange(s));
      break;
  }
  // Below 1.2 the signature's hash is fixed by the protocol, in 1.3 it is encrypted and never weak.
  if (s.version_minor != kTls12) return;
  if (s.signature_hash != 0) return assessment.see(profile.signature_hash(s.signature_hash));
  assessment.miss(no_key_exchange(s));
}

/// Something that both hellos have to carry is not in both. That the client did not ask says nothing of the server.
void assess_absent(const SessionBits& s, Whose whose, bool asked, VerdictClass absent,
                   Assessment& assessment) noexcept {
  if (absent == VerdictClass::good) return;
  if (whose == Whose::server && s.client_hello && !asked) return assessment.miss(Reason::not_asked);
  if (whose == Whose::server && !s.client_hello) return assessment.miss(tls::kNoClientHello);
  assessment.see(absent);
}

void assess_hello(const SessionBits& s, const Profile& profile, Whose whose, Assessment& assessment) noexcept {
  if (s.compression) assessment.see(profile.compression());
  if (!s.secure_renegotiation)
    assess_absent(s, whose, s.client_renegotiation, profile.no_secure_renegotiation(), assessment);
  if (s.ems) return;
  // `ems` says "in both hellos": without the client's it is not known.
  if (!s.client_hello && profile.no_ems() != VerdictClass::good) return assessment.miss(tls::kNoClientHello);
  assess_absent(s, whose, s.client_ems, profile.no_ems(), assessment);
}

}  // namespace

Assessment assess(const SessionBits& s, const Profile& profile, Whose whose) noexcept {
  Assessment assessment;
  assessment.see(profile.version(s.version()));
  assessment.see(profile.suite(s.suite));
  if (is_13(s)) {
    if (s.group_sight == GroupSight::known) assessment.see(profile.group(s.group));
    if (s.group_sight == GroupSight::unobservable) assessment.miss(no_key_exchange(s));
    return assessment;
  }
  if (!s.resumed) assess_key_exchange(s, profile, assessment);
  assess_hello(s, profile, whose, assessment);
  return assessment;
}

}  // namespace tls

namespace {

using tls::session;
using tls::SessionBits;

/// pass when the session's class lies between kLowest and kHighest. What is missing can only lower the class: it
/// matters unless the class is below the range already, or as low as it gets.
template <VerdictClass kLowest, VerdictClass kHighest, tls::Whose kWhose>
Judgement class_between(std::uint64_t v, const Profile& profile) noexcept {
  const SessionBits s = SessionBits::unpack(v);
  const Judgement seen = tls::negotiated(s);
  if (!is_pass(seen)) return seen;
  const tls::Assessment assessment = tls::assess(s, profile, kWhose);
  if (assessment.worst < kLowest) return Judgement::fail();
  const bool decided = assessment.whole || assessment.worst == VerdictClass::insufficient;
  if (!decided) return Judgement::unobservable(assessment.missing);
  return Judgement::pass_if(assessment.worst <= kHighest);
}

using enum VerdictClass;
/// The two judges of a class: of a connection as it was, and of what it says of its server.
struct Judges {
  Judge connection;
  Judge server;
};
template <VerdictClass kLowest, VerdictClass kHighest>
constexpr Judges kBetween{class_between<kLowest, kHighest, tls::Whose::connection>,
                          by_entity<class_between<kLowest, kHighest, tls::Whose::server>>};

constexpr std::string_view kHidden =
    "Connections whose ServerHello was not seen, and those of which a part is missing (key exchange, ClientHello) "
    "that could still change the class. Certificates are not judged.";
constexpr std::string_view kServerHidden =
    "Servers of which a part that could still change the class was never seen, or never asked for: without a client "
    "that offers it, no server can use the extended master secret (not_asked). Certificates are not judged.";

constexpr std::array<Measure, 3> verdict(Judges judges, std::string_view id, std::string_view connections,
                                         std::string_view bytes, std::string_view servers, std::string_view passes,
                                         std::string_view server_passes) {
  using standards::kTlsProfile;
  return {session(Unit::connections, id, kTlsProfile, judges.connection, connections, passes, kHidden),
          session(Unit::bytes, id, kTlsProfile, judges.connection, bytes, passes, kHidden),
          session(Unit::servers, id, kTlsProfile, judges.server, servers, server_passes, kServerHidden)};
}

constexpr auto kGood = verdict(
    kBetween<good, good>, "tls.class.good", "How many connections are good under the profile?",
    "How many bytes travel in connections that are good under the profile?", "How many servers are good?",
    "The worst of version, suite, group, hash, compression, renegotiation and extended master secret is good.",
    "Every connection of a server was good; at best: one was.");
constexpr auto kSufficient = verdict(
    kBetween<sufficient, good>, "tls.class.sufficient", "How many connections meet all of the profile?",
    "How many bytes travel in connections that meet all of the profile?", "How many servers meet all of the profile?",
    "Every part of the session is sufficient or better: none is to be phased out or insufficient.",
    "Every connection of a server was sufficient or better; at best: one was.");
constexpr auto kPhaseOut =
    verdict(kBetween<phase_out, phase_out>, "tls.class.phase_out",
            "How many connections use something that the profile phases out?",
            "How many bytes travel in connections that use something that the profile phases out?",
            "How many servers are to be phased out throughout?",
            "The worst part is to be phased out, and none is insufficient.",
            "Every connection of a server was of this class; at best: one was.");
constexpr auto kInsufficient =
    verdict(kBetween<insufficient, insufficient>, "tls.class.insufficient",
            "How many connections are insufficient under the profile?",
            "How many bytes travel in connections that are insufficient under the profile?",
            "How many servers are insufficient throughout?", "Some part of the session is insufficient.",
            "Every connection of a server was insufficient; at best: one was.");

constexpr std::array kRows = {
    kGood[0],
    kGood[1],
    kGood[2],
    kSufficient[0].first_screen("whole TLS profile met", 5),
    kSufficient[1],
    kSufficient[2],
    kPhaseOut[0].low_is_good(),
    kPhaseOut[1].low_is_good(),
    kPhaseOut[2].low_is_good(),
    kInsufficient[0].low_is_good(),
    kInsufficient[1].low_is_good(),
    kInsufficient[2].low_is_good(),
};

}  // namespace

std::span<const Measure> tls_verdict_measures() noexcept { return kRows; }

}  // namespace uptake
